// What changed in an enum as a whole: whether it is open, and what a field of it is that is not set.
import { isRequired } from "../evidence/meaning.js";
import { unnamedNumber } from "../evidence/samples.js";
import { type Suspect, suspect } from "../suspect.js";
import { carriersOf, type EnumChange, probe, probesOf } from "./change.js";
import * as rules from "./rules.js";

/** An enum that was open and is closed, or the reverse. */
export function enumType(change: EnumChange): Suspect[] {
  const { old, now, pairs } = change;
  if (old.open === now.open) return [];
  return [
    suspect(
      rules.ENUM_TYPE_CHANGED,
      { enum: now.name, now: now.open ? "open" : "closed" },
      {
        symbol: now.typeName,
        at: now,
        was: old,
        severity: "proven",
        harmless: "warning",
        probes: change.carriers.flatMap((carrier) =>
          probesOf(carrier, BigInt(unnamedNumber([old, now])), old.open ? "old" : "new", pairs),
        ),
        covers: ["ENUM_SAME_TYPE"],
      },
    ),
  ];
}

/** Of a closed enum, the first value is what an unset field reads as. */
export function defaultValue(change: EnumChange): Suspect[] {
  const { old, now, pairing, pairs } = change;
  const [before, after] = [old.values[0], now.values[0]];
  if (before === undefined || after === undefined || (old.open && now.open)) return [];
  if (pairing.both.some((pair) => pair.old === before && pair.now === after)) return [];
  const probes = change.carriers
    .filter(({ field }) => field.old.fieldKind === "enum" && !isRequired(field.old))
    .flatMap((carrier) =>
      (["old", "new"] as const).map((sender) => probe(carrier, undefined, sender, pairs)),
    );
  if (probes.length === 0) return [];
  return [
    suspect(
      rules.ENUM_DEFAULT_CHANGED,
      { enum: now.name, name: after.name, old: before.name },
      {
        symbol: now.typeName,
        at: after,
        was: before,
        severity: "proven",
        harmless: undefined,
        probes,
        covers: ["FIELD_SAME_DEFAULT"],
        also: carriersOf(change),
      },
    ),
  ];
}
