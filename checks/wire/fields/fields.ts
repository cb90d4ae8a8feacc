// Compares two versions of a message: which fields moved, went, came, and what changed in those that stayed.
import { symbolOf } from "../../../core/source-info.js";
import { isRequired } from "../evidence/meaning.js";
import { freeFor, isReservable, reservations, reservedNames, restoredNumbers } from "../numbers.js";
import type { Field, Pair } from "../pairs.js";
import { restoring, type Suspect, shift, suspect } from "../suspect.js";
import { aspectSuspects } from "./aspects.js";
import { type FieldsChange, REMOVAL_RULES } from "./change.js";
import { names } from "./names.js";
import { oneofSuspects } from "./oneofs.js";
import { absentProbes, type Messages, valueProbes } from "./probes.js";
import * as rules from "./rules.js";
import { typeText } from "./types.js";

/** The changes of a message's fields, extensions of it included. */
export function fieldSuspects(messages: Messages): Suspect[] {
  const { old, now, pairs } = messages;
  const pairing = pairs.fields(old, now);
  const moved = pairing.both.filter((pair) => pair.old.number !== pair.now.number);
  const left = [...pairing.removed, ...moved.map((pair) => pair.old)].map(({ number }) => number);
  const free = freeFor(old, now, pairing.added, new Set(left), pairs.takenIn(now));
  const movedFrom = new Set(moved.map((pair) => pair.old.number));
  const intruders = pairing.added.filter(({ number }) => movedFrom.has(number));
  const restored = restoredNumbers(now, pairs.now.fieldsOf(now), moved, intruders, free);
  const change: FieldsChange = { ...messages, pairing, free, intruders, restored };
  return [
    ...renumbered(change),
    ...added(change),
    ...removed(change),
    ...names(change),
    ...change.pairing.both.flatMap((pair) => aspectSuspects(change, pair)),
    ...oneofSuspects(change, change.pairing),
  ];
}

function movedIn({ pairing }: FieldsChange): Pair<Field>[] {
  return pairing.both.filter((pair) => pair.old.number !== pair.now.number);
}

/** What buf calls two fields that have nothing in common but the number. */
const REPLACED_RULES = [
  ...REMOVAL_RULES,
  "FIELD_SAME_NAME",
  "FIELD_SAME_JSON_NAME",
  "FIELD_SAME_TYPE",
  "FIELD_SAME_CARDINALITY",
  "FIELD_SAME_DEFAULT",
  "FIELD_SAME_ONEOF",
  "FIELD_SAME_UTF8_VALIDATION",
  "FIELD_WIRE_COMPATIBLE_TYPE",
  "FIELD_WIRE_COMPATIBLE_CARDINALITY",
  "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
  "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
];

function renumbered(change: FieldsChange): Suspect[] {
  const { now, intruders, restored } = change;
  const order = change.pairs.now.fieldsOf(now);
  const moved = movedIn(change).sort((a, b) => order.indexOf(a.now) - order.indexOf(b.now));
  const [first] = moved;
  if (first === undefined) return [];
  return [
    suspect(
      rules.FIELD_RENUMBERED,
      {
        message: now.name,
        ...shift(moved, intruders, change.free),
        isFixed: restored !== undefined,
      },
      {
        symbol: symbolOf(first.now),
        at: first.now,
        was: first.old,
        severity: "proven",
        harmless: "warning",
        probes: moved.flatMap((pair) => valueProbes(change, pair, "number")),
        formats: ["binary"],
        covers: [...REPLACED_RULES, "MESSAGE_SAME_REQUIRED_FIELDS"],
        also: [...moved, ...intruders.map((field) => ({ now: field }))],
        ...restoring(restored),
      },
    ),
  ];
}

