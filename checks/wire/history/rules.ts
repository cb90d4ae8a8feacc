// The rules on numbers and names that were removed before, and their words.
import type { OwnRule } from "../../../core/finding.js";
import type { Removal } from "./removals.js";

export interface Reused {
  readonly kind: "field" | "value";
  /** The full name of the message or enum. */
  readonly parent: string;
  readonly name: string;
  readonly number: number;
  readonly type?: string;
  /** What had the number or name before. */
  readonly old: Removal;
}

export interface NumberReused extends Reused {
  /** The number to give it: the next of the message or enum that nothing has or had, or its own. */
  readonly free: number;
  /** Whether `free` is the number that it had itself before it was removed. */
  readonly isBack: boolean;
  /** Whether the number, and the name that it was of, are to be reserved: nothing else needs them. */
  readonly reservesNumber: boolean;
  readonly reservesName: boolean;
}

/** The last part of a full name. */
function short(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}

/** As people call it in its message or enum: an extension by its full name. */
function called(parent: string, name: string): string {
  return name.includes(".") ? name : `${short(parent)}.${name}`;
}

const typed = (type: string | undefined): string => (type === undefined ? "" : ` (${type})`);

const since = (old: Removal): string => `${old.commit.slice(0, 7)} (${old.date})`;

export const NUMBER_REUSED_AFTER_REMOVAL: OwnRule<NumberReused> = {
  id: "NUMBER_REUSED_AFTER_REMOVAL",
  severity: "error",
  finds: "A number that an earlier commit removed comes back with another meaning.",
  fixedBy: "lockstep fix",
  purpose:
    "Peers and stored data from before the removal still use the number as it was, and bytes do not tell which of the two is meant.",
  example: {
    wrong: "// 5 was driver_version, which an earlier commit removed.\nstring cuda_version = 5;",
    right:
      'reserved 5;\nreserved "driver_version";\n// The next number that was never used.\nstring cuda_version = 6;',
  },
  message: (a) =>
    `${called(a.parent, a.name)}${typed(a.type)} takes the number ${a.number}, which was ${called(a.old.parent, a.old.name)}${typed(a.old.type)} until ${since(a.old)} removed it; a peer from before that still reads and sends it so.`,
  help: (a) => {
    if (a.isBack) return `Give it back the number that it had itself, ${a.free}.`;
    const reserved = [
      ...(a.reservesName ? [`the name ${a.old.name}`] : []),
      ...(a.reservesNumber ? [`the number ${a.number}`] : []),
    ].join(" and ");
    const reserve = reserved === "" ? "" : `, and reserve ${reserved} in ${short(a.parent)}`;
    return `Give it the next number that was never used, ${a.free}${reserve}.`;
  },
};

export const NAME_REUSED_AFTER_REMOVAL: OwnRule<Reused> = {
  id: "NAME_REUSED_AFTER_REMOVAL",
  severity: "error",
  finds: "A name that an earlier commit removed comes back with another number or type.",
  purpose:
    "JSON and text have names where bytes have numbers: a peer from before the removal reads the new under the old name.",
  example: {
    wrong:
      "// driver_version was 5 until an earlier commit removed it.\nuint32 driver_version = 8;",
    right: 'reserved 5;\nreserved "driver_version";\nuint32 driver_build = 8;',
  },
  message: (a) =>
    `${called(a.parent, a.name)}${typed(a.type)} has the number ${a.number}, but until ${since(a.old)} that name had the number ${a.old.number}${typed(a.old.type)}; a peer from before that still reads and sends it so in JSON and text.`,
  help: (a) =>
    `If it is the same again, give it back the number ${a.old.number}${
      a.old.type === undefined || a.old.type === a.type ? "" : ` and the type ${a.old.type}`
    }. If not, choose another name, and reserve the name ${a.name} and the number ${a.old.number} in ${short(a.parent)}.`,
};

export interface NotRead {
  readonly path: string;
  readonly commit: string;
  readonly why: string;
}

export const HISTORY_UNREADABLE: OwnRule<NotRead> = {
  id: "HISTORY_UNREADABLE",
  severity: "info",
  finds: "An earlier version of a proto cannot be read.",
  purpose:
    "What an earlier version of a proto declared cannot be compared where that version cannot be read.",
  example: {
    wrong: "<<<<<<< HEAD\nstring name = 1;",
    right: "string name = 1;",
  },
  message: (a) =>
    `${a.path} cannot be read as it was in ${a.commit.slice(0, 7)}: ${a.why}. What only that version had is not compared.`,
  help: () =>
    "Nothing is to be done about a commit that is made. See for yourself that no number from it comes back with another meaning.",
};

/** What the history is read for. */
export const REUSE_RULES: readonly OwnRule<never>[] = [
  NUMBER_REUSED_AFTER_REMOVAL,
  NAME_REUSED_AFTER_REMOVAL,
];

export const HISTORY_RULES: readonly OwnRule<never>[] = [...REUSE_RULES, HISTORY_UNREADABLE];
