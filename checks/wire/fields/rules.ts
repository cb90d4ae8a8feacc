// The rules on fields, and their words.
import { count } from "../../../core/count.js";
import type { OwnRule } from "../../../core/finding.js";
import type { Move } from "../enums/rules.js";

const FIXED = "lockstep fix does that.";

/** How a changed field is to be released without breaking anybody. */
const ADD_INSTEAD =
  "Leave it as it was, add a new field with a number of its own, and remove the old one once nobody uses it.";

export const FIELD_RENUMBERED: OwnRule<{
  message: string;
  moves: readonly Move[];
  inserted: readonly { name: string; number: number; free: number }[];
  /** Whether `lockstep fix` puts it right. */
  isFixed: boolean;
}> = {
  id: "FIELD_RENUMBERED",
  severity: "error",
  finds: "Fields moved to other numbers.",
  fixedBy: "lockstep fix",
  purpose:
    "Peers know a field by its number alone: under another number its data is lost, or taken for another field's.",
  example: {
    wrong: "string name = 1;\nstring model = 2;  // inserted\nint32 port = 3;  // was 2",
    right: "string name = 1;\nint32 port = 2;\nstring model = 3;  // a new number",
  },
  message: (a) => {
    const shown = a.moves.slice(0, 8);
    const width = Math.max(...shown.map(({ name }) => name.length));
    const rows = shown.map(({ name, from, to }) => `  ${name.padEnd(width)}  ${from} -> ${to}`);
    if (a.moves.length > shown.length) rows.push(`  and ${a.moves.length - shown.length} more`);
    const taken = a.inserted.map(({ name, number }) => `${name} took ${number}`).join(", ");
    return [
      `${count(a.moves.length, "field")} of ${a.message} changed ${a.moves.length === 1 ? "its number" : "their numbers"}${taken === "" ? "" : ` (${taken})`}:`,
      ...rows,
    ].join("\n");
  },
  help: (a) =>
    a.inserted.length === 0
      ? `Give ${a.moves.length === 1 ? "it its number" : "them their numbers"} back.${a.isFixed ? ` ${FIXED}` : ""}`
      : `Give ${a.moves.length === 1 ? "it its number" : "them their numbers"} back, and ${a.inserted.map(({ name, free }) => `${name} = ${free}`).join(", ")}.${a.isFixed ? ` ${FIXED}` : ""}`,
};

export const FIELD_NUMBER_REUSED: OwnRule<{
  name: string;
  type: string;
  number: number;
  old: string;
  oldType: string;
  /** Undefined where no number is left. */
  free: number | undefined;
  add: string;
}> = {
  id: "FIELD_NUMBER_REUSED",
  severity: "error",
  finds: "A number whose field is gone is another field now.",
  fixedBy: "lockstep fix",
  purpose:
    "A number that belonged to another field: what peers from before the change send in it, and what is stored, is taken for the new one.",
  example: {
    wrong: "int32 weight = 3;  // 3 was port",
    right: 'reserved 3;\nreserved "port";\nint32 weight = 4;',
  },
  message: (a) =>
    `Number ${a.number} was ${a.old} (${a.oldType}), and now is ${a.name} (${a.type}).`,
  help: (a) =>
    `${a.free === undefined ? "Take it out again." : `Give it a number of its own, and reserve the old one: ${a.name} = ${a.free}; ${a.add} ${FIXED}`} Where it is the same field under a new name, let its docstring stay, or share a word with ${a.old}.`,
};

export const FIELD_RENAMED: OwnRule<{ name: string; old: string; json: string; oldJson: string }> =
  {
    id: "FIELD_RENAMED",
    severity: "error",
    finds: "A field has another name for the same number; a warning where JSON keeps the old one.",
    purpose:
      "JSON carries the name of a field, so peers of different age do not find it under the other name; generated code has another name, too.",
    example: {
      wrong: "int32 listen_port = 5;  // was port",
      right: 'int32 listen_port = 5 [json_name = "port"];',
    },
    message: (a) =>
      a.json === a.oldJson
        ? `${a.old} is called ${a.name} now. Bytes and JSON are the same, generated code is not.`
        : `${a.old} is called ${a.name} now: "${a.json}" in JSON, which was "${a.oldJson}".`,
    help: (a) =>
      a.json === a.oldJson
        ? "Change the code that uses it along with it."
        : `Keep the name, or at least the one in JSON: [json_name = "${a.oldJson}"]`,
  };

export const FIELD_JSON_NAME_CHANGED: OwnRule<{ name: string; json: string; oldJson: string }> = {
  id: "FIELD_JSON_NAME_CHANGED",
  severity: "error",
  finds: "A field has another `json_name`.",
  purpose:
    "JSON carries this name, so peers of different age do not find the field under the other.",
  example: {
    wrong: 'int32 port = 5 [json_name = "listenPort"];  // was "port"',
    right: "int32 port = 5;",
  },
  message: (a) => `${a.name} is "${a.json}" in JSON now, and was "${a.oldJson}".`,
  help: (a) => `Give it its name back: [json_name = "${a.oldJson}"]`,
};

