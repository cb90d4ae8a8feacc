// The rules on enum values, and their words.
import { count } from "../../../core/count.js";
import type { OwnRule } from "../../../core/finding.js";

/** A value that means another number than before. */
export interface Move {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const FIXED = "lockstep fix does that.";

export const ENUM_VALUE_RENUMBERED: OwnRule<{
  enum: string;
  moves: readonly Move[];
  /** The new values that took the numbers of others, and the numbers that are free for them. */
  inserted: readonly { name: string; number: number; free: number }[];
  /** Whether `lockstep fix` puts it right. */
  isFixed: boolean;
}> = {
  id: "ENUM_VALUE_RENUMBERED",
  severity: "error",
  finds:
    "Enum values moved to other numbers: one was inserted before them, or they were swapped or renumbered.",
  fixedBy: "lockstep fix",
  purpose:
    "Peers know a value by its number alone: one built from the old protos takes a moved value for the one that had its number.",
  example: {
    wrong:
      "PROCESS_STATUS_PENDING = 4;  // inserted\nPROCESS_STATUS_UNHEALTHY = 5;  // was 4\nPROCESS_STATUS_STOPPING = 6;  // was 5",
    right:
      "PROCESS_STATUS_UNHEALTHY = 4;\nPROCESS_STATUS_STOPPING = 5;\nPROCESS_STATUS_PENDING = 6;  // appended",
  },
  message: (a) => {
    const shown = a.moves.slice(0, 8);
    const width = Math.max(...shown.map(({ name }) => name.length));
    const rows = shown.map(({ name, from, to }) => `  ${name.padEnd(width)}  ${from} -> ${to}`);
    if (a.moves.length > shown.length) rows.push(`  and ${a.moves.length - shown.length} more`);
    const why =
      a.inserted.length === 0
        ? `${count(a.moves.length, "value")} of ${a.enum} changed ${a.moves.length === 1 ? "its number" : "their numbers"}:`
        : `${names(a.inserted)} ${a.inserted.length === 1 ? "was" : "were"} inserted into ${a.enum}, and ${count(a.moves.length, "value")} moved to ${a.moves.length === 1 ? "another number" : "other numbers"}:`;
    return [why, ...rows].join("\n");
  },
  help: (a) =>
    a.inserted.length === 0
      ? `Give ${a.moves.length === 1 ? "it its number" : "them their numbers"} back.${a.isFixed ? ` ${FIXED}` : ""}`
      : `Append instead: ${a.inserted.map(({ name, free }) => `${name} = ${free};`).join(" ")} and give the others their numbers back.${a.isFixed ? ` ${FIXED}` : ""}`,
};

export const ENUM_VALUE_NUMBER_REUSED: OwnRule<{
  enum: string;
  name: string;
  number: number;
  old: string;
  /** Undefined where no number is left. */
  free: number | undefined;
  add: string;
}> = {
  id: "ENUM_VALUE_NUMBER_REUSED",
  severity: "error",
  finds: "A number whose enum value is gone means something else now.",
  fixedBy: "lockstep fix",
  purpose:
    "A number that meant something else before is misread by every peer, and in everything stored, from before the change.",
  example: {
    wrong: "STATE_LOST = 2;  // 2 was STATE_PAUSED",
    right: 'reserved 2;\nreserved "STATE_PAUSED";\nSTATE_LOST = 3;',
  },
  message: (a) => `Number ${a.number} meant ${a.old}, and now means ${a.name}.`,
  help: (a) =>
    `${a.free === undefined ? "Take it out again." : `Give it a number of its own, and reserve the old one: ${a.name} = ${a.free}; ${a.add} ${FIXED}`} Where it is the same value under a new name, let its docstring stay, or share a word with ${a.old}.`,
};

export const ENUM_VALUE_RENAMED: OwnRule<{
  enum: string;
  name: string;
  old: string;
  number: number;
}> = {
  id: "ENUM_VALUE_RENAMED",
  severity: "error",
  finds: "An enum value has another name for the same number.",
  purpose:
    "JSON carries the name of a value, so a peer from before the change does not know the new one, nor the other way round.",
  example: {
    wrong: "STATE_BROKEN = 3;  // was STATE_FAILED",
    right: '// Shown to people as "broken".\nSTATE_FAILED = 3;',
  },
  message: (a) => `${a.old} is called ${a.name} now. Its number is still ${a.number}.`,
  help: (a) => `Keep the name ${a.old}, and say in its docstring what people call it now.`,
};

export const ENUM_VALUE_JSON_NAME_CHANGED: OwnRule<{
  enum: string;
  name: string;
  old: string;
  number: number;
  /** Whether the new name is declared before the others. */
  isFirst: boolean;
}> = {
  id: "ENUM_VALUE_JSON_NAME_CHANGED",
  severity: "error",
  finds: "Aliases were added or reordered, so that JSON carries another name for a number.",
  purpose:
    "JSON carries one of several names for a number, with most runtimes the first, with protobuf-es the last; a peer that does not know it cannot read it.",
  example: {
    wrong: "STATE_BROKEN = 3;  // new\nSTATE_FAILED = 3;",
    right: "STATE_FAILED = 3;\nSTATE_BROKEN = 3;  // new",
  },
  message: (a) =>
    a.isFirst
      ? `JSON carried ${a.number} as ${a.old}, and now carries it as ${a.name}.`
      : `${a.number} has a new name behind ${a.old}, ${a.name}, and some runtimes write the last one in JSON.`,
  help: (a) =>
    a.isFirst
      ? `Declare ${a.old} = ${a.number}; before ${a.name} = ${a.number};`
      : `Do without ${a.name}, or waive this if no peer sends JSON with protobuf-es.`,
};

interface Removed {
  readonly enum: string;
  readonly name: string;
  readonly number: number;
  /** What is not reserved: its number, its name, or both. */
  readonly missing: string;
  /** The statements that reserve it. */
  readonly add: string;
}

export const ENUM_VALUE_REMOVED: OwnRule<Removed> = {
  id: "ENUM_VALUE_REMOVED",
  severity: "info",
  finds: "An enum value is gone; its number and name are reserved.",
  purpose:
    "A peer from before the change may still send the value; who reads it has no name for it.",
  example: {
    wrong: "// STATE_PAUSED = 2; was here, and peers may still send it",
    right: 'reserved 2;\nreserved "STATE_PAUSED";',
  },
  message: (a) =>
    `${a.name} = ${a.number} was removed from ${a.enum}, and its number and name are reserved.`,
  help: () => "See that nobody sends it any more.",
};

export const ENUM_VALUE_REMOVED_UNRESERVED: OwnRule<Removed> = {
  id: "ENUM_VALUE_REMOVED_UNRESERVED",
  severity: "warning",
  finds: "An enum value is gone, and its number or name is not reserved.",
  fixedBy: "lockstep fix",
  purpose:
    "What is not reserved will be used again some day, and then means two things to peers of different age.",
  example: {
    wrong: "// STATE_PAUSED = 2; was here",
    right: 'reserved 2;\nreserved "STATE_PAUSED";',
  },
  message: (a) =>
    `${a.name} = ${a.number} was removed from ${a.enum} without reserving ${a.missing}.`,
  help: (a) => `Add to ${a.enum}: ${a.add} ${FIXED}`,
};

export const ENUM_VALUE_ADDED: OwnRule<{
  enum: string;
  name: string;
  number: number;
  effect: string;
}> = {
  id: "ENUM_VALUE_ADDED",
  severity: "warning",
  finds: "An enum has a value that old peers have no name for; an error where they refuse it.",
  purpose:
    "A peer from before the change has no name for the value, and hand-written code has to learn it: maps, switches, parallel enums.",
  example: {
    wrong: "switch (status) { case FAILED: ... }  // and nothing for PENDING",
    right: "switch (status) { case FAILED: ... case PENDING: ... default: ... }",
  },
  message: (a) => `${a.name} = ${a.number} is new in ${a.enum}. ${a.effect}`,
  help: () => "Release what reads it before what sends it, and see that code has a case for it.",
};

export const ENUM_TYPE_CHANGED: OwnRule<{ enum: string; now: "open" | "closed" }> = {
  id: "ENUM_TYPE_CHANGED",
  severity: "error",
  finds: "A closed enum became open, or an open one closed.",
  purpose:
    "A closed enum drops numbers that it has no name for, an open one keeps them; proto2 enums are closed, proto3 enums open.",
  example: {
    wrong: "option features.enum_type = CLOSED;  // was OPEN",
    right: "option features.enum_type = OPEN;  // as it was",
  },
  message: (a) =>
    `${a.enum} is ${a.now} now: ${a.now === "closed" ? "a number without a name is dropped when it is read." : "it carries numbers that old readers drop."}`,
  help: (a) =>
    `Keep it as it was: option features.enum_type = ${a.now === "open" ? "CLOSED" : "OPEN"};`,
};

export const ENUM_DEFAULT_CHANGED: OwnRule<{ enum: string; name: string; old: string }> = {
  id: "ENUM_DEFAULT_CHANGED",
  severity: "error",
  finds: "A closed enum has another first value, which is what a field that is not set reads as.",
  purpose:
    "A field of a closed enum that is not set reads as the value that is declared first, so another first value changes what nothing means.",
  example: {
    wrong: "enum State { RUNNING = 1; STOPPED = 2; }  // STOPPED was first",
    right: "enum State { STOPPED = 2; RUNNING = 1; }",
  },
  message: (a) =>
    `A field of ${a.enum} that is not set read as ${a.old}, and now reads as ${a.name}.`,
  help: (a) => `Declare ${a.old} first again.`,
};

export const ENUM_RULES: readonly OwnRule<never>[] = [
  ENUM_VALUE_RENUMBERED,
  ENUM_VALUE_NUMBER_REUSED,
  ENUM_VALUE_RENAMED,
  ENUM_VALUE_JSON_NAME_CHANGED,
  ENUM_VALUE_REMOVED,
  ENUM_VALUE_REMOVED_UNRESERVED,
  ENUM_VALUE_ADDED,
  ENUM_TYPE_CHANGED,
  ENUM_DEFAULT_CHANGED,
];

function names(values: readonly { name: string }[]): string {
  const all = values.map(({ name }) => name);
  return all.length < 3
    ? all.join(" and ")
    : `${all.slice(0, 2).join(", ")} and ${count(all.length - 2, "other value")}`;
}
