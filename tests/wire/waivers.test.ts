// Waivers: what is let through, until when, and what is said of a waiver that is wrong.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { readConfiguration } from "../../core/configuration.js";
import { type Finding, finding, helpOf, messageOf, type Rule } from "../../core/finding.js";
import { countBySeverity } from "../../core/policy.js";
import { jsonReport } from "../../core/report/json.js";
import { reportOf } from "../../core/report/report.js";
import { applyWaivers, dayOf, daysLeft, type Judged } from "../../core/waivers.js";
import { generatedWorkspace } from "../generated-workspace.js";
import { refusal } from "../refusal.js";

const TYPE = "a.v1.GPU.memory_bytes";
const WAIVER = `waivers:
  - rule: FIELD_TYPE_CHANGED
    symbol: ${TYPE}
    reason: No released peer reads it yet.
    expires: 2027-01-31
`;

/** The waivers as a workspace would have them, judged on that day. */
async function judge(
  yaml: string,
  findings: readonly Finding[],
  judged: Partial<Judged> = {},
): Promise<Finding[]> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, "lockstep.yaml");
  await writeFile(file, yaml);
  const { configuration, source } = await readConfiguration(file, "lockstep.yaml");
  return applyWaivers(findings, configuration.waivers, {
    today: "2026-10-01",
    symbols: new Set([TYPE, "a.v1.GPU.name"]),
    baselines: ["main"],
    source,
    ...judged,
  });
}

function found(
  id: string,
  symbol: string,
  about: Partial<Pick<Finding, "baseline" | "fix">> = {},
): Finding {
  const rule: Rule<object> = {
    id,
    severity: "error",
    purpose: "",
    message: () => `${symbol} changed.`,
    help: () => "Change it back.",
  };
  return finding(rule, {}, { path: "proto/a.proto", line: 3, column: 1 }, { symbol, ...about });
}

const told = (one: Finding | undefined): object | undefined =>
  one && {
    rule: one.rule.id,
    severity: one.severity,
    place: one.place,
    message: messageOf(one),
    help: helpOf(one),
  };

