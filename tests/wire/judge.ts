// The one place where these proofs meet the gate: everything else is written from Protobuf's own rules.
import { type Judged, judgeVersions } from "../../checks/wire/judge.js";
import type { Spoken } from "../../core/configuration.js";
import type { Finding } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";

/** What peers of a workspace send each other. */
export type Format = Spoken;

/** What the gate says of the change from one schema to the other. */
export async function judgePair(
  before: Schema,
  after: Schema,
  about: { readonly speaks: readonly Format[] },
): Promise<readonly Finding[]> {
  return (await judgedPair(before, after, about)).map(({ finding }) => finding);
}

/** The same, with what each finding was made of. */
export async function judgedPair(
  before: Schema,
  after: Schema,
  { speaks }: { readonly speaks: readonly Format[] },
): Promise<Judged[]> {
  const placed = ({ registry, files, pathOf }: Schema) => ({
    registry,
    files,
    pathOf,
    lines: async () => [],
  });
  return judgeVersions(placed(before), placed(after), speaks);
}
