// What the diagnoses ask of the workspace, by the checks that judge it elsewhere: each once, and only if asked.
import { type Check, verdictOf } from "../../checks/check.js";
import { compileFindings } from "../../checks/compile.js";
import { CONSUMER_RULES } from "../../checks/consumers.js";
import { DRIFT_RULES, driftFindings, type GENERATED_STALE } from "../../checks/drift.js";
import { ignored } from "../../checks/ignored.js";
import { EXPORT_UNKNOWN, IMPORT_FAILED, IMPORT_RULES } from "../../checks/imports.js";
import type { MIRROR_UNTAGGED } from "../../checks/mirrors/untagged.js";
import { wire } from "../../checks/wire/wire.js";
import type { Finding, OwnRule } from "../../core/finding.js";
import { once } from "../../core/once.js";
import { applySeverity } from "../../core/policy.js";
import { compile, type Schema } from "../../core/schema.js";
import { codeOf } from "../code.js";
import { openRun } from "../open-run.js";
import { type Call, isOff, type Plan, type Run } from "../pipeline.js";
import { planAll } from "../plan.js";
import { verifyImports } from "../verify-imports.js";
import { NotLooked } from "./diagnosis.js";

export class Examination {
  constructor(private readonly call: Call) {}

  /** The opened workspace. Throws trouble where there is none, or its configuration is wrong. */
  readonly run = once((): Promise<Run> => openRun(this.call));

  readonly #compiled = once(async () => {
    const { workspace, buf } = await this.run();
    return compile(workspace, buf);
  });

  readonly #code = once(async () => codeOf(await this.run(), false));

  readonly #plan = once(async (): Promise<Plan> => planAll(await this.run(), await this.#schema()));

  readonly #drift = once(async (): Promise<readonly Finding[]> => {
    const { comparisons } = await this.#plan();
    return comparisons.flatMap(driftFindings);
  });

  readonly #proofs = once(async (): Promise<readonly Finding[]> => {
    await this.#refuseOff(IMPORT_RULES);
    const { comparisons } = await this.#plan();
    if (comparisons.some(({ exists, planned }) => !exists && planned.length > 0))
      throw new NotLooked("nothing is generated", "generated-missing");
    // What is on disk may be something else than what was proven.
    return verifyImports(await this.run(), { ...(await this.#plan()), digests: undefined });
  });

  /** What keeps the protos from compiling. */
  async compileErrors(): Promise<readonly Finding[]> {
    const compiled = await this.#compiled();
    return "schema" in compiled ? [] : compileFindings(compiled.annotations, await this.run());
  }

  /** Whether the plugins run. Throws trouble where they do not. */
  async generates(): Promise<void> {
    await this.#plan();
  }

  /** Generated files that are not there. */
  missing(): Promise<readonly Finding[]> {
    return this.#driftOf(isMissing);
  }

  /** Generated files that are not what the protos say, and exports that they do not define. */
  async stale(): Promise<readonly Finding[]> {
    if ((await this.#drift()).length > 0) return this.#driftOf((one) => !isMissing(one));
    return (await this.#proofs()).filter(({ rule }) => rule === EXPORT_UNKNOWN);
  }

  /** What importing the indexes from disk shows to be missing. */
  async exportsMissing(): Promise<readonly Finding[]> {
    const proofs = await this.#proofs();
    // That an index itself is missing is told of the generated files.
    const missing = new Set((await this.#drift()).filter(isMissing).map(({ place }) => place.path));
    return proofs.filter(
      ({ rule, place }) =>
        rule !== EXPORT_UNKNOWN && !(rule === IMPORT_FAILED && missing.has(place.path)),
    );
  }

  /** Whether what is generated is what the protos say. */
  async isInStep(): Promise<boolean> {
    return (await this.#drift()).length === 0;
  }

  /** Imports of hand-written code that lead nowhere. */
  async brokenImports(): Promise<readonly Finding[]> {
    await this.#refuseOff(CONSUMER_RULES);
    return (await this.#code()).judgeImports(await this.#plan());
  }

  /** What is wrong with mirrors. */
  async mirrors(): Promise<readonly Finding[]> {
    return this.#judge((await this.#code()).mirrors);
  }

  /** Copies of enums without a tag. One that lacks nothing today shows nothing wrong yet. */
  async untagged(): Promise<readonly Finding[]> {
    const found = await this.#judge((await this.#code()).untagged);
    return found.map((one) => {
      const { missing, unknown } = one.args as Parameters<typeof MIRROR_UNTAGGED.message>[0];
      const isWhole = missing.length === 0 && unknown.length === 0;
      return isWhole && one.severity === "error" ? { ...one, severity: "warning" } : one;
    });
  }

  /** What peers of an earlier version do not read as it is meant. */
  async breaks(): Promise<readonly Finding[]> {
    const found = await this.#judge(wire);
    return found.filter(({ severity, waived }) => severity === "error" && waived === undefined);
  }

  /** Generated code that git has, or would take. */
  tracked(): Promise<readonly Finding[]> {
    return this.#judge(ignored);
  }

  /** Whether lockstep.yaml does without what takes a git repository. */
  async needsNoRepository(): Promise<boolean> {
    return isOff(ignored, (await this.run()).workspace);
  }

  async #schema(): Promise<Schema> {
    const compiled = await this.#compiled();
    if ("schema" in compiled) return compiled.schema;
    throw new NotLooked("the protos do not compile", "protos-broken");
  }

  async #driftOf(isMeant: (found: Finding) => boolean): Promise<readonly Finding[]> {
    await this.#refuseOff(DRIFT_RULES);
    const { configuration } = (await this.run()).workspace;
    const found = (await this.#drift()).filter(isMeant);
    return applySeverity(found, configuration.severity);
  }

  async #refuseOff(rules: readonly OwnRule<never>[]): Promise<void> {
    const { workspace } = await this.run();
    if (isOff({ rules }, workspace)) throw new NotLooked("its rules are off in lockstep.yaml");
  }

  /** The findings of a check, with the workspace's severities. */
  async #judge(check: Check): Promise<readonly Finding[]> {
    await this.#refuseOff(check.rules);
    const run = await this.run();
    // Protos that do not compile are in the way, whether or not the check comes to read them.
    if (check.reads !== "workspace") await this.#schema();
    const { findings } = await verdictOf(check, run, () => this.#schema());
    return applySeverity(findings, run.workspace.configuration.severity);
  }
}

function isMissing({ args }: Finding): boolean {
  const { kind } = args as Parameters<typeof GENERATED_STALE.message>[0];
  return kind === "folder" || kind === "missing";
}
