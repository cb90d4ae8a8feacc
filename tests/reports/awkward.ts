// A report with what each format has to escape, and with everything that a finding may carry.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { onTestFinished } from "vitest";
import {
  type Evidence,
  type Finding,
  finding,
  type OwnRule,
  type Rule,
} from "../../core/finding.js";
import { RENDER, type Setting } from "../../core/report/formats.js";
import { type Format, type Report, reportOf } from "../../core/report/report.js";
import { Sources } from "../../core/sources.js";
import { trouble } from "../../core/trouble.js";

/** In a folder below the root of its repository. */
export const PREFIX = "schemas, old/";
export const PATH = "proto/wörk space/a,b:100%.proto";
/** What the file at `PATH` has: a byte-order mark, a letter of two units, both line endings. */
export const SOURCE = "\uFEFFenum S {\r\n  A = 1; // 𝒜 x\n}\n";

/** Text that means something in one of the formats. */
export const AWKWARD = [
  "Says \"a\" & 'b' <b onclick=x>bold</b> <!-- gone --> <script>alert(1)</script>",
  "::error file=x::no %0A, 100% ]]> | pipe \\| `code` ``two`` @octocat @org/team #1 GH-2 :tada:",
  "*bold* _em_ __strong__ ~~gone~~ [link](https://x.example) ![i](x.png) &lt; \u0000\u001b[31m\u2028\uD800",
  "# heading\n- list\n1. one\n> quote\n```\nfence\n```\r\n| a | b |\n| --- | --- |\n{0} $x$ end",
].join("\n");

const MISREAD: Evidence = {
  sender: "old",
  format: "binary",
  fate: "misread",
  subject: "a.v1.M",
  sent: "status: `FAILED` ``` @octocat",
  wire: "18 06",
  marked: [3, 5],
  readers: [
    { runtime: "protobuf-es", fate: "misread", saw: "status: <b>STOPPING</b>" },
    { runtime: "protobufjs", fate: "misread", saw: "status: <b>STOPPING</b>" },
  ],
};

export function rule(id: string, message = AWKWARD, help = AWKWARD): Rule<object> {
  return { id, severity: "error", purpose: AWKWARD, message: () => message, help: () => help };
}

export const OWN: OwnRule<object> = {
  ...rule("MOVED"),
  finds: AWKWARD,
  example: { wrong: "A = 1; // ```\n```js", right: "A = 2;" },
};

const at = { path: PATH, line: 2, column: 3, endLine: 2, endColumn: 8 };

/** One finding of each kind. */
export const FINDINGS: readonly Finding[] = [
  finding(OWN, {}, at, {
    symbol: "a.v1.S.A",
    previous: { path: "proto/old, a.proto", line: 7, column: 3 },
    evidence: [MISREAD],
    baseline: "v1`|`<b>@octocat",
    fix: [
      { path: PATH, start: SOURCE.indexOf("A = 1"), end: SOURCE.indexOf(" = 1"), text: "B" },
      { path: PATH, start: SOURCE.indexOf(" x"), end: SOURCE.indexOf("}"), text: "" },
    ],
  }),
  { ...finding(rule("WARNED"), {}, at), severity: "warning" },
  { ...finding(rule("NOTED"), {}, { path: PATH }), severity: "info" },
  {
    ...finding(OWN, {}, at, { symbol: "a.v1.S.A", evidence: [MISREAD] }),
    waived: { reason: AWKWARD, expires: "2027-01-31" },
  },
];

export const FAILED = trouble(
  "CONFIGURATION_INVALID",
  { message: AWKWARD, help: AWKWARD },
  { where: { path: "lock,step.yaml", line: 3, column: 2 } },
);

export const REPORT: Report = reportOf(
  FINDINGS,
  [{ name: "compile", ms: 1500, summary: "1 file" }],
  false,
  [{ package: "a.v1", kind: "enum", documented: 1, total: 3 }],
);

/** The report in that format, of a workspace that has the file at `PATH`. */
export async function rendered(
  format: Format,
  report: Report = REPORT,
  about: Partial<Setting> = {},
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, PATH);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, SOURCE);
  return RENDER[format](report, {
    troubles: [],
    sources: new Sources(folder),
    color: false,
    now: new Date("2026-10-01T12:00:00.500Z"),
    version: "1.2.3",
    prefix: async () => PREFIX,
    ...about,
  });
}