export const FIELD_JSON_NAME_REUSED: OwnRule<{ name: string; json: string; old: string }> = {
  id: "FIELD_JSON_NAME_REUSED",
  severity: "error",
  finds: "A field has a JSON name that belonged to another field.",
  purpose: "Under one JSON name, peers of different age would read different fields.",
  example: {
    wrong: 'string label = 6 [json_name = "name"];  // "name" was another field',
    right: "string label = 6;",
  },
  message: (a) => `"${a.json}" in JSON was ${a.old}, and now is ${a.name}.`,
  help: () => "Give the new field another name in JSON.",
};

export const FIELD_TYPE_CHANGED: OwnRule<{ name: string; type: string; oldType: string }> = {
  id: "FIELD_TYPE_CHANGED",
  severity: "error",
  finds: "A field has another type: width, sign, encoding, enum, or message.",
  purpose:
    "The type decides how bytes are read: with another one, values are cut off, turn negative, or cannot be read.",
  example: {
    wrong: "int32 memory_bytes = 5;  // was int64",
    right: "int64 memory_bytes = 5;",
  },
  message: (a) => `${a.name} is ${a.type} now, and was ${a.oldType}.`,
  help: () => ADD_INSTEAD,
};

export const FIELD_CARDINALITY_CHANGED: OwnRule<{ name: string; type: string; oldType: string }> = {
  id: "FIELD_CARDINALITY_CHANGED",
  severity: "error",
  finds: "A field changed between singular, repeated and map.",
  purpose:
    "Who reads a list as a single value keeps one element of it, and JSON has another shape for each.",
  example: {
    wrong: "string label = 3;  // was repeated",
    right: "repeated string label = 3;",
  },
  message: (a) => `${a.name} is ${a.type} now, and was ${a.oldType}.`,
  help: () => ADD_INSTEAD,
};

export const FIELD_ENCODING_CHANGED: OwnRule<{ name: string; old: string; now: string }> = {
  id: "FIELD_ENCODING_CHANGED",
  severity: "error",
  finds: "A message field changed between a group, or delimited encoding, and a length prefix.",
  purpose:
    "A group ends with a tag of its own, a message is preceded by its length; who expects the one cannot read the other.",
  example: {
    wrong: "Limits limits = 4 [features.message_encoding = DELIMITED];",
    right: "Limits limits = 4;",
  },
  message: (a) => `${a.name} is encoded as ${a.now} now, and was ${a.old}.`,
  help: () => ADD_INSTEAD,
};

export const FIELD_REQUIRED_CHANGED: OwnRule<{
  name: string;
  change:
    | "is required now"
    | "is not required any more"
    | "was required, and is gone"
    | "is new, and required";
}> = {
  id: "FIELD_REQUIRED_CHANGED",
  severity: "error",
  finds: "A field became required or is no longer, or a required one was added or deleted.",
  purpose: "Who requires a field refuses every message that lacks it.",
  example: {
    wrong: "required string model = 2;  // was optional",
    right: "optional string model = 2;",
  },
  message: (a) =>
    `${a.name} ${a.change}: ${a.change.startsWith("is not") || a.change.startsWith("was") ? "old peers refuse a message without it." : "new peers refuse a message without it."}`,
  help: (a) =>
    a.change.startsWith("is not") || a.change.startsWith("was")
      ? "Keep it, and keep setting it: a required field is for ever."
      : "Make it optional, and let the code that reads it say what it needs.",
};

export const FIELD_PRESENCE_CHANGED: OwnRule<{ name: string; now: "tracked" | "not tracked" }> = {
  id: "FIELD_PRESENCE_CHANGED",
  severity: "warning",
  finds: "A field got `optional`, or lost it.",
  purpose:
    "With presence, code can tell zero from nothing; peers without it cannot, and generated code differs.",
  example: { wrong: "int32 port = 5;  // was optional", right: "optional int32 port = 5;" },
  message: (a) =>
    a.now === "tracked"
      ? `${a.name} has presence now. The bytes of every value but zero are the same; an old peer's zero arrives as not set.`
      : `${a.name} has no presence any more. The bytes of every value but zero are the same; a zero is not sent any more.`,
  help: () => "See that no code takes zero and not set for two things.",
};

export const FIELD_DEFAULT_CHANGED: OwnRule<{ name: string; value: string; old: string }> = {
  id: "FIELD_DEFAULT_CHANGED",
  severity: "error",
  finds: "A field has another default value.",
  purpose:
    "A field that is not sent reads as the reader's default, so peers of different age read different values.",
  example: {
    wrong: "optional int32 port = 5 [default = 9000];  // was 8000",
    right: "optional int32 port = 5 [default = 8000];",
  },
  message: (a) => `${a.name} read as ${a.old} where it is not set, and now reads as ${a.value}.`,
  help: () => "Give it its default back, and let the code that sends it set what it means.",
};

