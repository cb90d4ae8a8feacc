// Compares two versions of a message: which fields moved, went, came, and what changed in those that stayed.
import { symbolOf } from "../../core/source-info.js";
import { isRequired } from "./evidence/meaning.js";
import { aspectSuspects } from "./field-aspects.js";
import { absentProbes, type Messages, valueProbes } from "./field-probes.js";
import * as rules from "./field-rules.js";
import { typeText } from "./field-types.js";
import { freeNumbers, isReserved, reservations, reservedNames } from "./numbers.js";
import type { Field, Pair, Pairing } from "./pairs.js";
import { type Suspect, suspect } from "./suspect.js";

/** The changes of a message's fields, extensions of it included. */
export function fieldSuspects(messages: Messages): Suspect[] {
  const change: Change = {
    ...messages,
    pairing: messages.pairs.fields(messages.old, messages.now),
  };
  return [
    ...renumbered(change),
    ...added(change),
    ...removed(change),
    ...names(change),
    ...change.pairing.both
      .filter((pair) => pair.old.number === pair.now.number)
      .flatMap((pair) => aspectSuspects(change, pair, change.pairing)),
  ];
}

interface Change extends Messages {
  readonly pairing: Pairing<Field>;
}

function movedIn({ pairing }: Change): Pair<Field>[] {
  return pairing.both.filter((pair) => pair.old.number !== pair.now.number);
}

/** What buf calls a field that is gone from its number. */
const REMOVAL_RULES = [
  "FIELD_NO_DELETE",
  "FIELD_NO_DELETE_UNLESS_NAME_RESERVED",
  "FIELD_NO_DELETE_UNLESS_NUMBER_RESERVED",
];

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

function renumbered(change: Change): Suspect[] {
  const { old, now, pairing } = change;
  const order = change.pairs.now.fieldsOf(now);
  const moved = movedIn(change).sort((a, b) => order.indexOf(a.now) - order.indexOf(b.now));
  const [first] = moved;
  if (first === undefined) return [];
  const left = new Set(moved.map((pair) => pair.old.number));
  const intruders = pairing.added.filter(({ number }) => left.has(number));
  const free = freeNumbers(old, now, intruders.length);
  const inserted = intruders.flatMap((field, i) => {
    const number = free[i];
    return number === undefined
      ? []
      : [{ field, name: field.name, number: field.number, free: number }];
  });
  return [
    suspect(
      rules.FIELD_RENUMBERED,
      {
        message: now.name,
        moves: moved.map((pair) => ({
          name: pair.now.name,
          from: pair.old.number,
          to: pair.now.number,
        })),
        inserted: inserted.map(({ field: _, ...rest }) => rest),
      },
      {
        symbol: symbolOf(first.now),
        at: first.now,
        was: first.old,
        severity: "proven",
        harmless: "warning",
        probes: moved.flatMap((pair) => valueProbes(change, pair, "number")),
        covers: [...REPLACED_RULES, "MESSAGE_SAME_REQUIRED_FIELDS"],
        remedy: {
          renumber: [
            ...moved.map((pair) => ({ element: pair.now, to: pair.old.number })),
            ...inserted.map(({ field, free: to }) => ({ element: field, to })),
          ],
        },
      },
    ),
  ];
}

function added(change: Change): Suspect[] {
  const { old, now, pairing } = change;
  const free = freeNumbers(old, now, pairing.added.length);
  return pairing.added.flatMap((field, i) => {
    const gone = pairing.removed.find(({ number }) => number === field.number);
    const found: Suspect[] = [];
    if (gone !== undefined) {
      found.push(
        suspect(
          rules.FIELD_NUMBER_REUSED,
          {
            name: field.name,
            type: typeText(field),
            number: field.number,
            old: gone.name,
            oldType: typeText(gone),
            free: free[i] ?? field.number,
            add: reservations(now, [gone.number], [gone.name]).join(" "),
          },
          {
            symbol: symbolOf(field),
            at: field,
            was: gone,
            severity: "proven",
            harmless: "warning",
            probes: valueProbes(change, { old: gone, now: field }, "value"),
            covers: REPLACED_RULES,
            remedy: {
              renumber: [{ element: field, to: free[i] ?? field.number }],
              reserve: { in: now, numbers: [gone.number], names: [gone.name] },
            },
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
            probes: absentProbes(change),
            covers: ["MESSAGE_SAME_REQUIRED_FIELDS"],
          },
        ),
      );
    }
    return found;
  });
}

