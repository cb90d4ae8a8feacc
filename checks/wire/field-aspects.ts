// What changed in a field that kept its number: its type, cardinality, encoding, presence, default, oneof.
import { symbolOf } from "../../core/source-info.js";
import { defaultOf, hasPresence, isRequired } from "./evidence/meaning.js";
import { sameValue } from "./evidence/runtime.js";
import { fieldText } from "./evidence/words.js";
import {
  absentProbes,
  type Messages,
  rawProbes,
  togetherProbes,
  valueProbes,
} from "./field-probes.js";
import * as rules from "./field-rules.js";
import { cardinalityOf, isDelimited, isSameType, typeText } from "./field-types.js";
import type { Field, Pair, Pairing } from "./pairs.js";
import { type Suspect, suspect } from "./suspect.js";

type About = Omit<Suspect, "rule" | "args" | "probes" | "covers">;

/** The changes of one field beside its name and number. */
export function aspectSuspects(
  messages: Messages,
  pair: Pair<Field>,
  pairing: Pairing<Field>,
): Suspect[] {
  const about: About = {
    symbol: symbolOf(pair.now),
    at: pair.now,
    was: pair.old,
    severity: "proven",
    harmless: "warning",
  };
  const shape = shapeSuspect(messages, pair, about);
  return [
    ...(shape === undefined ? finerSuspects(messages, pair, about) : [shape]),
    ...requiredSuspects(messages, pair, about),
    ...oneofSuspects(messages, pair, pairing, about),
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
      covers: [
        "FIELD_SAME_CARDINALITY",
        "FIELD_WIRE_COMPATIBLE_CARDINALITY",
        "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
        ...TYPE_RULES,
        "FIELD_SAME_ONEOF",
      ],
    });
  }
  const canBeDelimited = old.message !== undefined && now.message !== undefined;
  if (canBeDelimited && isDelimited(old) !== isDelimited(now)) {
    const encoding = isDelimited(now) ? "a group" : "a message with its length before it";
    return suspect(
      rules.FIELD_ENCODING_CHANGED,
      { name: now.name, now: encoding },
      { ...about, probes: probes(), covers: TYPE_RULES },
    );
  }
  if (isSame) return undefined;
  return suspect(rules.FIELD_TYPE_CHANGED, types, {
    ...about,
    probes: probes(),
    covers: [...TYPE_RULES, "FIELD_SAME_DEFAULT", "FIELD_SAME_UTF8_VALIDATION"],
  });
}

const TYPE_RULES = [
  "FIELD_SAME_TYPE",
  "FIELD_WIRE_COMPATIBLE_TYPE",
  "FIELD_WIRE_JSON_COMPATIBLE_TYPE",
];

/** Presence, default and the check of UTF-8 of a field whose type stayed. */
function finerSuspects(messages: Messages, pair: Pair<Field>, about: About): Suspect[] {
  const { old, now } = pair;
  const found: Suspect[] = [];
  const isSingular = cardinalityOf(now) === "singular" && now.message === undefined;
  const inOneof = old.oneof !== undefined || now.oneof !== undefined;
  if (isSingular && !inOneof && hasPresence(old) !== hasPresence(now)) {
    found.push(
      suspect(
        rules.FIELD_PRESENCE_CHANGED,
        { name: now.name, now: hasPresence(now) ? "tracked" : "not tracked" },
        {
          ...about,
          probes: [...valueProbes(messages, pair, "value"), ...absentProbes(messages)],
          covers: [
            "FIELD_SAME_CARDINALITY",
            "FIELD_WIRE_COMPATIBLE_CARDINALITY",
            "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
          ],
        },
      ),
    );
  }
  if (isSingular && hasOtherDefault(old, now)) {
    const shown = (field: Field): string =>
      fieldText(undefined, field, () => []).replace(/^.*?: (.*?)(, its default)?$/, "$1");
    found.push(
      suspect(
        rules.FIELD_DEFAULT_CHANGED,
        { name: now.name, value: shown(now), old: shown(old) },
        { ...about, probes: absentProbes(messages), covers: ["FIELD_SAME_DEFAULT"] },
      ),
    );
  }
  if (old.utf8Validation !== now.utf8Validation) {
    found.push(
      suspect(
        rules.FIELD_UTF8_CHANGED,
        { name: now.name, now: now.utf8Validation ? "checked" : "not checked" },
        {
          ...about,
          probes: rawProbes(messages, pair),
          covers: ["FIELD_SAME_UTF8_VALIDATION"],
        },
      ),
    );
  }
  return found;
}

/** Whether the protos state another default; the first value of an enum is the enum's own matter. */
function hasOtherDefault(old: Field, now: Field): boolean {
  if (old.proto.defaultValue === now.proto.defaultValue) return false;
  const [before, after] = [defaultOf(old), defaultOf(now)];
  if (before === undefined || after === undefined) return false;
  return old.enum !== undefined
    ? old.proto.defaultValue !== now.proto.defaultValue
    : !sameValue(before, after);
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
        probes: absentProbes(messages),
        covers: [
          "MESSAGE_SAME_REQUIRED_FIELDS",
          "FIELD_SAME_CARDINALITY",
          "FIELD_WIRE_COMPATIBLE_CARDINALITY",
          "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
        ],
      },
    ),
  ];
}

/** A field that excludes others, or does so no more. */
function oneofSuspects(
  messages: Messages,
  pair: Pair<Field>,
  { both }: Pairing<Field>,
  about: About,
): Suspect[] {
  const { old, now } = pair;
  const others = both.filter(
    (other) => other !== pair && isTogether(old, other.old) !== isTogether(now, other.now),
  );
  const isMember = (old.oneof === undefined) !== (now.oneof === undefined);
  if (others.length === 0 && !isMember) return [];
  const change = now.oneof === undefined ? "out" : "in";
  const oneof = now.oneof ?? old.oneof;
  return [
    suspect(
      rules.FIELD_ONEOF_CHANGED,
      {
        name: now.name,
        oneof: oneof?.name ?? "",
        change,
        others: others.map((other) => other.now.name),
      },
      {
        ...about,
        probes: [
          ...others.flatMap((other) => togetherProbes(messages, pair, other)),
          ...valueProbes(messages, pair, "value"),
        ],
        covers: [
          "FIELD_SAME_ONEOF",
          "FIELD_SAME_CARDINALITY",
          "FIELD_WIRE_COMPATIBLE_CARDINALITY",
          "FIELD_WIRE_JSON_COMPATIBLE_CARDINALITY",
        ],
      },
    ),
  ];
}

/** Whether both are members of one oneof. */
function isTogether(one: Field, other: Field): boolean {
  return one.oneof !== undefined && one.oneof === other.oneof;
}
