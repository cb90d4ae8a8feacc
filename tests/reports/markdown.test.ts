// Markdown: read by a parser of GitHub's dialect, it shows what it was given and does nothing else.
import fc from "fast-check";
import remarkGfm from "remark-gfm";
import remarkGithub from "remark-github";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { describe, expect, it } from "vitest";
import { type Finding, finding } from "../../core/finding.js";
import { code, prose, table } from "../../core/report/markdown-text.js";
import { type Coverage, reportOf } from "../../core/report/report.js";
import { trouble } from "../../core/trouble.js";
import { AWKWARD, FAILED, FINDINGS, REPORT, rendered, rule } from "./awkward.js";

interface Node {
  readonly type: string;
  readonly value?: string;
  readonly depth?: number;
  readonly url?: string;
  readonly children?: readonly Node[];
}

/** What GitHub makes of it, mentions and links to issues among it. */
async function parsed(text: string): Promise<Node> {
  const processor = unified()
    .use(remarkParse)
    .use(remarkGfm)
    .use(remarkGithub, { repository: "example/example" });
  return (await processor.run(processor.parse(text))) as Node;
}

function nodes(node: Node): Node[] {
  return [node, ...(node.children ?? []).flatMap(nodes)];
}

function textOf(node: Node): string {
  return node.value ?? (node.children ?? []).map(textOf).join("");
}

/** The types of node that the report may have: no HTML and no images, among others. */
const PLAIN = [
  "root",
  "heading",
  "paragraph",
  "text",
  "strong",
  "inlineCode",
  "code",
  "table",
  "tableRow",
  "tableCell",
  "list",
  "listItem",
];

/** A URL may be a link, where it shows where it leads. */
function expectPlain(root: Node): void {
  for (const node of nodes(root)) {
    if (node.type === "link") expect(textOf(node)).toBe(node.url);
    else expect(PLAIN).toContain(node.type);
  }
}

/** The text without the spaces of no width that keep names from being mentions. */
function shown(text: string): string {
  return text.replaceAll("\u200B", "");
}