function removed(change: Change): Suspect[] {
  const { now, pairing } = change;
  return pairing.removed.flatMap((field) => {
    const about = {
      symbol: symbolOf(field),
      at: now,
      was: field,
    };
    if (isRequired(field)) {
      return [
        suspect(
          rules.FIELD_REQUIRED_CHANGED,
          { name: field.name, change: "was required, and is gone" },
          {
            ...about,
            severity: "proven",
            probes: absentProbes(change),
            covers: ["MESSAGE_SAME_REQUIRED_FIELDS", ...REMOVAL_RULES],
          },
        ),
      ];
    }
    if (pairing.added.some(({ number }) => number === field.number)) return [];
    const isExtension = field.kind === "extension";
    const lacksNumber = !isExtension && !isReserved(now, field.number);
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
      add: reservations(now, reserve.numbers, reserve.names).join(" "),
    };
    const probes = valueProbes(change, { old: field, now: undefined }, "value");
    const covers = [...REMOVAL_RULES, "EXTENSION_NO_DELETE", "PACKAGE_EXTENSION_NO_DELETE"];
    return missing.length === 0
      ? [suspect(rules.FIELD_REMOVED, args, { ...about, severity: "info", probes, covers })]
      : [
          suspect(rules.FIELD_REMOVED_UNRESERVED, args, {
            ...about,
            severity: "warning",
            probes,
            covers,
            remedy: { reserve },
          }),
        ];
  });
}

/** Fields that are called otherwise, in the protos or in JSON. */
function names(change: Change): Suspect[] {
  const { pairing } = change;
  const found: Suspect[] = [];
  for (const pair of pairing.both) {
    const { old, now } = pair;
    const args = { name: now.name, old: old.name, json: jsonName(now), oldJson: jsonName(old) };
    const about = {
      symbol: symbolOf(now),
      at: now,
      was: old,
      severity: "proven" as const,
      harmless: "warning" as const,
      probes: valueProbes(change, pair, "number"),
    };
    const isMoved = old.number !== now.number;
    if (old.name !== now.name) {
      const covers = ["FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME", ...REMOVAL_RULES];
      found.push(suspect(rules.FIELD_RENAMED, args, { ...about, covers }));
    } else if (args.json !== args.oldJson && !isMoved) {
      const covers = ["FIELD_SAME_JSON_NAME"];
      found.push(suspect(rules.FIELD_JSON_NAME_CHANGED, args, { ...about, covers }));
    }
  }
  return [...found, ...jsonNamesReused(change)];
}

/** JSON names under which each version knows another field. */
function jsonNamesReused(change: Change): Suspect[] {
  const { old, now, pairing, pairs } = change;
  const before = new Map(pairs.old.fieldsOf(old).map((field) => [jsonName(field), field]));
  return pairs.now.fieldsOf(now).flatMap((field) => {
    const other = before.get(jsonName(field));
    const isSame = pairing.both.some((pair) => pair.old === other && pair.now === field);
    // Under one number, it is told as a number that is reused.
    if (other === undefined || isSame || other.number === field.number) return [];
    return [
      suspect(
        rules.FIELD_JSON_NAME_REUSED,
        { name: field.name, json: jsonName(field), old: other.name },
        {
          symbol: symbolOf(field),
          at: field,
          was: other,
          severity: "proven",
          harmless: "warning",
          probes: valueProbes(change, { old: other, now: field }, "number"),
          covers: [],
        },
      ),
    ];
  });
}

function jsonName(field: Field): string {
  return field.kind === "extension" ? `[${field.typeName}]` : field.jsonName;
}
