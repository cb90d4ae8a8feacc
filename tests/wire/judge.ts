// The one place where these proofs meet the gate: everything else is written from Protobuf's own rules.
import { judgeVersions } from "../../checks/wire/judge.js";
import type { Spoken } from "../../core/configuration.js";
import type { Finding } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";

/** What peers of a workspace send each other. */
export type Format = Spoken;

/** What the gate says of the change from one schema to the other. */
export async function judgePair(
  before: Schema,
  after: Schema,
  { speaks }: { readonly speaks: readonly Format[] },
): Promise<readonly Finding[]> {
  const placed = ({ registry, files, pathOf }: Schema) => ({
    registry,
    files,
    pathOf,
    lines: async () => [],
  });
  const judged = await judgeVersions(placed(before), placed(after), speaks);
  return judged.map(({ finding }) => finding);
}
