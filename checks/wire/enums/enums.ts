// Compares two versions of an enum: every way in which its numbers and names may change.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { symbolOf } from "../../../core/source-info.js";
import { isRequired } from "../evidence/meaning.js";
import {
  canHave,
  freeFor,
  isReservable,
  reservations,
  reservedNames,
  restoredNumbers,
} from "../numbers.js";
import type { Field, Pair, Pairs } from "../pairs.js";
import { restoring, type Suspect, shift, suspect } from "../suspect.js";
import type { Carrier } from "./carriers.js";
import { carriersOf, type EnumChange, movedIn, REMOVAL_RULES, valueProbes } from "./change.js";
import { jsonNames, renamed } from "./names.js";
import * as rules from "./rules.js";
import { defaultValue, enumType } from "./whole.js";

/** The changes of an enum. */
export function enumSuspects(
  { old, now }: Pair<DescEnum>,
  pairs: Pairs,
  carriers: readonly Carrier[],
): Suspect[] {
  const pairing = pairs.values(old, now);
  const gone = pairing.both.filter((pair) => pair.old.number !== pair.now.number);
  const left = new Set(
    [...pairing.removed, ...gone.map((pair) => pair.old)].map(({ number }) => number),
  );
  const free = freeFor(old, now, pairing.added, left, pairs.takenIn(now));
  const movedFrom = new Set(gone.map((pair) => pair.old.number));
  const intruders = pairing.added.filter(({ number }) => movedFrom.has(number));
  const restored = restoredNumbers(now, now.values, gone, intruders, free);
  const change: EnumChange = { old, now, pairing, free, intruders, restored, carriers, pairs };
  return [
    ...renumbered(change),
    ...added(change),
    ...removed(change),
    ...renamed(change),
    ...jsonNames(change),
    ...enumType(change),
    ...defaultValue(change),
  ];
}

function renumbered(change: EnumChange): Suspect[] {
  const { now, intruders, restored } = change;
  const moved = inOrderOf(now, movedIn(change));
  const [first] = moved;
  if (first === undefined) return [];
  return [
    suspect(
      rules.ENUM_VALUE_RENUMBERED,
      {
        enum: now.name,
        ...shift(moved, intruders, change.free),
        isFixed: restored !== undefined,
      },
      {
        symbol: symbolOf(first.now),
        at: first.now,
        was: first.old,
        severity: "proven",
        harmless: "warning",
        probes: moved.flatMap((pair) => valueProbes(change, pair.old.number, pair.now.number)),
        covers: ["ENUM_VALUE_SAME_NAME", "FIELD_SAME_DEFAULT", ...REMOVAL_RULES],
        also: [
          ...moved,
          // The names that stayed at a number that others left.
          ...change.pairing.both.filter((pair) =>
            moved.some(({ old }) => old.number === pair.old.number),
          ),
          ...intruders.map((value) => ({ now: value })),
          ...carriersOf(change),
        ],
        ...restoring(restored),
      },
    ),
  ];
}

function added(change: EnumChange): Suspect[] {
  const { old, now, pairing } = change;
  const moved = new Set(movedIn(change).map((pair) => pair.old.number));
  return pairing.added.flatMap((value) => {
    const before = old.values.filter(({ number }) => number === value.number);
    const gone = before.filter((one) => pairing.removed.includes(one));
    if (moved.has(value.number)) return [];
    if (before.some((one) => !pairing.removed.includes(one))) return []; // Another name for a known value.
    if (gone[0] !== undefined) return [numberReused(change, value, gone[0], gone)];
    const absent = change.carriers.find(({ field }) => isRequiredAndClosed(field.old));
    const effect = old.open
      ? "Old peers see a number without a name."
      : absent === undefined
        ? "Old peers read it as if the field were not set: the enum is closed."
        : `Old peers refuse every ${absent.message.now.name} that has it: the enum is closed, and ${absent.field.now.name} is required.`;
    return [
      suspect(
        rules.ENUM_VALUE_ADDED,
        { enum: now.name, name: value.name, number: value.number, effect },
        {
          symbol: symbolOf(value),
          at: value,
          was: undefined,
          severity: "proven",
          harmless: "warning",
          probes: valueProbes(change, undefined, value.number),
          covers: [],
        },
      ),
    ];
  });
}

