// A declaration that mirrors an enum, as a language reads it: members with one or two places each.
import type { Edit } from "../../core/edit.js";

/** A range of a file's text, in UTF-16 units; the end is exclusive. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** What stands in a place of a member, and so tells which value it is. */
export type Form =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  /** A number that is counted on from the member before, and not written. */
  | { readonly kind: "implicit"; readonly value: number }
  | ReferenceForm
  /** Something that tells nothing of a value. */
  | { readonly kind: "other" };

/** `ProcessStatus.HEALTHY`, however the code calls it. */
export interface ReferenceForm {
  readonly kind: "reference";
  /** The code before the member: `pb.ProcessStatus`. */
  readonly qualifier: string;
  readonly member: string;
  /** What is referred to, by the name that it is declared with. */
  readonly name: string;
  /** The source file that declares it, where it is one of the workspace's. */
  readonly path: string | undefined;
}

export interface Slot extends Range {
  /** What stands there, as code; empty for a number that is not written. */
  readonly code: string;
  readonly form: Form;
}

/** A member: of an enum, a union or an array, an entry of a map, a case of a switch. */
export interface Row extends Range {
  readonly slots: readonly Slot[];
}

/** What is to be written in a place of a member. */
export type Written =
  | { readonly kind: "name"; readonly text: string }
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "implicit" }
  | { readonly kind: "reference"; readonly qualifier: string; readonly member: string };

/** A member to be added. */
export interface Addition {
  /** The index of the member that it comes behind; -1 for the start. */
  readonly after: number;
  readonly slots: readonly Written[];
  /** The lines of the docstring that the proto has for it. */
  readonly docstring: readonly string[];
}

export interface Declaration {
  /** How the code calls it. */
  readonly name: string;
  readonly path: string;
  /** The text of the tag behind `@proto`, and where it stands. */
  readonly tag: Range & { readonly text: string };
  /** The part of it that findings about the whole point at. */
  readonly head: Range;
  readonly rows: readonly Row[];
  /** Why no member can be added; undefined where one can. */
  readonly closed: string | undefined;
  /** Two ways in which a first member could be written, where there is none to follow. */
  firsts(shortName: string, number: number): readonly string[];
  /** Whether a name may stand in that place as the others there are written. */
  isAllowed(column: number, name: string): boolean;
  /** That place of a member with something else in it, as code. */
  write(slot: Slot, written: Written): string;
  /** The edits that add members, which touch nothing else. */
  insert(additions: readonly Addition[]): Edit[];
  /** The edits that remove members, with the comments above them. */
  remove(rows: readonly Row[]): Edit[];
}

/** What a language reads in a source file. */
export interface MirrorFile {
  readonly path: string;
  /** What keeps the file from being parsed, and where; then there are no declarations. */
  readonly error: (Range & { readonly message: string }) | undefined;
  readonly declarations: readonly Declaration[];
  /** Tags on something that mirrors nothing, with what that is. */
  readonly unsupported: readonly (Range & { readonly what: string })[];
}
