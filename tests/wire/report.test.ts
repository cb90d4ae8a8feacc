// How evidence and waivers read, in the text and in JSON, exactly.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import pc from "picocolors";
import { describe, expect, it, onTestFinished } from "vitest";
import {
  type Evidence,
  type Fate,
  type Finding,
  finding,
  type Reader,
  type Rule,
  type Severity,
} from "../../core/finding.js";
import { evidenceLines } from "../../core/report/evidence.js";
import { jsonReport } from "../../core/report/json.js";
import { reportOf } from "../../core/report/report.js";
import { textReport } from "../../core/report/text.js";
import { Sources } from "../../core/sources.js";

const STATUS = "gaius.engine.v1.ProcessStatus.PROCESS_STATUS_FAILED";
const RPC_PATH = "/gaius.engine.v1.GaiusService/GetEndpoint";

const both = (fate: Fate, saw: string): Reader[] => [
  { runtime: "protobuf-es", fate, saw },
  { runtime: "protobufjs", fate, saw },
];

const MISREAD: Evidence = {
  sender: "old",
  format: "binary",
  fate: "misread",
  subject: "gaius.engine.v1.Endpoint",
  sent: "status: PROCESS_STATUS_FAILED",
  wire: "18 06",
  marked: [3, 5],
  readers: both("misread", "status: PROCESS_STATUS_STOPPING"),
};

const CALL: Evidence = {
  sender: "old",
  format: "rpc",
  fate: "refused",
  subject: RPC_PATH,
  sent: "GetEndpointRequest",
  wire: "",
  readers: [{ runtime: "gRPC", fate: "refused", saw: "UNIMPLEMENTED: nobody serves that path" }],
};

function found(
  id: string,
  about: Partial<Finding> = {},
  severity: Severity = "error",
  line = 2,
): Finding {
  const rule: Rule<object> = {
    id,
    severity,
    purpose: "",
    message: () => "Inserting PROCESS_STATUS_PAUSED moved 3 values.",
    help: () => "Give it the next free number, 8.",
  };
  const place = { path: "a.proto", line, column: 3, endLine: line, endColumn: 24 };
  return { ...finding(rule, {}, place), ...about };
}

/** The report of those findings in text, as on the first of October 2026. */
async function text(findings: readonly Finding[], color = false): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(
    join(folder, "a.proto"),
    "enum ProcessStatus {\n  PROCESS_STATUS_FAILED = 7;\n}\n",
  );
  return textReport(reportOf(findings, [], false), new Sources(folder), color, "2026-10-01");
}

/** The lines of a case. */
const lines = (...evidence: Evidence[]): string[] =>
  evidenceLines(evidence, "    ", pc.createColors(false));

describe("the text report", () => {
  it("shows a case below the place", async () => {
    expect(
      await text([found("ENUM_VALUE_RENUMBERED", { symbol: STATUS, evidence: [MISREAD] })]),
    ).toBe(`a.proto
  2:3  error  ENUM_VALUE_RENUMBERED
    Inserting PROCESS_STATUS_PAUSED moved 3 values.
    2 |   PROCESS_STATUS_FAILED = 7;
      |   ^^^^^^^^^^^^^^^^^^^^^
    An old peer sends  gaius.engine.v1.Endpoint { status: PROCESS_STATUS_FAILED }
    as bytes           18 [06]
    a new peer reads   status: PROCESS_STATUS_STOPPING  (misread; protobuf-es and protobufjs agree)
    help: Give it the next free number, 8.

1 error.
`);
  });

  it("has the same in colour", async () => {
    const dim = (s: string): string => `\u001b[2m${s}\u001b[22m`;
    const red = (s: string): string => `\u001b[31m${s}\u001b[39m`;
    const report = await text([found("ENUM_VALUE_RENUMBERED", { evidence: [MISREAD] })], true);
    expect(report.split("\n").slice(5, 8)).toEqual([
      `    ${dim("An old peer sends  ")}gaius.engine.v1.Endpoint { status: PROCESS_STATUS_FAILED }`,
      `    ${dim("as bytes           ")}18 ${red("[06]")}`,
      `    ${dim("a new peer reads   ")}${red("status: PROCESS_STATUS_STOPPING")}  (misread; protobuf-es and protobufjs agree)`,
    ]);
    const json: Evidence = {
      ...MISREAD,
      format: "json",
      wire: '{"status":"PROCESS_STATUS_FAILED"}',
      marked: [10, 33],
    };
    expect(await text([found("X", { evidence: [json] })], true)).toContain(
      `${dim("as JSON            ")}{"status":${red('\u001b[4m"PROCESS_STATUS_FAILED"\u001b[24m')}}\n`,
    );
  });

  it("lists what was waived below what stands, and counts it", async () => {
    const waived = { reason: "No released peer\nreads it yet.", expires: "2027-01-31" };
    const soon = { reason: "Unreleased.", expires: "2026-10-15" };
    const report = await text([
      found("ENUM_VALUE_RENUMBERED", { symbol: STATUS, waived, evidence: [MISREAD] }),
      found("FIELD_MOVED", { symbol: "a.v1.A.b", waived: soon, baseline: "v1.2.0" }, "warning"),
      found("FIELD_GONE", { baseline: "v1.1.0" }, "warning", 9),
      found("NOTE", {}, "info", 9),
    ]);
    expect(report).toBe(`a.proto
  9:3  warning  FIELD_GONE  against v1.1.0
    Inserting PROCESS_STATUS_PAUSED moved 3 values.
    help: Give it the next free number, 8.

  9:3  info  NOTE
    Inserting PROCESS_STATUS_PAUSED moved 3 values.
    help: Give it the next free number, 8.

Waived:
  a.proto:2:3  ENUM_VALUE_RENUMBERED  ${STATUS}: No released peer reads it yet. (until 2027-01-31)
  a.proto:2:3  FIELD_MOVED  a.v1.A.b against v1.2.0: Unreleased. (until 2026-10-15, expires in 14 days)

1 warning, 1 note, 2 waived.
`);
  });

  it.each([
    ["2026-10-01", ", expires today"],
    ["2026-10-02", ", expires in 1 day"],
    ["2026-10-15", ", expires in 14 days"],
    ["2026-10-16", ""],
  ])("says of a waiver until %s that it holds%s", async (expires, soon) => {
    const waived = { reason: "Unreleased.", expires };
    expect(await text([found("FIELD_MOVED", { symbol: "a.v1.A.b", waived })])).toBe(`Waived:
  a.proto:2:3  FIELD_MOVED  a.v1.A.b: Unreleased. (until ${expires}${soon})

1 waived.
`);
  });
});

