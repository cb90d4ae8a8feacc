// What changed in the names of an enum's values, which are what JSON carries.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { symbolOf } from "../../../core/source-info.js";
import { type Suspect, suspect } from "../suspect.js";
import { type EnumChange, REMOVAL_RULES, valueProbes } from "./change.js";
import * as rules from "./rules.js";

/** Values that are called otherwise. */
export function renamed(change: EnumChange): Suspect[] {
  return change.pairing.both
    .filter(({ old, now }) => old.name !== now.name)
    .map(({ old, now }) =>
      suspect(
        rules.ENUM_VALUE_RENAMED,
        { enum: change.now.name, name: now.name, old: old.name, number: now.number },
        {
          symbol: symbolOf(now),
          at: now,
          was: old,
          severity: "proven",
          harmless: "warning",
          probes: valueProbes(change, old.number, now.number),
          formats: ["json"],
          covers: ["ENUM_VALUE_SAME_NAME", ...REMOVAL_RULES],
        },
      ),
    );
}

/** Numbers that have other names, or their names in another order: JSON carries one of them. */
export function jsonNames(change: EnumChange): Suspect[] {
  const { old, now, pairing } = change;
  const names = (desc: DescEnum, number: number): DescEnumValue[] =>
    desc.values.filter((value) => value.number === number);
  const numbers = new Set(old.values.map(({ number }) => number));
  return [...numbers].flatMap((number) => {
    const [before, after] = [names(old, number), names(now, number)];
    if (before.map(({ name }) => name).join() === after.map(({ name }) => name).join()) return [];
    // A rename, a move, a reuse and a removal are told as such.
    const stays = (value: DescEnumValue): boolean =>
      pairing.both.some((pair) => pair.now === value && pair.old.number === number) ||
      pairing.added.includes(value);
    const isKept = pairing.both.some(
      (pair) =>
        before.includes(pair.old) && after.includes(pair.now) && pair.old.name === pair.now.name,
    );
    const [was] = before;
    if (!isKept || !after.every(stays) || was === undefined) return [];
    const isFirst = after[0]?.name !== was.name;
    const other = isFirst ? after[0] : after.find((value) => pairing.added.includes(value));
    if (other === undefined) return [];
    return [
      suspect(
        rules.ENUM_VALUE_JSON_NAME_CHANGED,
        { enum: now.name, name: other.name, old: was.name, number, isFirst },
        {
          symbol: symbolOf(other),
          at: other,
          was,
          severity: "proven",
          harmless: "warning",
          probes: valueProbes(change, number, number),
          formats: ["json"],
          covers: ["ENUM_VALUE_SAME_NAME"],
        },
      ),
    ];
  });
}
