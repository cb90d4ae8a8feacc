// What changed in a field that kept its number: its type, cardinality, encoding, presence, default, oneof.
import { ScalarType } from "@bufbuild/protobuf";
import { symbolOf } from "../../../core/source-info.js";
import { defaultOf, hasPresence, isRequired } from "../evidence/meaning.js";
import { sameValue } from "../evidence/runtime.js";
import { defaultText } from "../evidence/words.js";
import type { Field, Pair, Pairs } from "../pairs.js";
import { type Suspect, suspect } from "../suspect.js";
import { absentProbes, type Messages, rawProbes, valueProbes } from "./probes.js";
import * as rules from "./rules.js";
import { cardinalityOf, isDelimited, isSameType, typeText } from "./types.js";

type About = Omit<Suspect, "rule" | "args" | "probes" | "covers">;

/** The changes of one field beside its name and number. */
export function aspectSuspects(messages: Messages, pair: Pair<Field>): Suspect[] {
  const about: About = {
    symbol: symbolOf(pair.now),
    at: pair.now,
    was: pair.old,
    severity: "proven",
    harmless: "warning",
  };
  // Under another number, the bytes of the field do not arrive whatever they are.
  if (pair.old.number !== pair.now.number) {
    const moved = shapeSuspect(messages, pair, { ...about, formats: ["json"] });
    return moved === undefined ? defaultSuspects(messages, pair, about) : [moved];
  }
  const shape = shapeSuspect(messages, pair, about);
  return [
    ...(shape === undefined ? finerSuspects(messages, pair, about) : [shape]),
    ...requiredSuspects(messages, pair, about),
  ];
}

/** Another cardinality, encoding or type: one finding, because the values show them together. */
function shapeSuspect(messages: Messages, pair: Pair<Field>, about: About): Suspect | undefined {
  const { old, now } = pair;
  const isSame = isSameType(old, now, messages.pairs);
  const types = { name: now.name, type: typeText(now), oldType: typeText(old) };
  const probes = (): ReturnType<typeof valueProbes> => valueProbes(messages, pair, "value");
  if (cardinalityOf(old) !== cardinalityOf(now)) {
    return suspect(rules.FIELD_CARDINALITY_CHANGED, types, {
      ...about,
      probes: probes(),
      covers: [...CARDINALITY_RULES, ...TYPE_RULES, "FIELD_SAME_ONEOF"],
    });
  }
  const canBeDelimited = old.message !== undefined && now.message !== undefined;
  if (canBeDelimited && isDelimited(old) !== isDelimited(now)) {
    const encoding = (field: Field): string =>
      isDelimited(field) ? "a group" : "a message with its length before it";
    return suspect(
      rules.FIELD_ENCODING_CHANGED,
      { name: now.name, old: encoding(old), now: encoding(now) },
      { ...about, probes: probes(), covers: TYPE_RULES },
    );
  }
  if (isSame) return undefined;
  return suspect(rules.FIELD_TYPE_CHANGED, types, {
    ...about,
    probes: probes(),
    covers: [...TYPE_RULES, ...CARDINALITY_RULES, "FIELD_SAME_DEFAULT", ...UTF8_RULES],
  });
}

const CARDINALITY_RULES = [
  "FIELD_SAME_CARDINALITY",
  "FIELD_WIRE_COMPATIBLE_CARDINALITY",
  "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
];

/** What buf calls a field of another type. */
export const TYPE_RULES = [
  "FIELD_SAME_TYPE",
  "FIELD_WIRE_COMPATIBLE_TYPE",
  "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
];

const UTF8_RULES = ["FIELD_SAME_UTF8_VALIDATION", "FIELD_SAME_JAVA_UTF8_VALIDATION"];

/** Presence, default and the check of UTF-8 of a field whose type stayed. */
function finerSuspects(messages: Messages, pair: Pair<Field>, about: About): Suspect[] {
  const { old, now } = pair;
  const found: Suspect[] = [];
  const inOneof = old.oneof !== undefined || now.oneof !== undefined;
  const isOptional = isSingularScalar(now) && !inOneof && !isRequired(old) && !isRequired(now);
  const hasDefault = hasOtherDefault(messages.pairs, old, now);
  if (isOptional && !hasDefault && hasPresence(old) !== hasPresence(now)) {
    found.push(
      suspect(
        rules.FIELD_PRESENCE_CHANGED,
        { name: now.name, now: hasPresence(now) ? "tracked" : "not tracked" },
        {
          ...about,
          probes: [...valueProbes(messages, pair, "value"), ...absentProbes(messages, pair)],
          covers: [...CARDINALITY_RULES],
        },
      ),
    );
  }
  found.push(...defaultSuspects(messages, pair, about));
  if (hasStrings(now) && old.utf8Validation !== now.utf8Validation) {
    found.push(
      suspect(
        rules.FIELD_UTF8_CHANGED,
        { name: now.name, now: now.utf8Validation ? "checked" : "not checked" },
        {
          ...about,
          probes: rawProbes(messages, pair),
          formats: ["binary"],
          covers: UTF8_RULES,
        },
      ),
    );
  }
  return found;
}

/** Another default, which is read where nothing is sent, whatever the number. */
function defaultSuspects(messages: Messages, pair: Pair<Field>, about: About): Suspect[] {
  const { old, now } = pair;
  if (!isSingularScalar(now) || !hasOtherDefault(messages.pairs, old, now)) return [];
  return [
    suspect(
      rules.FIELD_DEFAULT_CHANGED,
      { name: now.name, value: defaultText(now), old: defaultText(old) },
      {
        ...about,
        harmless: undefined,
        probes: absentProbes(messages, pair),
        covers: ["FIELD_SAME_DEFAULT", ...CARDINALITY_RULES],
      },
    ),
  ];
}

function isSingularScalar(field: Field): boolean {
  return cardinalityOf(field) === "singular" && field.message === undefined;
}

/** Whether the protos state another default; the first value of an enum is the enum's own matter. */
function hasOtherDefault(pairs: Pairs, old: Field, now: Field): boolean {
  if (old.proto.defaultValue === now.proto.defaultValue) return false;
  const [before, after] = [defaultOf(old), defaultOf(now)];
  if (before === undefined || after === undefined) return false;
  if (old.enum === undefined || now.enum === undefined) return !sameValue(before, after);
  const { both } = pairs.values(old.enum, now.enum);
  return !both.some(
    (pair) => BigInt(pair.old.number) === before && BigInt(pair.now.number) === after,
  );
}

function hasStrings(field: Field): boolean {
  return (
    field.scalar === ScalarType.STRING ||
    (field.fieldKind === "map" && field.mapKey === ScalarType.STRING)
  );
}

function requiredSuspects(messages: Messages, pair: Pair<Field>, about: About): Suspect[] {
  if (isRequired(pair.old) === isRequired(pair.now)) return [];
  return [
    suspect(
      rules.FIELD_REQUIRED_CHANGED,
      {
        name: pair.now.name,
        change: isRequired(pair.now) ? "is required now" : "is not required any more",
      },
      {
        ...about,
        probes: absentProbes(messages, pair),
        covers: ["MESSAGE_SAME_REQUIRED_FIELDS", ...CARDINALITY_RULES],
      },
    ),
  ];
}
