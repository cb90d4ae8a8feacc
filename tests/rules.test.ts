// The rules as people look them up: lockstep rules, and the documentation that is made from the same table.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { groups, rulePage, ruleTable } from "../checks/rule-pages.js";
import { RULE_ROWS, RULES } from "../checks/table.js";
import { packageFolder } from "../core/installation.js";
import { TestWorkspace, workspace } from "./workspace.js";

interface Listed {
  readonly version: number;
  readonly rules: readonly {
    readonly id: string;
    readonly check: string;
    readonly category: string | null;
    readonly severity: string;
    readonly defaultSeverity: string;
    readonly fixedBy: string | null;
    readonly waivable: boolean;
    readonly ignorable: boolean;
    readonly docs: string;
  }[];
}

async function listed(w: TestWorkspace, ...flags: string[]): Promise<Listed> {
  const { code, stdout, stderr } = await w.run("rules", "--format", "json", ...flags);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout) as Listed;
}

/** A folder that is in no workspace and in no repository. */
async function outside(): Promise<TestWorkspace> {
  const root = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(root, { recursive: true }));
  return new TestWorkspace(root);
}

describe("lockstep rules", () => {
  it("lists every rule with its own severity where there is no workspace", async () => {
    const { version, rules } = await listed(await outside());
    expect(version).toBe(1);
    expect(rules.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
    for (const { severity, defaultSeverity } of rules) expect(severity).toBe(defaultSeverity);
    expect(rules.find(({ id }) => id === "ENUM_VALUE_RENUMBERED")).toEqual({
      id: "ENUM_VALUE_RENUMBERED",
      check: "wire",
      category: "enum values",
      finds: expect.stringContaining("moved to other numbers"),
      purpose: expect.stringContaining("by its number alone"),
      severity: "error",
      defaultSeverity: "error",
      fixedBy: "lockstep fix",
      waivable: true,
      ignorable: false,
      docs: "docs/rules/wire.md#enum_value_renumbered",
    });
  });

  it("shows the severities that hold in the workspace, in each format", async () => {
    const w = await workspace({
      "lockstep.yaml": "severity:\n  LAYOUT_FILE_NAME: off\n  ENUM_VALUE_ADDED: error\n",
    });
    const { rules } = await listed(w);
    const of = (id: string) => rules.find((rule) => rule.id === id);
    expect(of("LAYOUT_FILE_NAME")).toMatchObject({ severity: "off", defaultSeverity: "error" });
    expect(of("ENUM_VALUE_ADDED")).toMatchObject({ severity: "error", defaultSeverity: "warning" });
    expect((await w.run("rules")).stdout).toMatch(/^ {2}LAYOUT_FILE_NAME +off /m);
    const { stdout } = await w.run("rules", "--format", "markdown");
    expect(stdout).toMatch(/^\| \[`LAYOUT_FILE_NAME`\]\(\S+\) .*\| off +\|/m);
  });

  it("lists each rule once in text and in Markdown, below its check", async () => {
    const w = await outside();
    const { stdout: text } = await w.run("rules");
    const { stdout: markdown } = await w.run("rules", "--format", "markdown");
    for (const { id } of RULES) {
      expect(text.match(new RegExp(`^  ${id} `, "gm"))).toHaveLength(1);
      expect(markdown.match(new RegExp(`^\\| \\[\`${id}\`\\]`, "gm"))).toHaveLength(1);
    }
    const checks = [...new Set(RULE_ROWS.map(({ check }) => check))];
    expect([...markdown.matchAll(/^## (.+)$/gm)].map(([, name]) => name)).toEqual(checks);
  });

  it("fails with exit code 2 where the configuration cannot be read", async () => {
    const w = await workspace({ "lockstep.yaml": "severity:\n  LAYOUT_FILE_NAME: loud\n" });
    const { code, stdout, stderr } = await w.run("rules");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("lockstep.yaml:2");
    expect((await (await outside()).run("rules", "--config", "no.yaml")).code).toBe(2);
  });

  it("names checks that check --only takes", async () => {
    const w = await outside();
    const { stderr } = await w.run("check", "--only", "none");
    const { rules } = await listed(w);
    for (const check of new Set(rules.map((rule) => rule.check)))
      if (check !== "compile") expect(stderr).toContain(check);
  });
});

// `just docs` writes anew what these compare.
describe("the documentation of the rules", () => {
  const pages = groups(RULE_ROWS, ({ check }) => check);

  it.each(pages)("has a section for each rule of %s", async (check, rows) => {
    await expect(rulePage(check, rows)).toMatchFileSnapshot(`../docs/rules/${check}.md`);
  });

  it("has no page of something else", async () => {
    const found = await readdir(join(packageFolder, "docs/rules"));
    expect(found.sort()).toEqual(pages.map(([check]) => `${check}.md`).sort());
  });

  it.each(["checks.md", "breaking.md"])("has the tables of %s as the rules are", async (page) => {
    const text = await readFile(join(packageFolder, "docs", page), "utf8");
    await expect(withTables(text)).toMatchFileSnapshot(`../docs/${page}`);
  });

  it("has each rule in one table", async () => {
    const texts = ["checks.md", "breaking.md"].map((page) =>
      readFile(join(packageFolder, "docs", page), "utf8"),
    );
    const tables = withTables((await Promise.all(texts)).join(""));
    const ids = [...tables.matchAll(/^\| \[`([A-Z0-9_]+)`\]/gm)];
    expect(ids.map(([, id]) => id).sort()).toEqual(RULES.map(({ id }) => id).sort());
  });
});

/** The page with the tables between its markers, `<!-- rules: CHECK, CATEGORY -->`, as they ought to be. */
function withTables(text: string): string {
  return text.replace(
    /(<!-- rules: ([a-z]+)(?:, ([a-z ]+))? -->\n)[\s\S]*?(<!-- \/rules -->)/g,
    (_, open: string, check: string, category: string | undefined, close: string) => {
      const rows = RULE_ROWS.filter((row) => row.check === check && row.category === category);
      expect(rows).not.toEqual([]);
      return `${open}\n${ruleTable(rows, (row) => `rules/${row.check}.md#${row.rule.id.toLowerCase()}`)}\n${close}`;
    },
  );
}