describe("a waiver", () => {
  it("lets through that rule for that symbol, and nothing else", async () => {
    const findings = [
      found("FIELD_TYPE_CHANGED", TYPE),
      found("FIELD_TYPE_CHANGED", "a.v1.GPU.name"),
      found("FIELD_TYPE_CHANGED", `${TYPE}.x`),
      found("FIELD_MOVED", TYPE),
    ];
    const judged = await judge(WAIVER, findings);
    const waived = { reason: "No released peer reads it yet.", expires: "2027-01-31" };
    expect(judged.map((one) => one.waived)).toEqual([waived, undefined, undefined, undefined]);
    expect(judged).toHaveLength(4);
    expect(judged.slice(1)).toEqual(findings.slice(1));
  });

  it("leaves the severity and the message, but counts as no error, and has no fix", async () => {
    const fix = [{ path: "proto/a.proto", start: 0, end: 1, text: "" }];
    const judged = await judge(WAIVER, [found("FIELD_TYPE_CHANGED", TYPE, { fix })]);
    expect(countBySeverity(judged)).toEqual({ error: 0, warning: 0, info: 0 });
    const report = reportOf(judged, [], false);
    expect(report).toMatchObject({ ok: true, summary: { errors: 0, warnings: 0 } });
    expect(JSON.parse(jsonReport(report)).findings).toMatchObject([
      {
        severity: "error",
        message: `${TYPE} changed.`,
        fixable: false,
        waived: { reason: "No released peer reads it yet.", expires: "2027-01-31" },
      },
    ]);
  });

  it("holds on its last day, and not on the next", async () => {
    const findings = [found("FIELD_TYPE_CHANGED", TYPE)];
    const last = await judge(WAIVER, findings, { today: "2027-01-31" });
    expect(last.map((one) => one.waived?.expires)).toEqual(["2027-01-31"]);
    const [first, expired, ...more] = await judge(WAIVER, findings, { today: "2027-02-01" });
    expect(first).toEqual(findings[0]);
    expect(more).toEqual([]);
    expect(told(expired)).toEqual({
      rule: "WAIVER_EXPIRED",
      severity: "error",
      place: { path: "lockstep.yaml", line: 5, column: 14 },
      message: `The waiver of FIELD_TYPE_CHANGED for ${TYPE} expired on 2027-01-31; it lets nothing through any more.`,
      help: "Remove the waiver if the change is released or undone. Otherwise have it reviewed again and set a new date.",
    });
  });

  it("that expired is an error also where there is nothing to let through", async () => {
    const judged = await judge(WAIVER, [], { today: "2030-01-01" });
    expect(judged.map((one) => one.rule.id)).toEqual(["WAIVER_EXPIRED"]);
  });

  it("that lets nothing through is a warning", async () => {
    const [unused, ...more] = await judge(WAIVER, []);
    expect(more).toEqual([]);
    expect(told(unused)).toEqual({
      rule: "WAIVER_UNUSED",
      severity: "warning",
      place: { path: "lockstep.yaml", line: 2, column: 5 },
      message: `The waiver of FIELD_TYPE_CHANGED for ${TYPE} lets nothing through: there is no such finding.`,
      help: "Remove it.",
    });
  });

  it("of another rule than what was found of the symbol names that rule", async () => {
    const judged = await judge(WAIVER, [
      found("FIELD_MOVED", TYPE),
      found("FIELD_LOST", TYPE),
      found("FIELD_MOVED", TYPE),
    ]);
    expect(told(judged.at(-1))).toMatchObject({
      rule: "WAIVER_UNUSED",
      help: "Remove it, or correct its rule: what was found of that symbol is FIELD_LOST and FIELD_MOVED.",
    });
    expect(countBySeverity(judged).error).toBe(3);
  });

  it("of a symbol that there is not is an error with the nearest", async () => {
    const yaml = WAIVER.replace("memory_bytes", "memory_byte");
    const findings = [found("FIELD_TYPE_CHANGED", TYPE)];
    const [first, unknown, ...more] = await judge(yaml, findings);
    expect(first).toEqual(findings[0]);
    expect(more).toEqual([]);
    expect(told(unknown)).toEqual({
      rule: "WAIVER_UNKNOWN_SYMBOL",
      severity: "error",
      place: { path: "lockstep.yaml", line: 3, column: 13 },
      message:
        "The waiver of FIELD_TYPE_CHANGED names a.v1.GPU.memory_byte, which neither the protos nor an earlier version of them has.",
      help: `Did you mean "${TYPE}"? Remove the waiver if what it names is gone for good.`,
    });
    const [far] = await judge(WAIVER.replace(TYPE, "zzzzzzzzzzzzzzz"), []);
    expect(helpOf(far as Finding)).toBe(
      "Write the fully qualified name, such as acme.v1.Order.note. Remove the waiver if that is gone for good.",
    );
  });
});

describe("a waiver for a baseline", () => {
  const yaml = `${WAIVER}    baseline: v1.2.0\n`;
  const against = (baseline: string): Finding => found("FIELD_TYPE_CHANGED", TYPE, { baseline });

  it("holds for findings against that one only, where several were judged", async () => {
    const judged = await judge(yaml, [against("main"), against("v1.2.0")], {
      baselines: ["main", "v1.2.0"],
    });
    expect(judged.map((one) => one.waived !== undefined)).toEqual([false, true]);
    expect(reportOf(judged, [], false).ok).toBe(false);
  });

  it("does not hide the same finding against another one in the report", async () => {
    for (const order of [
      ["main", "v1.2.0"],
      ["v1.2.0", "main"],
    ]) {
      const judged = await judge(yaml, order.map(against), { baselines: order });
      const { findings, summary } = reportOf(judged, [], false);
      expect(findings).toHaveLength(2);
      expect(summary.errors).toBe(1);
    }
  });

  it("holds where that one alone was judged", async () => {
    const findings = [found("FIELD_TYPE_CHANGED", TYPE)];
    const [same] = await judge(yaml, findings, { baselines: ["v1.2.0"] });
    expect(same?.waived).toBeDefined();
    const [other, unused] = await judge(yaml, findings, { baselines: ["main"] });
    expect(other?.waived).toBeUndefined();
    expect(told(unused)).toMatchObject({
      rule: "WAIVER_UNUSED",
      message: `The waiver of FIELD_TYPE_CHANGED for ${TYPE} lets nothing through: v1.2.0 was not judged.`,
    });
  });

  it("says which one it was of no use for", async () => {
    const judged = await judge(yaml, [against("main")], { baselines: ["main", "v1.2.0"] });
    expect(judged.map((one) => messageOf(one))).toEqual([
      `${TYPE} changed.`,
      `The waiver of FIELD_TYPE_CHANGED for ${TYPE} lets nothing through: there is no such finding against v1.2.0.`,
    ]);
  });
});