export const FIELD_ONEOF_CHANGED: OwnRule<{
  name: string;
  old: string | undefined;
  now: string | undefined;
  /** The fields that it can be set together with in one version alone, and whether that is the new one. */
  others: readonly string[];
  areFree: boolean;
}> = {
  id: "FIELD_ONEOF_CHANGED",
  severity: "error",
  finds:
    "Fields exclude each other in one version alone; a warning where none does, as where a oneof got another name.",
  purpose:
    "Of the members of a oneof a reader keeps the last one, so what could be set together before loses all but one.",
  example: {
    wrong:
      "oneof source {\n  string hub_id = 2;  // both were outside,\n  string path = 3;  // and could be set together\n}",
    right: "string hub_id = 2;\nstring path = 3;",
  },
  message: (a) => {
    if (a.old !== undefined && a.now !== undefined && a.others.length === 0) {
      return `The oneof ${a.old} is called ${a.now} now. Bytes and JSON are the same, generated code is not.`;
    }
    const where =
      a.now === undefined
        ? `${a.name} is not in the oneof ${a.old} any more`
        : `${a.name} is in the oneof ${a.now} now`;
    if (a.others.length === 0) return `${where}.`;
    const together = `can be set together with ${a.others.join(" and ")}`;
    return a.areFree
      ? `${where}, and ${together}; an old peer keeps only one of them.`
      : `${where}, and cannot be set together with ${a.others.join(" and ")} any more.`;
  },
  help: (a) =>
    a.others.length === 0 ? "Change the code that uses it along with it." : ADD_INSTEAD,
};

export const FIELD_UTF8_CHANGED: OwnRule<{ name: string; now: "checked" | "not checked" }> = {
  id: "FIELD_UTF8_CHANGED",
  severity: "error",
  finds: "A string is checked to be UTF-8 in one version alone.",
  purpose:
    "Who checks strings for UTF-8 refuses a message with one that is none; who does not, sends such strings.",
  example: {
    wrong: 'edition = "2023";  // was proto2, which does not check',
    right: "string label = 3 [features.utf8_validation = NONE];",
  },
  message: (a) => `Whether ${a.name} is UTF-8 is ${a.now} now.`,
  help: (a) =>
    a.now === "checked"
      ? "Keep [features.utf8_validation = NONE], or see that every peer sends UTF-8."
      : "Keep it checked, or see that every peer still sends UTF-8.",
};

interface Removed {
  readonly message: string;
  readonly name: string;
  readonly number: number;
  /** What is not reserved: its number, its name, or both. */
  readonly missing: string;
  /** The statements that reserve it, and whether `lockstep fix` writes them. */
  readonly add: string;
  readonly isFixed: boolean;
}

export const FIELD_REMOVED: OwnRule<Removed> = {
  id: "FIELD_REMOVED",
  severity: "info",
  finds: "A field is gone; its number and name are reserved.",
  purpose: "Peers from before the change may still send the field, and nobody reads it.",
  example: {
    wrong: "// int32 port = 5; was here, and peers may still send it",
    right: 'reserved 5;\nreserved "port";',
  },
  message: (a) =>
    `${a.name} = ${a.number} was removed from ${a.message}, and its number and name are reserved.`,
  help: () => "See that nobody needs it any more.",
};

export const FIELD_REMOVED_UNRESERVED: OwnRule<Removed> = {
  id: "FIELD_REMOVED_UNRESERVED",
  severity: "warning",
  finds: "A field is gone, and its number or name is not reserved.",
  fixedBy: "lockstep fix",
  purpose:
    "What is not reserved will be used again some day, and then means two things to peers of different age.",
  example: { wrong: "// int32 port = 5; was here", right: 'reserved 5;\nreserved "port";' },
  message: (a) =>
    `${a.name} = ${a.number} was removed from ${a.message} without reserving ${a.missing}.`,
  help: (a) => `Add to ${a.message}: ${a.add}${a.isFixed ? ` ${FIXED}` : ""}`,
};

export const FIELD_RULES: readonly OwnRule<never>[] = [
  FIELD_RENUMBERED,
  FIELD_NUMBER_REUSED,
  FIELD_RENAMED,
  FIELD_JSON_NAME_CHANGED,
  FIELD_JSON_NAME_REUSED,
  FIELD_TYPE_CHANGED,
  FIELD_CARDINALITY_CHANGED,
  FIELD_ENCODING_CHANGED,
  FIELD_REQUIRED_CHANGED,
  FIELD_PRESENCE_CHANGED,
  FIELD_DEFAULT_CHANGED,
  FIELD_ONEOF_CHANGED,
  FIELD_UTF8_CHANGED,
  FIELD_REMOVED,
  FIELD_REMOVED_UNRESERVED,
];