describe("a case", () => {
  it("of two runtimes that differ has a line for each", () => {
    const readers: Reader[] = [
      { runtime: "protobuf-es", fate: "lost", saw: "status is not set" },
      { runtime: "protobufjs", fate: "misread", saw: "status: PROCESS_STATUS_STOPPING" },
    ];
    expect(lines({ ...MISREAD, sender: "new", readers })).toEqual([
      "    A new peer sends   gaius.engine.v1.Endpoint { status: PROCESS_STATUS_FAILED }",
      "    as bytes           18 [06]",
      "    an old peer reads  status is not set  (lost; protobuf-es)",
      "    an old peer reads  status: PROCESS_STATUS_STOPPING  (misread; protobufjs)",
    ]);
  });

  it("that is refused shows the first reader's error, in one line", () => {
    const readers: Reader[] = [
      { runtime: "protobuf-es", fate: "refused", saw: "invalid\n  UTF-8" },
      { runtime: "protobufjs", fate: "refused", saw: "not UTF-8 at 3" },
    ];
    expect(lines({ ...MISREAD, fate: "refused", readers }).at(-1)).toBe(
      "    a new peer reads   nothing: invalid UTF-8  (refused; protobuf-es and protobufjs agree)",
    );
  });

  it("of a call says who calls what and who answers", () => {
    expect(lines(CALL)).toEqual([
      `    An old client calls   ${RPC_PATH}`,
      "    a new server answers  UNIMPLEMENTED: nobody serves that path",
    ]);
    expect(lines({ ...CALL, sender: "new" })[1]).toMatch(/^ {4}an old server answers {2}UNIMPL/);
  });

  it("in JSON has no brackets of its own", () => {
    const json = { ...MISREAD, format: "json", wire: '{"a":[1]}', marked: [5, 8] } as const;
    expect(lines({ ...json, readers: both("misread", "a: 1").slice(0, 1) }).slice(1)).toEqual([
      '    as JSON            {"a":[1]}',
      "    a new peer reads   a: 1  (misread; protobuf-es)",
    ]);
  });

  it("without bytes says so", () => {
    const { marked: _, ...rest } = MISREAD;
    expect(lines({ ...rest, sent: "", wire: "" }).slice(0, 2)).toEqual([
      "    An old peer sends  gaius.engine.v1.Endpoint {}",
      "    as bytes           (no bytes)",
    ]);
  });

  it("that is unaffected is one line, and only where no other is affected", () => {
    const readers = both("unaffected", MISREAD.sent);
    const unaffected = { ...MISREAD, fate: "unaffected", readers } as const;
    expect(lines(unaffected, { ...unaffected, format: "json" })).toEqual([
      "    gaius.engine.v1.Endpoint { status: PROCESS_STATUS_FAILED } arrives as it was sent",
    ]);
    expect(lines(unaffected, MISREAD)).toEqual(lines(MISREAD));
  });

  it("that is unaffected, but seen under another name, is told in full", () => {
    const readers = both("unaffected", "status: 7 (no name)");
    expect(lines({ ...MISREAD, fate: "unaffected", readers }).at(-1)).toMatch(
      /^ {4}a new peer reads +status: 7 \(no name\) {2}\(protobuf-es and protobufjs agree\)$/,
    );
  });

  it("is the worst of several: misread, lost, refused; binary before JSON", () => {
    const of = (fate: Fate, format: Evidence["format"]): Evidence => ({
      ...MISREAD,
      fate,
      format,
      sent: `${fate} ${format}`,
    });
    const order = [
      of("misread", "binary"),
      of("misread", "json"),
      of("lost", "binary"),
      of("lost", "json"),
      of("refused", "binary"),
      of("refused", "json"),
    ];
    order.forEach((worst, i) => {
      const shown = lines(...order.slice(i).reverse());
      expect(shown[0]).toContain(`{ ${worst.fate} ${worst.format} }`);
      const more = order.length - i - 1;
      if (more > 0)
        expect(shown.at(-1)).toBe(
          `    and ${more} more ${more === 1 ? "case" : "cases"}, in --format json`,
        );
      else expect(shown).toHaveLength(3);
    });
  });

  it("that is long is cut around what makes the difference", () => {
    const wire = Array.from({ length: 80 }, (_, i) => i.toString(16).padStart(2, "0")).join(" ");
    expect(lines({ ...MISREAD, wire, marked: [120, 122] })[1]).toBe(
      "    as bytes           ... 1b 1c 1d 1e 1f 20 21 22 23 24 25 26 27 [28] 29 2a 2b 2c 2d 2e 2f 30 31 32 33 34 ...",
    );
    expect(lines({ ...MISREAD, wire, marked: [0, 239] })[1]).toBe(
      "    as bytes           [00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f 10 11 12 13 14 15 16 17 18 19 ...]",
    );
    const before = `{"a":"${"x".repeat(90)}","status":`;
    const value = '"PROCESS_STATUS_FAILED"';
    const json = `${before}${value},"b":"${"y".repeat(90)}"}`;
    const marked = [before.length, before.length + value.length] as const;
    expect(lines({ ...MISREAD, format: "json", wire: json, marked })[1]).toBe(
      `    as JSON            ...${"x".repeat(18)}","status":"PROCESS_STATUS_FAILED","b":"${"y".repeat(23)}...`,
    );
    expect(lines({ ...MISREAD, sent: `name: "${"n".repeat(100)}"` })[0]).toBe(
      `    An old peer sends  gaius.engine.v1.Endpoint { name: "${"n".repeat(48)}... }`,
    );
  });

  it("whose reading is long names the runtimes on a line of their own", () => {
    const readers = both("misread", `memory_bytes: ${"9".repeat(40)}`);
    expect(lines({ ...MISREAD, readers }).slice(2)).toEqual([
      `    a new peer reads   memory_bytes: ${"9".repeat(40)}`,
      "                       (misread; protobuf-es and protobufjs agree)",
    ]);
  });

  it("stays in 110 columns, shows what is marked, and steers no terminal", () => {
    const bytes = fc.uint8Array({ maxLength: 60 });
    const hex = (array: Uint8Array): string[] =>
      [...array].map((byte) => byte.toString(16).padStart(2, "0"));
    fc.assert(
      fc.property(
        bytes,
        fc.uint8Array({ minLength: 1, maxLength: 20 }),
        bytes,
        fc.string({ unit: "binary" }),
        (before, middle, after, saw) => {
          const start = before.length * 3;
          const wire = [before, middle, after].flatMap(hex).join(" ");
          const marked = [start, start + middle.length * 3 - 1] as const;
          const made = lines({ ...MISREAD, wire, marked, sent: saw, readers: both("lost", saw) });
          expect(made[1]).toContain(`[${hex(middle).join(" ")}]`);
          expect(made[1]?.length).toBeLessThanOrEqual(110);
          for (const line of made) expect(line).not.toMatch(/\p{Cc}|[\u2028\u2029]/u);
        },
      ),
    );
  });
});