it("lets through nothing that no valid waiver names, whatever there is", async () => {
  const word = fc.constantFrom("A", "B");
  const day = fc.constantFrom("2026-09-30", "2026-10-01", "2026-10-02");
  const baseline = fc.constantFrom("v1", "v2");
  const waiver = fc.record({
    rule: word,
    symbol: word,
    expires: day,
    baseline: fc.option(baseline, { nil: undefined }),
  });
  fc.assert(
    fc.property(fc.array(waiver), fc.array(fc.tuple(word, word, baseline)), (some, findings) => {
      const waivers = some.map((one) => ({ ...one, reason: "because" }));
      const given = findings.map(([id, symbol, against]) =>
        found(id, symbol, { baseline: against }),
      );
      const judged = applyWaivers(given, waivers, {
        today: "2026-10-01",
        symbols: new Set(["A"]),
        baselines: ["v1", "v2"],
        source: undefined,
      });
      const matches = (w: (typeof waivers)[number], one: Finding): boolean =>
        w.rule === one.rule.id &&
        w.symbol === one.symbol &&
        [undefined, one.baseline].includes(w.baseline) &&
        w.expires !== "2026-09-30";
      for (const [i, one] of given.entries()) {
        expect(judged[i]?.waived !== undefined).toBe(waivers.some((w) => matches(w, one)));
        expect(judged[i]?.severity).toBe("error");
      }
      // Each waiver is of use or is told of, never both.
      const idle = waivers.filter((w) => !given.some((one) => matches(w, one)));
      expect(judged.length - given.length).toBe(idle.length);
    }),
  );
});

describe("days", () => {
  it("are those of the local time", () => {
    expect(dayOf(new Date(2027, 0, 31, 23, 59, 59))).toBe("2027-01-31");
    expect(dayOf(new Date(2027, 1, 1, 0, 0, 0))).toBe("2027-02-01");
  });

  it.each([
    ["2027-01-31", "2027-01-31", 0],
    ["2027-01-31", "2027-01-30", 1],
    ["2028-03-01", "2028-02-28", 2],
    ["2027-04-01", "2027-03-01", 31],
  ])("until %s from %s are %i", (expires, today, days) => {
    expect(daysLeft({ reason: "", expires }, today)).toBe(days);
  });
});

describe("a date in YAML", () => {
  it.each([
    ["2027-01-31", ""],
    ['"2027-01-31"', ""],
    ["2027-01-31", "%YAML 1.1\n---\n"],
    ["!!timestamp 2027-01-31", ""],
  ])("%s after %j is the day that is written there", async (written, head) => {
    const yaml = head + WAIVER.replace("2027-01-31", written);
    const [one] = await judge(yaml, [found("FIELD_TYPE_CHANGED", TYPE)]);
    expect(one?.waived?.expires).toBe("2027-01-31");
  });
});

