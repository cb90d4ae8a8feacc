// SARIF: valid against the published schema, and every part says what the finding says.
import { createRequire } from "node:module";
import type { Ajv } from "ajv";
import AjvDraft4 from "ajv-draft-04";
import addFormats from "ajv-formats";
import { describe, expect, it } from "vitest";
import { applyEdits } from "../../core/edit.js";
import { type Finding, finding } from "../../core/finding.js";
import { fingerprintsOf } from "../../core/report/fingerprint.js";
import { reportOf } from "../../core/report/report.js";
import { AWKWARD, FAILED, FINDINGS, PATH, REPORT, rendered, rule, SOURCE } from "./awkward.js";

const require = createRequire(import.meta.url);

/** What the schema has against the text; nothing where it is valid. */
function invalid(text: string): unknown {
  // The schema's own pattern for languages is no valid Unicode expression.
  const ajv = new (AjvDraft4 as unknown as typeof Ajv)({ strict: false, unicodeRegExp: false });
  (addFormats as unknown as (ajv: Ajv) => void)(ajv);
  const validate = ajv.compile(
    require("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json") as object,
  );
  return validate(JSON.parse(text)) ? [] : validate.errors;
}

// biome-ignore lint/suspicious/noExplicitAny: as tools see it, which the schema has judged.
async function run(...args: Parameters<typeof rendered>): Promise<any> {
  const text = await rendered(...args);
  expect(invalid(text)).toEqual([]);
  return JSON.parse(text).runs[0];
}

// biome-ignore lint/suspicious/noExplicitAny: as above.
function resultOf(ruleId: string, results: any[]): any {
  return results.find((one) => one.ruleId === ruleId && one.suppressions.length === 0);
}

interface Region {
  startLine: number;
  startColumn: number;
  endLine: number;
  endColumn: number;
}

/** The text with a fix applied as SARIF describes it, by lines and columns. */
function applied(
  text: string,
  replacements: { deletedRegion: Region; insertedContent?: { text: string } }[],
): string {
  const body = text.replace(/^\uFEFF/, "");
  const offset = (line: number, column: number): number => {
    const starts = [0, ...[...body.matchAll(/\r?\n/g)].map((m) => m.index + m[0].length)];
    return (starts[line - 1] as number) + column - 1;
  };
  const edits = replacements.map(({ deletedRegion: r, insertedContent }) => ({
    path: "",
    start: offset(r.startLine, r.startColumn),
    end: offset(r.endLine, r.endColumn),
    text: insertedContent?.text ?? "",
  }));
  return applyEdits(body, edits);
}