describe("the Markdown report", () => {
  it("shows a reviewer what changed, the evidence, the waivers and the coverage", async () => {
    const m = rule("ENUM_VALUE_RENUMBERED", "Inserting A moved B.", "Give it the next number, 8.");
    const lint = rule("FIELD_LOWER_SNAKE_CASE", 'Field name "aB" should be a_b.', "");
    const [moved, , , waived] = FINDINGS as [Finding, Finding, Finding, Finding];
    const evidence = (moved.evidence ?? []).map((one) => ({
      ...one,
      sent: "status: FAILED",
      readers: one.readers.map((reader) => ({ ...reader, saw: "status: STOPPING" })),
    }));
    const place = { path: "proto/a.proto", line: 24, column: 3 };
    const findings = [
      finding(m, {}, place, { evidence }),
      { ...finding(lint, {}, place), severity: "warning" as const },
      { ...waived, rule: lint, place, waived: { reason: "Unreleased.", expires: "2027-01-31" } },
    ];
    const steps = [
      {
        name: "wire",
        ms: 7,
        summary: "1 finding; 1 waived; against the merge base with origin/x_y",
      },
      { name: "drift", ms: 0, summary: "skipped: *not* here" },
    ];
    const text = await rendered("markdown", reportOf(findings, steps, false, REPORT.coverage));
    expect(text).toBe(`### Lockstep: 1 error, 1 warning, 1 waived

#### On the wire

**error** \`ENUM_VALUE_RENUMBERED\` at \`schemas, old/proto/a.proto:24\`: Inserting A moved B.

\`\`\`text
An old peer sends  a.v1.M { status: FAILED }
as bytes           18 [06]
a new peer reads   status: STOPPING  (misread; protobuf-es and protobufjs agree)
\`\`\`

Instead: Give it the next number, 8.

#### Also found

|  | Rule | Where | Finding |
| --- | --- | --- | --- |
| warning | \`FIELD_LOWER_SNAKE_CASE\` | \`schemas, old/proto/a.proto:24\` | Field name "aB" should be a_b. |

#### Waived

| Rule | Where | Finding | Reason | Until |
| --- | --- | --- | --- | --- |
| \`FIELD_LOWER_SNAKE_CASE\` | \`schemas, old/proto/a.proto:24\` | Field name "aB" should be a_b. | Unreleased. | 2027-01-31 |

Documented: 1 of 3 elements.

- \`a.v1\`: 1 of 3 enums

Judged: wire (1 finding; 1 waived; against the merge base with origin/x_y), drift (skipped: \\*not\\* here).
`);
  });

  it("lets nothing of a finding through as HTML, link, mention or table", async () => {
    const root = await parsed(await rendered("markdown"));
    const all = nodes(root);
    expectPlain(root);
    const headings = all.filter(({ type }) => type === "heading").map(textOf);
    expect(headings).toEqual([
      "Lockstep: 1 error, 1 warning, 1 note, 1 waived",
      "On the wire",
      "Also found",
      "Waived",
    ]);
    const tables = all.filter(({ type }) => type === "table");
    expect(tables.map(({ children = [] }) => children.map((row) => row.children?.length))).toEqual([
      [4, 4, 4],
      [5, 5],
    ]);
    // And what was said is there.
    expect(shown(textOf(root))).toContain("<script>alert(1)</script>");
    expect(shown(textOf(root))).toContain("@octocat @org/team #1 GH-2 :tada:");
    const blocks = all.filter(({ type }) => type === "code").map(textOf);
    expect(blocks).toHaveLength(1);
    expect(blocks[0]).toContain("status: `FAILED` ``` @octocat");
  });

  it("says what kept the run from being done, and that there is nothing where there is nothing", async () => {
    expect(await rendered("markdown", reportOf([], [], false))).toBe("### Lockstep: no findings\n");
    const failed = await rendered("markdown", reportOf([], [], true), { troubles: [FAILED] });
    expect(failed).toMatch(
      /^### Lockstep: the run could not be done\n\n\*\*error\*\* `schemas, old/,
    );
    expectPlain(await parsed(failed));
  });

  it("has room in a comment however many findings there are", async () => {
    const [moved, , , waived] = FINDINGS as [Finding, Finding, Finding, Finding];
    const many = Array.from({ length: 500 }, (_, i) => [
      { ...moved, place: { ...moved.place, line: i + 1 } },
      { ...waived, place: { ...moved.place, line: i + 1 } },
      finding(rule("R"), {}, { ...moved.place, line: i + 1 }),
    ]).flat();
    const text = await rendered("markdown", reportOf(many, [], false));
    expect(text.length).toBeLessThan(65_536);
    expect(text).toContain("### Lockstep: 1000 errors, 500 waived");
    // Those with evidence, those in the table, and those that are left out are all that there are.
    const rows = text.match(/^\| error \|/gm)?.length ?? 0;
    expect(rows).toBeGreaterThan(20);
    expect(text).toContain(`And ${1000 - 8 - rows} more.`);
  });

  it("has room in a comment however long and full of escapes all is, and says what it left out", async () => {
    const [moved, , , waived] = FINDINGS as [Finding, Finding, Finding, Finding];
    const long = "@a:b:|".repeat(500);
    const troubled = trouble("CONFIGURATION_INVALID", { message: long, help: long });
    for (const text of [long, "x".repeat(20_000)]) {
      const place = { path: text, line: 1, column: 1 };
      const many = Array.from({ length: 100 }, (_, i) => [
        { ...moved, rule: rule("R", text, text), place: { ...place, line: i + 1 }, baseline: text },
        { ...waived, rule: rule("R", text, text), place: { ...place, line: i + 1 } },
      ]).flat();
      const coverage = Array.from({ length: 5 }, (_, i) => ({
        ...(REPORT.coverage?.[0] as Coverage),
        package: `${i}${text}`,
      }));
      const steps = Array.from({ length: 9 }, () => ({ name: "wire", ms: 1, summary: text }));
      const report = reportOf(many, steps, true, coverage);
      const made = await rendered("markdown", report, { troubles: [troubled, troubled, troubled] });
      expect(made.length).toBeLessThan(65_536);
      // Nothing is left out without a word.
      const counts = [...made.matchAll(/^And (\d+) more(?:, in the log)?\.$/gm)].map(([, n]) =>
        Number(n),
      );
      expect(counts.length).toBeGreaterThanOrEqual(2);
      expect(made).toMatch(/^- and \d more packages?$/m);
    }
  });

  it("shows the worst first", async () => {
    const [moved] = FINDINGS as [Finding];
    const at = (line: number, severity: "error" | "warning" | "info"): Finding => ({
      ...moved,
      rule: rule(`R${line}`, "m", ""),
      place: { path: "a.proto", line },
      severity,
    });
    const findings = [at(1, "info"), at(2, "warning"), at(3, "error"), at(4, "warning")];
    const text = await rendered("markdown", reportOf(findings, [], false));
    expect([...text.matchAll(/`R(\d)`/g)].map(([, n]) => n)).toEqual(["3", "2", "4", "1"]);
  });
});

describe("text in Markdown", () => {
  const parts = fc.array(
    fc.oneof(
      fc.constantFrom(..."\\`*_[]<>|~&$@#:!()-+=.{}\"'/ \n\t".split("")),
      fc.constantFrom("@ab", "#1", "GH-1", "``", "```", "\\|", ":a:", "a", "B_C", "&lt;", "<b>"),
      fc.string({ unit: "grapheme", maxLength: 3 }),
    ),
    { minLength: 1, maxLength: 30 },
  );
  const texts = parts
    .map((all) => all.join(""))
    .filter((text) => !/www\.|https?:|\.\w+@/.test(text));

  it("shows in a cell just what it was, whatever it was", async () => {
    await fc.assert(
      fc.asyncProperty(texts, texts, async (said, name) => {
        const lines = table(["a", "b", "c"], [[prose(said), code(name), "end"]]);
        const root = await parsed(lines.join("\n"));
        expect(root.children?.map(({ type }) => type)).toEqual(["table"]);
        const cells = root.children?.[0]?.children?.[1]?.children ?? [];
        const one = (text: string): string => text.replace(/\s+/g, " ").trim();
        const line = (text: string): string =>
          one(
            shown(text)
              .replace(/\s*[\r\n\u2028\u2029]\s*/g, " ")
              .replace(
                /\p{Cc}/gu,
                (c) => `\\x${(c.codePointAt(0) as number).toString(16).padStart(2, "0")}`,
              ),
          );
        expect(cells.map((cell) => one(shown(textOf(cell))))).toEqual([
          line(said),
          line(name),
          "end",
        ]);
        expectPlain(root);
      }),
      { numRuns: 500 },
    );
  });

  it("is cut where it is long", () => {
    expect(prose("a".repeat(50), 10)).toBe("aaaaaaa...");
    expect(prose(AWKWARD, 5)).toHaveLength(5);
  });
});
