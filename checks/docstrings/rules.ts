// The docstring rules and their words.
import type { ElementKind } from "../../core/element-kinds.js";
import type { OwnRule } from "../../core/finding.js";

interface About {
  readonly kind: ElementKind;
  readonly name: string;
}

const FIXED = "lockstep fix puts that right.";

export const DOCSTRING_MISSING: OwnRule<About> = {
  id: "DOCSTRING_MISSING",
  severity: "error",
  finds: "An element has no comment at all.",
  purpose:
    "Who uses an API reads its docstrings in the editor and in the generated code; without one, they guess.",
  perElement: true,
  example: {
    wrong: "int32 port = 5;",
    right: "// TCP port of the inference API. The same after a restart.\nint32 port = 5;",
  },
  message: (a) => `The ${a.kind} ${a.name} has no docstring.`,
  help: (a) => `Say in a // comment directly above it what the name does not: ${HINTS[a.kind]}.`,
};

const HINTS: Readonly<Record<ElementKind, string>> = {
  package: "what the API is for, and who serves it",
  service: "who calls it, and what its calls have in common",
  method: "what it does and returns, and when it fails",
  message: "what one of it stands for",
  field: "units, format, when it is set and by whom",
  oneof: "what the choice is between, and what none of them means",
  enum: "what is told apart",
  value: "when it applies",
  extension: "units, format, when it is set and by whom",
};

export const DOCSTRING_BEHIND: OwnRule<About> = {
  id: "DOCSTRING_BEHIND",
  severity: "error",
  finds:
    "A comment stands behind its element: at the end of its line, behind its `{`, under it, or between its tokens.",
  fixedBy: "lockstep fix",
  purpose:
    "Many tools show only what stands before an element, and give what stands behind it to the next one or to none.",
  perElement: true,
  example: {
    wrong: "PROCESS_STATUS_PENDING = 7;  // Queued for startup",
    right: "// Queued for startup\nPROCESS_STATUS_PENDING = 7;",
  },
  message: (a) => `The docstring of the ${a.kind} ${a.name} is behind it instead of before it.`,
  help: () => `Move the comment to a line of its own above the element. ${FIXED}`,
};

export const DOCSTRING_TWICE: OwnRule<About> = {
  id: "DOCSTRING_TWICE",
  severity: "error",
  finds: "An element has a comment before it and one behind it.",
  fixedBy: "lockstep fix",
  purpose: "Of a comment before and one behind an element, most tools show only the first.",
  perElement: true,
  example: {
    wrong: "// Queued for startup.\nPROCESS_STATUS_PENDING = 7;  // No process runs yet.",
    right: "// Queued for startup.\n// No process runs yet.\nPROCESS_STATUS_PENDING = 7;",
  },
  message: (a) => `The ${a.kind} ${a.name} has a docstring before it and a comment behind it.`,
  help: () => `Put all of it before the element. ${FIXED}`,
};

export const DOCSTRING_DETACHED: OwnRule<About> = {
  id: "DOCSTRING_DETACHED",
  severity: "error",
  finds: "A blank line separates a comment from its element.",
  fixedBy: "lockstep fix",
  purpose: "A blank line between a comment and its element keeps every tool from showing it.",
  perElement: true,
  example: {
    wrong: "// One GPU of the host.\n\nmessage GPUInfo {}",
    right: "// One GPU of the host.\nmessage GPUInfo {}",
  },
  message: (a) => `A blank line detaches this comment from the ${a.kind} ${a.name}.`,
  help: () => `Remove the blank line. ${FIXED}`,
};

export const DOCSTRING_BLOCK_COMMENT: OwnRule<About> = {
  id: "DOCSTRING_BLOCK_COMMENT",
  severity: "error",
  finds: "A docstring is written as `/* */` or `/** */`.",
  fixedBy: "lockstep fix",
  purpose:
    "One style of docstrings: // is what buf format, protoc's own files and most style guides use.",
  perElement: true,
  example: {
    wrong: "/* One GPU of the host. */\nmessage GPUInfo {}",
    right: "// One GPU of the host.\nmessage GPUInfo {}",
  },
  message: (a) => `The docstring of the ${a.kind} ${a.name} is a /* */ comment.`,
  help: () => `Write it with //. ${FIXED}`,
};