describe("the JSON report", () => {
  it("has every case, what was waived, and the baseline where there are several", () => {
    const waived = { reason: "Unreleased.", expires: "2027-01-31" };
    const report = reportOf(
      [found("A", { evidence: [MISREAD, CALL] }), found("B", { waived, baseline: "v1.2.0" })],
      [],
      false,
    );
    const [a, b] = JSON.parse(jsonReport(report)).findings;
    expect(a).toMatchObject({ rule: "A", waived: null });
    expect(a).not.toHaveProperty("baseline");
    expect(a.evidence).toEqual([
      {
        sender: "old",
        format: "binary",
        fate: "misread",
        subject: "gaius.engine.v1.Endpoint",
        sent: "status: PROCESS_STATUS_FAILED",
        wire: "18 06",
        marked: [3, 5],
        readers: both("misread", "status: PROCESS_STATUS_STOPPING"),
      },
      {
        sender: "old",
        format: "rpc",
        fate: "refused",
        subject: RPC_PATH,
        sent: "GetEndpointRequest",
        wire: "",
        marked: null,
        readers: [
          { runtime: "gRPC", fate: "refused", saw: "UNIMPLEMENTED: nobody serves that path" },
        ],
      },
    ]);
    expect(b).toMatchObject({ rule: "B", severity: "error", waived, baseline: "v1.2.0" });
    expect(b.evidence).toEqual([]);
    expect(report.summary).toEqual({ errors: 1, warnings: 0 });
  });
});
