// What checks are given: all that the protos compile to, or of what did not change what the last run found in it.
import type { FactsCheck, SchemaCheck, Verdict } from "../../checks/check.js";
import type { Finding } from "../../core/finding.js";
import type { Coverage } from "../../core/report/report.js";
import type { Row } from "../../core/rows.js";
import type { Schema } from "../../core/schema.js";
import { type KeptFinding, keptFinding } from "../kept-findings.js";

export interface View {
  /** What was compiled, in a few words: "3 of 7207 files". */
  readonly summary: string;
  /** All that the protos compile to. */
  whole(): Promise<Schema>;
  /** What may be generated otherwise than before; undefined where that may be all. */
  readonly part: Part | undefined;
  judge(check: SchemaCheck | FactsCheck<unknown>): Promise<Verdict>;
  /** Keeps what the next run may take for what did not change; undefined where that is not known. */
  readonly keep: (() => Promise<void>) | undefined;
  /** The paths of the protos that were compiled; undefined where these may be all. */
  read(): Iterable<string> | undefined;
}

/** Those protos that something may be generated from otherwise than before, and the names of all others. */
export interface Part {
  readonly schema: Schema;
  readonly unaffected: ReadonlySet<string>;
}

/** What checks of single files found, to be kept. */
export class Found {
  readonly findings = new Map<string, Map<string, KeptFinding[]>>();
  /** The facts of each file that each check reads. */
  readonly facts = new Map<string, ReadonlyMap<string, Row<unknown>>>();
  documented: ReadonlyMap<string, readonly Coverage[]> = new Map();

  /** Whether all that was found is about those files, by their paths. */
  isAbout(files: ReadonlyMap<string, unknown>): boolean {
    return [...this.findings.values()].every((paths) =>
      [...paths.keys()].every((path) => files.has(path)),
    );
  }

  add(check: string, findings: readonly Finding[], documented: Verdict["documented"]): void {
    const byPath = new Map<string, KeptFinding[]>();
    for (const one of findings) {
      const { path } = one.place;
      byPath.set(path, [...(byPath.get(path) ?? []), keptFinding(one)]);
    }
    this.findings.set(check, byPath);
    this.documented = documented ?? this.documented;
  }
}
