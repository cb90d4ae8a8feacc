// The rules of mirrors and their words.
import type { OwnRule } from "../../core/finding.js";
import type { Cause, MirrorProblem, MirrorProblems } from "../../core/mirror.js";

export const MIRROR_SYNTAX: OwnRule<MirrorProblems["syntax"]> = {
  id: "MIRROR_SYNTAX",
  severity: "error",
  finds: "A file with a tag does not parse.",
  purpose: "A file that does not parse may have mirrors that nobody keeps in step.",
  example: { wrong: 'export enum Status { UP = "up"', right: 'export enum Status { UP = "up" }' },
  message: (a) => `This file has an @proto tag and does not parse: ${a.message}`,
  help: () => "Correct the syntax and run again. The file was not changed.",
};

export const MIRROR_TAG: OwnRule<MirrorProblems["tag"]> = {
  id: "MIRROR_TAG",
  severity: "error",
  finds: "A tag is not understood.",
  purpose: "A tag that is not understood keeps nothing in step.",
  example: {
    wrong: "/** @proto a.v1.Status without UNSPECIFIED */",
    right: "/** @proto a.v1.Status except UNSPECIFIED */",
  },
  message: (a) => `The tag "@proto ${a.text}" is not understood: ${a.why}.`,
  help: () =>
    "Write @proto, the enum's full name, and where values are left out: except NAME, NAME",
};

export const MIRROR_UNSUPPORTED: OwnRule<MirrorProblems["unsupported"]> = {
  id: "MIRROR_UNSUPPORTED",
  severity: "error",
  finds: "A tag is on something that mirrors nothing.",
  purpose: "A tag on something that repeats no enum keeps nothing in step.",
  example: {
    wrong: "/** @proto a.v1.Status */\nlet status = read();",
    right: '/** @proto a.v1.Status */\ntype Status = "up" | "down";',
  },
  message: (a) => `This @proto tag is on ${a.what}.`,
  help: () =>
    "Put it in a /** */ comment directly above an enum, a union of literals, a list or map of literals, or a function with a switch.",
};

export const MIRROR_UNKNOWN_SYMBOL: OwnRule<MirrorProblems["unknownSymbol"]> = {
  id: "MIRROR_UNKNOWN_SYMBOL",
  severity: "error",
  finds: "A tag names something that is no enum.",
  purpose: "A mirror of an enum that does not exist is kept in step with nothing.",
  example: { wrong: "/** @proto a.v1.Statsu */", right: "/** @proto a.v1.Status */" },
  message: (a) =>
    a.is === undefined
      ? `The protos have no ${a.symbol}.`
      : `${a.symbol} is a ${a.is}, and only enums are mirrored.`,
  help: (a) =>
    a.near === undefined
      ? "Name an enum in full, with its package: a.v1.Status"
      : `Did you mean ${a.near}?`,
};

export const MIRROR_MISSING_MEMBER: OwnRule<MirrorProblems["missing"]> = {
  id: "MIRROR_MISSING_MEMBER",
  severity: "error",
  finds: "A mirror lacks a value.",
  fixedBy: "lockstep generate",
  purpose: "A value that a mirror lacks is one that a program shows wrong, or not at all.",
  example: {
    wrong: '/** @proto a.v1.Status */\ntype Status = "unspecified" | "up";',
    right: '/** @proto a.v1.Status */\ntype Status = "unspecified" | "up" | "down";',
  },
  message: (a) => `${a.mirror} lacks ${list(a.names)} of ${a.symbol}.`,
  help: (a) =>
    a.why === undefined
      ? "Run: lockstep generate"
      : `Add it by hand, because ${a.why}; or leave it out: @proto ${a.symbol} except ${a.names.join(", ")}`,
};

export const MIRROR_AMBIGUOUS: OwnRule<MirrorProblems["ambiguous"]> = {
  id: "MIRROR_AMBIGUOUS",
  severity: "error",
  finds: "A mirror lacks a value, and how that is written cannot be told.",
  purpose: "How a new member is written has to be told by the others; a guess may be wrong.",
  example: {
    wrong: '/** @proto a.v1.Status */\ntype Status = "up" | "Down";',
    right: '/** @proto a.v1.Status */\ntype Status = "up" | "down";',
  },
  message: (a) =>
    `${a.mirror} lacks ${a.name}, and how it is written here cannot be told: ${a.why}.`,
  help: (a) =>
    a.candidates.length === 0
      ? "Write its first member by hand; the others follow it."
      : `Write it by hand: ${a.candidates.join(" or ")}. The others follow it.`,
};

