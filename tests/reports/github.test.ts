// Workflow commands: parsed back as the runner does, they say what the findings say.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { finding } from "../../core/finding.js";
import { reportOf } from "../../core/report/report.js";
import { AWKWARD, FAILED, PATH, rendered, rule } from "./awkward.js";

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

/**
 * A line of a log as GitHub's runner takes it: `::name key=value,key=value::data`, cut at the first
 * `::` after the start, then at commas and equals signs, and decoded last.
 * https://github.com/actions/runner, src/Runner.Common/ActionCommand.cs
 */
function parse(line: string): Command | undefined {
  if (!line.startsWith("::")) return undefined;
  const end = line.indexOf("::", 2);
  if (end < 0) return undefined;
  const head = line.slice(2, end);
  const space = head.indexOf(" ");
  const name = space < 0 ? head : head.slice(0, space);
  const pairs =
    space < 0
      ? []
      : head
          .slice(space + 1)
          .trim()
          .split(",");
  const properties = Object.fromEntries(
    pairs.map((pair) => {
      const equals = pair.indexOf("=");
      return [pair.slice(0, equals), decode(pair.slice(equals + 1), ["%3A", ":"], ["%2C", ","])];
    }),
  );
  return { name, properties, data: decode(line.slice(end + 2)) };
}

function decode(text: string, ...more: [string, string][]): string {
  return [["%0D", "\r"], ["%0A", "\n"], ...more, ["%25", "%"]].reduce(
    (all, [code, character]) => all.replaceAll(code as string, character as string),
    text,
  );
}

async function commands(...args: Parameters<typeof rendered>): Promise<Command[]> {
  const text = await rendered(...args);
  const lines = text.split(/\r\n|\r|\n/);
  expect(lines.pop()).toBe("");
  return lines.map((line) => {
    const command = parse(line);
    if (command === undefined) throw new Error(`no command: ${line}`);
    return command;
  });
}

const FILE = `schemas, old/${PATH}`;

describe("the GitHub report", () => {
  it("has a command for each finding that was not waived", async () => {
    const made = await commands("github");
    const place = { file: FILE, line: "2", endLine: "2", col: "3", endColumn: "8" };
    expect(made.map(({ name, properties }) => [name, properties])).toEqual([
      ["notice", { file: FILE, title: "NOTED" }],
      ["error", { ...place, title: "MOVED" }],
      ["warning", { ...place, title: "WARNED" }],
    ]);
    expect(made[0]?.data).toBe(`${AWKWARD}\n${AWKWARD}`);
    expect(made[1]?.data).toContain("\nas bytes           18 [06]\n");
  });

  it("has no columns of what spans lines", async () => {
    const place = { path: "a.proto", line: 2, column: 3, endLine: 4, endColumn: 1 };
    const [made] = await commands("github", reportOf([finding(rule("R"), {}, place)], [], false));
    expect(made?.properties).toEqual({
      file: "schemas, old/a.proto",
      line: "2",
      endLine: "4",
      title: "R",
    });
  });

  it("says what kept the run from being done, and nothing where all is well", async () => {
    expect(await rendered("github", reportOf([], [], false))).toBe("");
    expect(await commands("github", reportOf([], [], true), { troubles: [FAILED] })).toEqual([
      {
        name: "error",
        properties: { file: "schemas, old/lock,step.yaml", line: "3", col: "2" },
        data: `${AWKWARD}\n${AWKWARD}`,
      },
    ]);
  });

  it("is one command of each finding whatever the path and the message are", async () => {
    const text = fc.string({ unit: "binary", minLength: 1 });
    const marked = fc
      .array(fc.oneof(text, fc.constantFrom("%", ":", ",", "::", "=", "\n", "\r", "%0A")))
      .map((parts) => `a${parts.join("").replace(/[/\0]/g, "")}`);
    await fc.assert(
      fc.asyncProperty(marked, marked, async (path, message) => {
        const report = reportOf([finding(rule("R", message, ""), {}, { path })], [], false);
        const [made, ...others] = await commands("github", report);
        expect(others).toEqual([]);
        expect(made).toEqual({
          name: "error",
          properties: { file: `schemas, old/${path}`, title: "R" },
          data: message,
        });
      }),
      { numRuns: 50 },
    );
  });
});