describe("a waiver in lockstep.yaml", () => {
  const VALID = `waivers:
  - rule: FIELD_SAME_TYPE
    symbol: a.v1.Endpoint.name
    reason: Not released.
    expires: 2027-01-31
`;
  const [, ...ITEM] = VALID.split(/(?<=\n)/);

  it("of one of buf's breaking rules is taken, and so is its severity", async () => {
    const w = await generatedWorkspace({
      "lockstep.yaml": `severity:\n  FIELD_SAME_TYPE: warning\n${VALID}wire:\n  speaks: [binary]\n`,
    });
    expect(await w.run("check")).toMatchObject({ code: 0, stdout: "No findings.\n" });
  });

  it.each([
    [
      VALID.replace("SAME_TYPE", "SAME_TYP"),
      '2:11: error: A waiver names "FIELD_SAME_TYP", which is no rule about breaking changes.',
      'Did you mean "FIELD_SAME_TYPE"?',
    ],
    [
      VALID.replace("FIELD_SAME_TYPE", "DOCSTRING_MISSING"),
      '2:11: error: A waiver names "DOCSTRING_MISSING", which is no rule about breaking changes.',
      "The severity of any other rule can be set instead.",
    ],
    [
      VALID.replace("01-31", "02-30"),
      '5:14: error: lockstep.yaml is wrong at waivers.0.expires: "2027-02-30" is no day as YYYY-MM-DD.',
      "docs/configuration.md",
    ],
    [
      `%YAML 1.1\n---\n${VALID.replace("01-31", "02-30")}`,
      '7:14: error: lockstep.yaml is wrong at waivers.0.expires: "2027-02-30" is no day as YYYY-MM-DD.',
      "docs/configuration.md",
    ],
    [
      VALID.replace("2027-01-31", "20270131"),
      '5:14: error: lockstep.yaml is wrong at waivers.0.expires: "20270131" is no day as YYYY-MM-DD.',
      "docs/configuration.md",
    ],
    [
      VALID.replace("Not released.", '"  "'),
      "4:13: error: lockstep.yaml is wrong at waivers.0.reason: it has to say something.",
      "docs/configuration.md",
    ],
    [
      VALID.replace("    reason: Not released.\n", ""),
      "2:5: error: lockstep.yaml is wrong at waivers.0.reason: it is missing.",
      "docs/configuration.md",
    ],
    [
      VALID.replace("reason", "reson"),
      '4:5: error: lockstep.yaml has an unknown setting "reson" at waivers.0.',
      'Did you mean "reason"?',
    ],
    [
      `${VALID}    baseline: 1.2\n`,
      "6:15: error: lockstep.yaml is wrong at waivers.0.baseline: it has to be a text; put it in quotes.",
      "docs/configuration.md",
    ],
    [
      `${VALID}${ITEM.join("").replace("Not released.", "Once more.")}`,
      "6:5: error: lockstep.yaml is wrong at waivers.1: it waives the same as waivers.0: FIELD_SAME_TYPE for a.v1.Endpoint.name.",
      "docs/configuration.md",
    ],
    [
      "waivers:\n  FIELD_SAME_TYPE: x\n",
      "2:3: error: lockstep.yaml is wrong at waivers: it has to be a list.",
      "docs/configuration.md",
    ],
    [
      "waivers:\n  - FIELD_SAME_TYPE\n",
      "2:5: error: lockstep.yaml is wrong at waivers.0: it has to be a map of settings.",
      "docs/configuration.md",
    ],
    [
      "wire:\n  speaks: [binary, jsn]\n",
      '2:20: error: lockstep.yaml is wrong at wire.speaks.1: "jsn" is none of binary, json, rpc.',
      'Did you mean "json"?',
    ],
    [
      "wire:\n  speaks: []\n",
      "2:11: error: lockstep.yaml is wrong at wire.speaks: it has to name at least one of binary, json, rpc.",
      "docs/configuration.md",
    ],
  ])("that is wrong is refused where it stands: %j", async (yaml, message, help) => {
    const w = await generatedWorkspace({ "lockstep.yaml": yaml });
    const { stderr } = await refusal(w, 2, "check");
    expect(stderr).toContain(`lockstep.yaml:${message}\n  help: `);
    expect(stderr).toContain(help);
  });

  it("may name the same rule and symbol for two baselines", async () => {
    const other = `${ITEM.join("")}    baseline: v1\n`;
    const w = await generatedWorkspace({ "lockstep.yaml": VALID + other });
    expect((await w.run("check")).code).toBe(0);
  });
});
