// What Lockstep needs to know of a language to keep hand-written code in step.
import type { CodeFiles } from "../../core/code-files.js";
import type { Edit } from "../../core/edit.js";
import type { Comparison } from "../../core/plan.js";
import type { Sources } from "../../core/sources.js";
import type { FolderIndex } from "../index.js";
import type { Declaration, MirrorFile, Range, Slot } from "../mirrors/declaration.js";

export interface CodeLanguage {
  /** How the names of its files end. */
  readonly endings: readonly string[];
  /** Reads a file's tagged declarations; `exists` tells whether a path is one of the code files. */
  readMirrors(path: string, text: string, exists: (path: string) => boolean): MirrorFile;
  /** Reads the declarations without a tag that could be mirrors; none where the file does not parse. */
  readUntagged(
    path: string,
    text: string,
    exists: (path: string) => boolean,
  ): readonly UntaggedDeclaration[];
  /** Finds what uses members of mirrors in the code; the bindings are in the `generated` folders. */
  openReferences(
    code: CodeFiles,
    sources: Sources,
    generated: readonly string[],
  ): Promise<References>;
  /** Reads imports in those files, as the workspace at `root` resolves them. */
  openConsumers(
    root: string,
    paths: readonly string[],
    indexes: readonly FolderIndex[],
    comparisons: readonly Comparison[],
  ): Consumers;
}

export interface UntaggedDeclaration {
  readonly declaration: Declaration;
  /** The edit that gives it that tag. */
  tagged(tag: string): Edit;
}

export interface References {
  /** Where the name in that place of a declaration is used, for it to be called `to` or to go. */
  of(declaration: Declaration, slot: Slot, to: string | undefined): Promise<readonly Use[]>;
}

export interface Use extends Range {
  readonly path: string;
  /** What renames it there; undefined where it cannot be told that it is a use, or how it is renamed. */
  readonly text: string | undefined;
}

export interface Consumers {
  /** A file that imports something generated contains one of these texts. */
  readonly needles: readonly string[];
  /** A second look, before the file is parsed: whether something like an import leads to something generated. */
  mayImport(path: string, text: string): boolean;
  /** How many imports of something generated the file has, and which of them do not resolve. */
  read(
    path: string,
    text: string,
  ): { readonly imports: number; readonly broken: readonly Broken[] };
}

/** Something wrong with an import. */
export type Broken = Range &
  (
    | { readonly kind: "syntax"; readonly message: string }
    | { readonly kind: "module"; readonly specifier: string; readonly near: string | undefined }
    | {
        readonly kind: "name";
        readonly specifier: string;
        readonly name: string;
        readonly near: string | undefined;
        /** Where a name that several packages define is to be had, or the modules that export it. */
        readonly in: readonly string[];
      }
  );