describe("the SARIF report", () => {
  it("is judged by a schema that can say no", async () => {
    const text = await rendered("sarif");
    expect(invalid(text)).toEqual([]);
    expect(invalid(text.replace('"level": "warning"', '"level": "bad"'))).not.toEqual([]);
    expect(invalid(text.replace('"startLine": 2', '"startLine": 0'))).not.toEqual([]);
    expect(invalid(text.replace('"ruleId"', '"rule"'))).not.toEqual([]);
  });

  it("is valid of no findings, of all kinds of them, and of a run that could not be done", async () => {
    const none = await run("sarif", reportOf([], [], false));
    expect(none).toMatchObject({ results: [], invocations: [{ executionSuccessful: true }] });
    await run("sarif");
    const failed = await run("sarif", reportOf([], [], true), { troubles: [FAILED] });
    expect(failed.invocations).toMatchObject([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: "error",
            descriptor: { id: "CONFIGURATION_INVALID" },
            locations: [
              {
                physicalLocation: {
                  artifactLocation: { uri: "schemas%2C%20old/lock%2Cstep.yaml" },
                  region: { startLine: 3 },
                },
              },
            ],
          },
        ],
      },
    ]);
  });

  it("has places below the root of the repository, encoded", async () => {
    const { results, columnKind } = await run("sarif");
    const moved = resultOf("MOVED", results);
    const { artifactLocation, region } = moved.locations[0].physicalLocation;
    expect(artifactLocation).toEqual({
      uri: "schemas%2C%20old/proto/w%C3%B6rk%20space/a%2Cb%3A100%25.proto",
      uriBaseId: "%SRCROOT%",
    });
    expect(decodeURIComponent(artifactLocation.uri)).toBe(`schemas, old/${PATH}`);
    expect(region).toEqual({ startLine: 2, startColumn: 3, endLine: 2, endColumn: 8 });
    expect(columnKind).toBe("utf16CodeUnits");
    expect(moved.locations[0].logicalLocations).toEqual([{ fullyQualifiedName: "a.v1.S.A" }]);
    expect(moved.relatedLocations[0].physicalLocation).toEqual({
      artifactLocation: {
        uri: "schemas%2C%20old/proto/old%2C%20a.proto",
        uriBaseId: "%SRCROOT%",
      },
      region: { startLine: 7, startColumn: 3 },
    });
  });

  it("has each rule once, with its help and its level", async () => {
    const { results, tool } = await run("sarif");
    const { rules, semanticVersion } = tool.driver;
    expect(semanticVersion).toBe("1.2.3");
    expect(rules.map(({ id }: { id: string }) => id).sort()).toEqual(["MOVED", "NOTED", "WARNED"]);
    for (const { ruleId, ruleIndex } of results) expect(rules[ruleIndex].id).toBe(ruleId);
    const moved = rules.find(({ id }: { id: string }) => id === "MOVED");
    expect(moved).toMatchObject({
      shortDescription: { text: AWKWARD },
      fullDescription: { text: AWKWARD },
      defaultConfiguration: { level: "error" },
    });
    expect(moved.help.text).toContain("lockstep explain MOVED");
    expect(moved.help.markdown).toContain("**Right**\n\n```text\nA = 2;\n```");
    const levels = results.map(({ ruleId, level }: { ruleId: string; level: string }) => [
      ruleId,
      level,
    ]);
    expect(levels).toContainEqual(["WARNED", "warning"]);
    expect(levels).toContainEqual(["NOTED", "note"]);
  });

  it("has the evidence in the message, and no link or placeholder that a message of ours is not", async () => {
    const { results } = await run("sarif");
    const { text } = resultOf("MOVED", results).message;
    expect(text).toContain("as bytes           18 [06]");
    expect(text).toContain("{{0}}");
    expect(text).toContain("[link\\](https://x.example)");
  });

  it("suppresses what was waived, with the reason", async () => {
    const { results } = await run("sarif");
    const suppressed = results.map((one: { suppressions: object[] }) => one.suppressions);
    expect(suppressed.filter((one: object[]) => one.length === 0)).toHaveLength(3);
    expect(suppressed.flat()).toEqual([
      {
        kind: "external",
        status: "accepted",
        justification: `${AWKWARD} (until 2027-01-31)`,
      },
    ]);
  });

  it("has fixes that do what lockstep fix does", async () => {
    const { results } = await run("sarif");
    const [{ fixes }] = results.filter((one: { fixes?: unknown }) => one.fixes !== undefined);
    const [{ replacements, artifactLocation }] = fixes[0].artifactChanges;
    expect(decodeURIComponent(artifactLocation.uri)).toBe(`schemas, old/${PATH}`);
    const ours = applyEdits(SOURCE, FINDINGS[0]?.fix ?? []);
    expect(applied(SOURCE, replacements)).toBe(ours.replace(/^\uFEFF/, ""));
    expect(ours).not.toBe(SOURCE);
  });

  it("has the fingerprints of the findings", async () => {
    const { results } = await run("sarif");
    expect(results.map((one: { partialFingerprints: object }) => one.partialFingerprints)).toEqual(
      fingerprintsOf(REPORT.findings).map((print) => ({ "lockstep/v1": print })),
    );
  });
});

describe("fingerprints", () => {
  const made = (line: number, about: Partial<Finding> = {}, message = "m"): Finding => ({
    ...finding(rule("R", message), {}, { path: "a.proto", line, column: 1 }, { symbol: "a.v1.M" }),
    ...about,
  });

  it("stay when lines shift and when an element with a name moves to another file", () => {
    const [before] = fingerprintsOf([made(3)]);
    expect(fingerprintsOf([made(30)])).toEqual([before]);
    expect(fingerprintsOf([made(3, { place: { path: "b.proto" } })])).toEqual([before]);
  });

  it("tell rule, element, message and baseline apart", () => {
    const all = [
      made(1),
      made(1, { rule: rule("OTHER", "m") as never }),
      made(1, { symbol: "a.v1.N" }),
      made(1, {}, "other"),
      made(1, { baseline: "v1" }),
    ];
    expect(new Set(fingerprintsOf(all)).size).toBe(all.length);
  });

  it("are no two the same", () => {
    const prints = fingerprintsOf([made(1), made(2), made(3)]);
    expect(new Set(prints).size).toBe(3);
    expect(fingerprintsOf([made(5), made(6), made(7)])).toEqual(prints);
  });
});
