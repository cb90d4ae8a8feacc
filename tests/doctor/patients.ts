// What the tests of the doctor share: its report of a workspace, in short.
import { expect } from "vitest";
import type { TestWorkspace } from "../workspace.js";

export interface DoctorJson {
  readonly version: number;
  readonly ok: boolean;
  readonly diagnoses: readonly {
    readonly id: string;
    readonly symptom: string;
    readonly cause: string;
    readonly remedy: string;
    readonly severity: "error" | "warning" | "info";
    readonly path?: string;
    readonly line?: number;
  }[];
  readonly looked: readonly {
    readonly id: string;
    readonly state: "well" | "wrong" | "blocked" | "off";
    readonly why?: string;
  }[];
}

/** What the doctor reports of the workspace, with the exit code. */
export async function doctorOf(
  w: TestWorkspace,
  ...flags: string[]
): Promise<DoctorJson & { code: number; stderr: string }> {
  const { code, stdout, stderr } = await w.run("doctor", "--format", "json", ...flags);
  return { ...(JSON.parse(stdout) as DoctorJson), code, stderr };
}

/** The causes that were found, as `id path:line cause`, without advice on the hook. */
export function causesIn({ diagnoses }: DoctorJson): string[] {
  return diagnoses
    .filter(({ id }) => id !== "hook-not-installed")
    .map(({ id, path, line, cause }) =>
      [id, [path, line].filter((part) => part !== undefined).join(":"), cause]
        .filter((part) => part !== "")
        .join(" "),
    );
}

/** The remedy of the only cause with that id. */
export function remedyIn({ diagnoses }: DoctorJson, id: string): string {
  const found = diagnoses.filter((one) => one.id === id);
  expect(found).toHaveLength(1);
  return found[0]?.remedy ?? "";
}

/** What became of that diagnosis, with why. */
export function stateIn({ looked }: DoctorJson, id: string): string {
  const { state, why } = looked.find((one) => one.id === id) ?? { state: "unknown" };
  return why === undefined ? state : `${state}: ${why}`;
}

/** Expects that nothing is wrong, nothing was left out but the port, and the exit code is 0. */
export async function expectWell(w: TestWorkspace): Promise<void> {
  const report = await doctorOf(w);
  expect(causesIn(report)).toEqual([]);
  expect(report.looked.filter(({ state }) => state === "blocked")).toEqual([]);
  expect([report.code, report.ok, report.stderr]).toEqual([0, true, ""]);
}
