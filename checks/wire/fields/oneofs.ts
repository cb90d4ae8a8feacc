// Compares which fields of a message exclude each other.
import type { DescOneof } from "@bufbuild/protobuf";
import { symbolOf } from "../../../core/source-info.js";
import type { Field, Pair, Pairing } from "../pairs.js";
import { type Suspect, suspect } from "../suspect.js";
import { type Messages, togetherProbes, valueProbes } from "./probes.js";
import * as rules from "./rules.js";
import { cardinalityOf } from "./types.js";

/**
 * One finding for each group of fields that exclude each other in one version alone; and one for a field
 * that went into a oneof, or out of one, without that; and for a oneof with another name.
 */
export function oneofSuspects(messages: Messages, { both }: Pairing<Field>): Suspect[] {
  const fields = both.filter(
    ({ old, now }) => cardinalityOf(old) === "singular" && cardinalityOf(now) === "singular",
  );
  const order = messages.pairs.now.fieldsOf(messages.now);
  fields.sort((a, b) => order.indexOf(a.now) - order.indexOf(b.now));
  const told = new Set<Pair<Field>>();
  const found: Suspect[] = [];
  for (const pair of [...fields.filter(isMover), ...fields]) {
    if (told.has(pair)) continue;
    const others = fields.filter((other) => other !== pair && isExclusiveInOne(pair, other));
    if (others.length === 0 && !isMover(pair)) continue;
    const along =
      others.length > 0
        ? others
        : fields.filter((other) => isSame(pair.old.oneof, other.old.oneof));
    for (const one of [pair, ...along]) told.add(one);
    found.push(changed(messages, pair, others, along));
  }
  return found;
}

function isMoved({ old, now }: Pair<Field>): boolean {
  return old.number !== now.number;
}

/** Whether the field is in a oneof of another name than before. */
function isMover({ old, now }: Pair<Field>): boolean {
  return old.oneof?.name !== now.oneof?.name;
}

function isExclusiveInOne(one: Pair<Field>, other: Pair<Field>): boolean {
  return isSame(one.old.oneof, other.old.oneof) !== isSame(one.now.oneof, other.now.oneof);
}

function isSame(one: DescOneof | undefined, other: DescOneof | undefined): boolean {
  return one !== undefined && one === other;
}

function changed(
  messages: Messages,
  pair: Pair<Field>,
  others: readonly Pair<Field>[],
  along: readonly Pair<Field>[],
): Suspect {
  const { old, now } = pair;
  return suspect(
    rules.FIELD_ONEOF_CHANGED,
    {
      name: now.name,
      old: old.oneof?.name,
      now: now.oneof?.name,
      others: others.map((other) => other.now.name),
      areFree: others.some((other) => isSame(old.oneof, other.old.oneof)),
    },
    {
      symbol: symbolOf(now),
      at: now,
      was: old,
      severity: "proven",
      harmless: "warning",
      // The bytes of a field that moved to another number do not arrive whatever oneof it is in.
      ...([pair, ...others].some(isMoved) ? { formats: ["json"] as const } : {}),
      probes:
        others.length === 0
          ? valueProbes(messages, pair, "value")
          : others.flatMap((other) => togetherProbes(messages, pair, other)),
      covers: [
        "FIELD_SAME_ONEOF",
        "FIELD_SAME_CARDINALITY",
        "FIELD_WIRE_COMPATIBLE_CARDINALITY",
        "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
        "ONEOF_NO_DELETE",
      ],
      also: along,
    },
  );
}
