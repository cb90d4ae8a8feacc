// The one place where these proofs meet the gate: everything else is written from Protobuf's own rules.
import { judgeVersions } from "../../checks/wire/judge.js";
import type { Finding } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";

/** What peers of a workspace send each other. */
export type Format = "binary" | "json" | "rpc";

/** What the gate says of the change from one schema to the other. */
export async function judgePair(
  before: Schema,
  after: Schema,
  options: { readonly speaks: readonly Format[] },
): Promise<readonly Finding[]> {
  // The protos are not on disk any more; columns are all that their lines would be read for.
  const placed = ({ registry, files, pathOf }: Schema) => ({
    registry,
    files,
    pathOf,
    lines: async () => [],
  });
  const judged = await judgeVersions(placed(before), placed(after), options.speaks);
  return judged.map(({ finding }) => finding);
}