export const DOCSTRING_EMPTY: OwnRule<About> = {
  id: "DOCSTRING_EMPTY",
  severity: "error",
  finds: "A comment has no text.",
  purpose: "An empty comment looks documented to a tool, and says nothing to a reader.",
  perElement: true,
  example: {
    wrong: "//\nmessage GPUInfo {}",
    right: "// One GPU of the host.\nmessage GPUInfo {}",
  },
  message: (a) => `The docstring of the ${a.kind} ${a.name} is empty.`,
  help: (a) => `Say in it what the name does not: ${HINTS[a.kind]}.`,
};

export const DOCSTRING_PLACEHOLDER: OwnRule<About & { word: string }> = {
  id: "DOCSTRING_PLACEHOLDER",
  severity: "error",
  finds: "A docstring is a placeholder: TODO, FIXME, XXX, TBD, or `...`.",
  purpose:
    "Docstrings are published with the API; what is still to be done belongs where the work is planned.",
  perElement: true,
  example: {
    wrong: "// TODO: describe\nint64 memory_bytes = 5;",
    right: "// Installed device memory.\nint64 memory_bytes = 5;",
  },
  message: (a) => `The docstring of the ${a.kind} ${a.name} has a placeholder: ${a.word}`,
  help: () =>
    "Write what is to be known, and keep the plan in your tracker, or in a comment inside the declaration's body.",
};

export const DOCSTRING_INTERNAL: OwnRule<About & { word: string }> = {
  id: "DOCSTRING_INTERNAL",
  severity: "error",
  finds: "A docstring has a note among its authors: `(-- --)`, `INTERNAL:`, or `NOTE(name)`.",
  purpose:
    "Docstrings are published with the API; a note among its authors does not belong in them.",
  perElement: true,
  example: {
    wrong: "// Power draw. NOTE(kim): units are a mess here\ndouble power = 3;",
    right: "// Power draw in watts.\ndouble power = 3;",
  },
  message: (a) => `The docstring of the ${a.kind} ${a.name} has an internal note: ${a.word}`,
  help: () =>
    "Move the note away from the element: a blank line after it keeps it out of the documentation.",
};

export const DOCSTRING_RESTATES_NAME: OwnRule<About> = {
  id: "DOCSTRING_RESTATES_NAME",
  severity: "warning",
  finds: "A docstring has no word that is not in the name of its element.",
  purpose: "A docstring that repeats the name costs its reader time and tells nothing.",
  perElement: true,
  example: {
    wrong: "// The node id.\nstring node_id = 1;",
    right:
      "// Assigned by the control plane at registration; unique in the fleet.\nstring node_id = 1;",
  },
  message: (a) => `The docstring of the ${a.kind} ${a.name} says no more than its name.`,
  help: (a) => `Say what the name does not: ${HINTS[a.kind]}.`,
};

export const DOCSTRING_NO_SUCCESSOR: OwnRule<About> = {
  id: "DOCSTRING_NO_SUCCESSOR",
  severity: "warning",
  finds: "The docstring of something deprecated does not say what to use instead.",
  purpose: "Whoever meets something deprecated wants to know what to use instead.",
  perElement: true,
  example: {
    wrong: "// The old port.\nint32 port = 5 [deprecated = true];",
    right: "// Deprecated: use endpoint_port instead.\nint32 port = 5 [deprecated = true];",
  },
  message: (a) =>
    `The ${a.kind} ${a.name} is deprecated, and its docstring does not say what to use instead.`,
  help: () => 'Add it: "Deprecated: use ... instead.", or that there is no replacement.',
};

export const DOCSTRING_RULES: readonly OwnRule<never>[] = [
  DOCSTRING_MISSING,
  DOCSTRING_BEHIND,
  DOCSTRING_TWICE,
  DOCSTRING_DETACHED,
  DOCSTRING_BLOCK_COMMENT,
  DOCSTRING_EMPTY,
  DOCSTRING_PLACEHOLDER,
  DOCSTRING_INTERNAL,
  DOCSTRING_RESTATES_NAME,
  DOCSTRING_NO_SUCCESSOR,
];