/** A reader of a closed enum drops a value that it does not know, and then lacks a required field. */
function isRequiredAndClosed(field: Field): boolean {
  return field.enum?.open === false && isRequired(field);
}

function numberReused(
  change: EnumChange,
  value: DescEnumValue,
  gone: DescEnumValue,
  allGone: readonly DescEnumValue[],
): Suspect {
  const { now } = change;
  const fresh = change.free.get(value);
  const isFree = fresh !== undefined && canHave(now, now.values, new Map([[value, fresh]]));
  const free = isFree ? fresh : undefined;
  const known = reservedNames(now);
  const names = allGone.map(({ name }) => name).filter((name) => !known.has(name));
  return suspect(
    rules.ENUM_VALUE_NUMBER_REUSED,
    {
      enum: change.now.name,
      name: value.name,
      number: value.number,
      old: gone.name,
      free,
      add: reservations(now, [gone.number], names).join(" "),
    },
    {
      symbol: symbolOf(value),
      at: value,
      was: gone,
      severity: "proven",
      harmless: "warning",
      probes: valueProbes(change, gone.number, value.number),
      covers: ["ENUM_VALUE_SAME_NAME", ...REMOVAL_RULES],
      ...(free === undefined
        ? {}
        : {
            remedy: {
              renumber: [{ element: value, to: free }],
              reserve: { in: now, numbers: [gone.number], names },
            },
          }),
    },
  );
}

function removed(change: EnumChange): Suspect[] {
  const { now, pairing } = change;
  return pairing.removed.flatMap((value) => {
    const isReused = pairing.added.some(({ number }) => number === value.number);
    const isMovedTo = movedIn(change).some((pair) => pair.now.number === value.number);
    if (isReused && !movedIn(change).some((pair) => pair.old.number === value.number)) return [];
    const isInUse = now.values.some(({ number }) => number === value.number);
    const isLeft = !isInUse || (isMovedTo && change.restored !== undefined);
    const lacksNumber = isLeft && isReservable(now, value.number);
    const lacksName = !reservedNames(now).has(value.name);
    const missing = [lacksNumber ? "its number" : "", lacksName ? "its name" : ""].filter(Boolean);
    const reserve = {
      in: now,
      numbers: lacksNumber ? [value.number] : [],
      names: lacksName ? [value.name] : [],
    };
    const args = {
      enum: now.name,
      name: value.name,
      number: value.number,
      missing: missing.join(" and "),
      add: reservations(now, reserve.numbers, reserve.names).join(" "),
    };
    const about = {
      symbol: symbolOf(value),
      at: now,
      was: value,
      // That another value moved to its number is told as such.
      severity: isMovedTo ? ("warning" as const) : ("proven" as const),
      probes: isMovedTo ? [] : valueProbes(change, value.number, undefined),
      covers: REMOVAL_RULES,
    };
    if (missing.length === 0) {
      return [suspect(rules.ENUM_VALUE_REMOVED, args, { ...about, harmless: "info" })];
    }
    return [
      suspect(rules.ENUM_VALUE_REMOVED_UNRESERVED, args, {
        ...about,
        harmless: "warning",
        remedy: { reserve },
      }),
    ];
  });
}

/** The pairs in the order in which the enum declares their values now. */
function inOrderOf(now: DescEnum, all: readonly Pair<DescEnumValue>[]): Pair<DescEnumValue>[] {
  return [...all].sort((a, b) => now.values.indexOf(a.now) - now.values.indexOf(b.now));
}