export const MIRROR_UNKNOWN_MEMBER: OwnRule<MirrorProblems["unknownMember"]> = {
  id: "MIRROR_UNKNOWN_MEMBER",
  severity: "error",
  finds: "A mirror has a member that the proto does not have.",
  fixedBy: "lockstep fix",
  purpose: "A member that the proto does not have is a value that no peer knows.",
  example: {
    wrong: '/** @proto a.v1.Status */\ntype Status = "unspecified" | "upp";',
    right: '/** @proto a.v1.Status */\ntype Status = "unspecified" | "up";',
  },
  message: (a) => `${a.symbol} has no ${a.member}, which ${a.mirror} has. ${causeText(a.cause)}`,
  help: (a) => {
    const uses = a.uses.join(", ");
    switch (a.cause.kind) {
      case "renamed":
        return uses === ""
          ? `Rename it. ${FIXED}`
          : `Rename it by hand: whether it is meant cannot be told at ${uses}.`;
      case "deleted":
        return uses === ""
          ? `Remove it. ${FIXED}`
          : `Remove it, and what uses it. It is used at ${uses}.`;
      case "mistyped":
        return "Correct it by hand: that it is meant is likely, not certain.";
      case "repeats":
        return "Keep the member that is called what the proto calls it.";
      case "unknown":
        return "Remove it, or add it to the proto.";
    }
  },
};

const FIXED = "lockstep fix does that.";

export const MIRROR_WRONG_NUMBER: OwnRule<MirrorProblems["wrongNumber"]> = {
  id: "MIRROR_WRONG_NUMBER",
  severity: "error",
  finds: "A member has another number than in the proto.",
  fixedBy: "lockstep fix",
  purpose: "On the wire a value is its number: with another one, every status is misread.",
  example: {
    wrong: "/** @proto a.v1.Status */\nenum Status { UNSPECIFIED = 0, UP = 2 }",
    right: "/** @proto a.v1.Status */\nenum Status { UNSPECIFIED = 0, UP = 1 }",
  },
  message: (a) => `${a.member} is ${a.is} in ${a.mirror}, and ${a.expected} in ${a.symbol}.`,
  help: (a) => `Make it ${a.expected}. ${FIXED}`,
};

export const MIRROR_WRONG_VALUE: OwnRule<MirrorProblems["wrongValue"]> = {
  id: "MIRROR_WRONG_VALUE",
  severity: "error",
  finds: "An entry or a case leads to the wrong value.",
  fixedBy: "lockstep fix",
  purpose: "A map that leads to the wrong value shows a wrong status, with no error anywhere.",
  example: {
    wrong: "/** @proto a.v1.Status */\nconst MAP = { up: Status.DOWN, down: Status.DOWN };",
    right: "/** @proto a.v1.Status */\nconst MAP = { up: Status.UP, down: Status.DOWN };",
  },
  message: (a) => `${a.member} of ${a.mirror} leads to ${a.is} instead of ${a.expected}.`,
  help: (a) => `Make it ${a.expected}.${/ or /.test(a.expected) ? "" : ` ${FIXED}`}`,
};

export const MIRROR_UNREADABLE: OwnRule<MirrorProblems["unreadable"]> = {
  id: "MIRROR_UNREADABLE",
  severity: "error",
  finds: "It cannot be told what a member stands for.",
  purpose: "A member that cannot be read cannot be kept in step.",
  example: {
    wrong: "/** @proto a.v1.Status */\nconst MAP = { ...other, up: Status.UP };",
    right: "/** @proto a.v1.Status */\nconst MAP = { down: Status.DOWN, up: Status.UP };",
  },
  message: (a) =>
    `Which value of ${a.symbol} \`${clip(a.text)}\` in ${a.mirror} stands for cannot be told.`,
  help: () =>
    "Write a name, a number, a value from the bindings, or a member of another mirror with a tag.",
};

/** The rule of each problem. */
export const RULE_OF: { readonly [K in MirrorProblem["kind"]]: OwnRule<MirrorProblems[K]> } = {
  syntax: MIRROR_SYNTAX,
  tag: MIRROR_TAG,
  unsupported: MIRROR_UNSUPPORTED,
  unknownSymbol: MIRROR_UNKNOWN_SYMBOL,
  missing: MIRROR_MISSING_MEMBER,
  ambiguous: MIRROR_AMBIGUOUS,
  unknownMember: MIRROR_UNKNOWN_MEMBER,
  wrongNumber: MIRROR_WRONG_NUMBER,
  wrongValue: MIRROR_WRONG_VALUE,
  unreadable: MIRROR_UNREADABLE,
};

function causeText(cause: Cause): string {
  switch (cause.kind) {
    case "renamed":
      return cause.when === undefined
        ? `What stands beside it is ${cause.to}.`
        : `It was renamed to ${cause.to} ${cause.when}.`;
    case "deleted":
      return `It was deleted from the proto ${cause.when}.`;
    case "mistyped":
      return `Is ${cause.to} meant?`;
    case "repeats":
      return `${cause.value} has a member of its own already.`;
    case "unknown":
      return cause.near === undefined
        ? "The proto never had it."
        : `The proto never had it; ${cause.near} is near.`;
  }
}

function list(names: readonly string[]): string {
  return names.length > 3
    ? `${names.slice(0, 3).join(", ")} and ${names.length - 3} more`
    : names.join(", ");
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
