// GitLab: the fields that its documentation lists for code quality reports, and nothing else.
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { finding } from "../../core/finding.js";
import { reportOf } from "../../core/report/report.js";
import { FAILED, rendered, rule } from "./awkward.js";

// https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
const ENTRY = z.strictObject({
  description: z
    .string()
    .min(1)
    .regex(/^[^\n]*$/),
  check_name: z.string().min(1),
  fingerprint: z.string().min(1),
  severity: z.enum(["info", "minor", "major", "critical", "blocker"]),
  location: z.strictObject({
    // Relative to the root of the repository, without ./
    path: z.string().regex(/^(?!\.?\/)./),
    lines: z.strictObject({ begin: z.int().min(1) }),
  }),
});

async function entries(
  ...args: Parameters<typeof rendered> extends [unknown, ...infer R] ? R : never
): Promise<z.infer<typeof ENTRY>[]> {
  const text = await rendered("gitlab", ...args);
  // GitLab refuses a byte-order mark.
  expect(text.startsWith("[")).toBe(true);
  const made = z.array(ENTRY).parse(JSON.parse(text));
  // Of those with the same fingerprint GitLab shows one.
  expect(new Set(made.map(({ fingerprint }) => fingerprint)).size).toBe(made.length);
  return made;
}

describe("the GitLab report", () => {
  it("has what was not waived, each with a fingerprint of its own", async () => {
    const made = await entries();
    const path = "schemas, old/proto/wörk space/a,b:100%.proto";
    expect(
      made.map(({ check_name, severity, location }) => [check_name, severity, location]),
    ).toEqual([
      ["NOTED", "info", { path, lines: { begin: 1 } }],
      ["MOVED", "major", { path, lines: { begin: 2 } }],
      ["WARNED", "minor", { path, lines: { begin: 2 } }],
    ]);
    expect(made[1]?.description).toMatch(/\(against v1`\|`<b>@octocat\)/);
  });

  it("tells findings that say the same apart", async () => {
    const twice = [1, 2].map((line) =>
      finding(rule("R"), {}, { path: "a.proto", line, column: 1 }),
    );
    expect(await entries(reportOf(twice, [], false))).toHaveLength(2);
  });

  it("is empty where nothing is wrong, and is not where the run could not be done", async () => {
    expect(await entries(reportOf([], [], false))).toEqual([]);
    expect(await entries(reportOf([], [], true), { troubles: [FAILED] })).toMatchObject([
      {
        check_name: "CONFIGURATION_INVALID",
        severity: "blocker",
        location: { path: "schemas, old/lock,step.yaml", lines: { begin: 3 } },
      },
    ]);
  });
});