function added(change: FieldsChange): Suspect[] {
  const { now, pairing } = change;
  return pairing.added.flatMap((field) => {
    const fresh = change.free.get(field);
    const gone = pairing.removed.find(({ number }) => number === field.number);
    const found: Suspect[] = [];
    if (gone !== undefined) {
      const isFree = gone.kind !== "extension" && fresh !== undefined;
      const free = isFree ? fresh : undefined;
      const names = reservedNames(now).has(gone.name) ? [] : [gone.name];
      const numbers = isReservable(now, gone.number) ? [gone.number] : [];
      found.push(
        suspect(
          rules.FIELD_NUMBER_REUSED,
          {
            name: field.name,
            type: typeText(field),
            number: field.number,
            old: gone.name,
            oldType: typeText(gone),
            free,
            add: reservations(now, numbers, names).join(" "),
          },
          {
            symbol: symbolOf(field),
            at: field,
            was: gone,
            severity: "proven",
            harmless: "warning",
            probes: valueProbes(change, { old: gone, now: field }, "value"),
            covers: REPLACED_RULES,
            ...(free === undefined
              ? {}
              : {
                  remedy: {
                    renumber: [{ element: field, to: free }],
                    reserve: { in: now, numbers, names },
                  },
                }),
          },
        ),
      );
    }
    if (isRequired(field)) {
      found.push(
        suspect(
          rules.FIELD_REQUIRED_CHANGED,
          { name: field.name, change: "is new, and required" },
          {
            symbol: symbolOf(field),
            at: field,
            was: undefined,
            severity: "proven",
            probes: absentProbes(change, { old: undefined, now: field }),
            covers: ["MESSAGE_SAME_REQUIRED_FIELDS"],
          },
        ),
      );
    }
    return found;
  });
}

function removed(change: FieldsChange): Suspect[] {
  const { now, pairing } = change;
  return pairing.removed.flatMap((field) => {
    const about = {
      symbol: symbolOf(field),
      at: now,
      was: field,
    };
    const found: Suspect[] = [];
    if (isRequired(field)) {
      found.push(
        suspect(
          rules.FIELD_REQUIRED_CHANGED,
          { name: field.name, change: "was required, and is gone" },
          {
            ...about,
            severity: "proven",
            probes: absentProbes(change, { old: field, now: undefined }),
            covers: ["MESSAGE_SAME_REQUIRED_FIELDS", ...REMOVAL_RULES],
          },
        ),
      );
    }
    if (pairing.added.some(({ number }) => number === field.number)) return found;
    const isExtension = field.kind === "extension";
    const isMovedTo = movedIn(change).some((pair) => pair.now.number === field.number);
    const isLeft = !isMovedTo || change.restored !== undefined;
    const lacksNumber = isExtension || (isLeft && isReservable(now, field.number));
    const lacksName = !isExtension && !reservedNames(now).has(field.name);
    const missing = [lacksNumber ? "its number" : "", lacksName ? "its name" : ""].filter(Boolean);
    const reserve = {
      in: now,
      numbers: lacksNumber ? [field.number] : [],
      names: lacksName ? [field.name] : [],
    };
    const args = {
      message: now.name,
      name: field.name,
      number: field.number,
      missing: missing.join(" and "),
      add: isExtension
        ? `extensions ${field.number} [declaration = { number: ${field.number}, reserved: true }];`
        : reservations(now, reserve.numbers, reserve.names).join(" "),
      isFixed: !isExtension,
    };
    const probes = valueProbes(change, { old: field, now: undefined }, "value");
    const covers = REMOVAL_RULES;
    if (missing.length > 0) {
      found.push(
        suspect(rules.FIELD_REMOVED_UNRESERVED, args, {
          ...about,
          severity: "warning",
          probes,
          covers,
          ...(isExtension ? {} : { remedy: { reserve } }),
        }),
      );
    } else if (found.length === 0) {
      found.push(
        suspect(rules.FIELD_REMOVED, args, { ...about, severity: "info", probes, covers }),
      );
    }
    return found;
  });
}
