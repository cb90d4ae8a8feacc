// Compares two versions of an enum: every way in which its numbers and names may change.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { symbolOf } from "../../core/source-info.js";
import type { Carrier } from "./carriers.js";
import * as rules from "./enum-rules.js";
import { hasPresence, isRequired, type Sender } from "./evidence/meaning.js";
import type { Probe } from "./evidence/prove.js";
import type { Fields, Format, Value } from "./evidence/runtime.js";
import { fieldSamples, required } from "./evidence/samples.js";
import {
  canHave,
  freeFor,
  isReservable,
  reservations,
  reservedNames,
  restoredNumbers,
} from "./numbers.js";
import type { Field, Pair, Pairing, Pairs } from "./pairs.js";
import { type Also, type Remedy, type Suspect, suspect } from "./suspect.js";

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
  const free = freeFor(old, now, pairing.added, left);
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

interface EnumChange extends Pair<DescEnum> {
  readonly pairing: Pairing<DescEnumValue>;
  /** The numbers for values that took those of others. */
  readonly free: ReadonlyMap<DescEnumValue, number>;
  /** The new values that took the numbers of values that moved. */
  readonly intruders: readonly DescEnumValue[];
  /** What puts the numbers right; undefined where more has to be done than that. */
  readonly restored: ReadonlyMap<DescEnumValue, number> | undefined;
  readonly carriers: readonly Carrier[];
  readonly pairs: Pairs;
}

function movedIn({ pairing }: EnumChange): Pair<DescEnumValue>[] {
  return pairing.both.filter((pair) => pair.old.number !== pair.now.number);
}

function renumbered(change: EnumChange): Suspect[] {
  const { now, intruders, restored } = change;
  const moved = inOrderOf(now, movedIn(change));
  const [first] = moved;
  if (first === undefined) return [];
  const inserted = intruders.flatMap((value) => {
    const free = change.free.get(value);
    return free === undefined ? [] : [{ value, name: value.name, number: value.number, free }];
  });
  return [
    suspect(
      rules.ENUM_VALUE_RENUMBERED,
      {
        enum: now.name,
        moves: moved.map((pair) => ({
          name: pair.now.name,
          from: pair.old.number,
          to: pair.now.number,
        })),
        inserted: inserted.map(({ value: _, ...rest }) => rest),
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
        also: [...moved, ...intruders.map((value) => ({ now: value })), ...carriersOf(change)],
        ...remedyOf(restored),
      },
    ),
  ];
}

function remedyOf(numbers: ReadonlyMap<DescEnumValue, number> | undefined): { remedy?: Remedy } {
  if (numbers === undefined) return {};
  return { remedy: { renumber: [...numbers].map(([element, to]) => ({ element, to })) } };
}

/** What buf calls a value that is gone from its number. */
const REMOVAL_RULES = [
  "ENUM_VALUE_NO_DELETE",
  "ENUM_VALUE_NO_DELETE_UNLESS_NAME_RESERVED",
  "ENUM_VALUE_NO_DELETE_UNLESS_NUMBER_RESERVED",
];

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

function renamed(change: EnumChange): Suspect[] {
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
function jsonNames(change: EnumChange): Suspect[] {
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

function enumType(change: EnumChange): Suspect[] {
  const { old, now, pairs } = change;
  if (old.open === now.open) return [];
  const taken = [...old.values, ...now.values].map(({ number }) => number);
  const unnamed = Math.min(Math.max(...taken) + 1000, 2 ** 31 - 1);
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
          probesOf(carrier, BigInt(unnamed), old.open ? "old" : "new", pairs),
        ),
        covers: ["ENUM_SAME_TYPE"],
      },
    ),
  ];
}

/** Of a closed enum, the first value is what an unset field reads as. */
function defaultValue(change: EnumChange): Suspect[] {
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

/** The fields that have the enum; buf says of them that their default changed. */
function carriersOf({ carriers }: EnumChange): Also[] {
  return carriers.map(({ field }) => ({ now: field.now }));
}

/** What shows a change of a value: the old number sent to new peers, and the new one to old peers. */
function valueProbes(
  { carriers, pairs }: EnumChange,
  old: number | undefined,
  now: number | undefined,
): Probe[] {
  return carriers.flatMap((carrier) => [
    ...(old === undefined ? [] : probesOf(carrier, BigInt(old), "old", pairs)),
    ...(now === undefined ? [] : probesOf(carrier, BigInt(now), "new", pairs)),
  ]);
}

function probesOf(carrier: Carrier, number: bigint, sender: Sender, pairs: Pairs): Probe[] {
  const field = sender === "old" ? carrier.field.old : carrier.field.now;
  const [value] = fieldSamples(field, [number]);
  return value === undefined ? [] : [probe(carrier, value, sender, pairs)];
}

function probe(
  { message, field }: Carrier,
  value: Value | undefined,
  sender: Sender,
  pairs: Pairs,
): Probe {
  const [names, writer, own] =
    sender === "old" ? [pairs.old, message.old, field.old] : [pairs.now, message.now, field.now];
  const fields: Fields = required(writer, (desc) => names.fieldsOf(desc));
  // A zero without presence is the same as nothing, and is not sent.
  if (value !== undefined && (value !== 0n || hasPresence(own))) fields.set(own.number, value);
  return {
    sender,
    ...message,
    value: fields,
    focus: { path: [own.number], part: "value" },
    about: [own],
    ...(value === undefined ? {} : { formats: formatsOf(field) }),
  };
}

/** The formats in which the field is found by its peer, so that only the enum's change shows. */
function formatsOf({ old, now }: Pair<Field>): Format[] {
  return [
    ...(old.number === now.number ? ["binary" as const] : []),
    ...(old.jsonName === now.jsonName ? ["json" as const] : []),
  ];
}

/** The pairs in the order in which the enum declares their values now. */
function inOrderOf(now: DescEnum, all: readonly Pair<DescEnumValue>[]): Pair<DescEnumValue>[] {
  return [...all].sort((a, b) => now.values.indexOf(a.now) - now.values.indexOf(b.now));
}
