// The one place where these proofs meet the gate: everything else is written from Protobuf's own rules.
import type { Finding } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";

/** What peers of a workspace send each other. */
export type Format = "binary" | "json" | "rpc";

/** What the gate says of the change from one schema to the other. */
export async function judgePair(
  _before: Schema,
  _after: Schema,
  _options: { readonly speaks: readonly Format[] },
): Promise<readonly Finding[]> {
  throw new Error("The comparison of schemas is not connected yet.");
}
