// Mirrors: hand-written code that repeats a proto enum. What reading them showed, as plain data.
import type { Edit } from "./edit.js";
import type { Place } from "./finding.js";

/** Which mirror it is about, for the words of a finding. */
export interface AboutMirror {
  /** How the code calls it. */
  readonly mirror: string;
  /** The enum's fully qualified name. */
  readonly symbol: string;
}

/** How a member came to be in the code though the proto does not have it. */
export type Cause =
  | { readonly kind: "renamed"; readonly to: string; readonly when: string | undefined }
  | { readonly kind: "mistyped"; readonly to: string }
  | { readonly kind: "deleted"; readonly when: string }
  | { readonly kind: "repeats"; readonly value: string }
  | { readonly kind: "unknown"; readonly near: string | undefined };

/** What can be wrong with a mirror. */
export interface MirrorProblems {
  /** A source file with a tag does not parse. */
  readonly syntax: { readonly message: string };
  /** The tag's own text is wrong. */
  readonly tag: { readonly text: string; readonly why: string };
  /** The tag stands on something that mirrors nothing. */
  readonly unsupported: { readonly what: string };
  readonly unknownSymbol: {
    readonly symbol: string;
    readonly is: string | undefined;
    readonly near: string | undefined;
  };
  readonly missing: AboutMirror & {
    readonly names: readonly string[];
    /** Why generate cannot add them; undefined where it can. */
    readonly why: string | undefined;
  };
  readonly ambiguous: AboutMirror & {
    readonly name: string;
    readonly candidates: readonly string[];
    readonly why: string;
  };
  readonly unknownMember: AboutMirror & {
    readonly member: string;
    readonly cause: Cause;
    /** Where the code uses it, or may, so that no fix is certain. */
    readonly uses: readonly string[];
  };
  readonly wrongNumber: AboutMirror & {
    readonly member: string;
    readonly is: string;
    readonly expected: string;
  };
  readonly wrongValue: AboutMirror & {
    readonly member: string;
    readonly is: string;
    readonly expected: string;
  };
  readonly unreadable: AboutMirror & { readonly text: string };
}

export type MirrorProblem = {
  readonly [K in keyof MirrorProblems]: {
    readonly kind: K;
    readonly place: Place;
    readonly args: MirrorProblems[K];
    readonly fix?: readonly Edit[];
  };
}[keyof MirrorProblems];
