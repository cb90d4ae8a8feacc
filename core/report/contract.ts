// The types of the report in JSON, version 1 of the contract. Tools rely on them: fields are added, and none
// is taken away or given another meaning without another version. They stand alone, so that no change inside
// Lockstep changes them unseen.

/** What a run found: what `--format json` prints. */
export interface Report {
  readonly version: 1;
  /** Whether no finding that stands is an error and the run could be done. */
  readonly ok: boolean;
  /** Sorted by place; those that were waived are among them. */
  readonly findings: readonly Finding[];
  /** What was done, in the order in which it was started. */
  readonly steps: readonly Step[];
  /** Neither counts what was waived. */
  readonly summary: { readonly errors: number; readonly warnings: number };
  /** How many elements have a docstring; left out where that was not judged. */
  readonly coverage?: readonly Coverage[];
}

/** One problem, and where it is. */
export interface Finding extends Position {
  /** The id of the rule, as `lockstep explain` takes it. */
  readonly rule: string;
  readonly severity: Severity;
  /** The fully qualified name of the element, where it is about one. */
  readonly symbol: string | null;
  /** What is wrong, in a sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly help: string;
  /** Where the element was in the baseline. */
  readonly previous: Position | null;
  /** What really happened to messages; empty where the rule is not about data. */
  readonly evidence: readonly Evidence[];
  /** Whether `lockstep fix` puts it right. */
  readonly fixable: boolean;
  /** The permission that let it through. A finding that has one keeps no run from being ok. */
  readonly waived: Waived | null;
  /** The baseline that it is against, only where several were judged. */
  readonly baseline?: string;
}

export type Severity = "error" | "warning" | "info";

/** The reviewed permission that a finding was let through with. */
export interface Waived {
  readonly reason: string;
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly expires: string;
}

/** A place in a file. Lines and columns count from 1, columns in UTF-16 units. */
export interface Position {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  readonly line: number;
  readonly column: number;
}

/** What really happened to a message that was written with one version of the protos and read with the other. */
export interface Evidence {
  /** Who sent: a peer of the baseline, or one built from the changed protos. */
  readonly sender: "old" | "new";
  readonly format: "binary" | "json" | "rpc";
  readonly fate: Fate;
  /** The full name of the message that was sent; of an RPC, the path that was called. */
  readonly subject: string;
  /** What the sender meant, in words. */
  readonly sent: string;
  /** What was on the wire: bytes in hex, separated by spaces, or the JSON text. */
  readonly wire: string;
  /** The part of `wire` that makes the difference: start and end of its characters. */
  readonly marked: readonly [number, number] | null;
  /** Each runtime that read it, and what it made of it. */
  readonly readers: readonly Reader[];
}

/** How data fared: read as something else, read as absent, not read at all, or read as it was meant. */
export type Fate = "misread" | "lost" | "refused" | "unaffected";

/** One reader of the bytes, and what it made of them. */
export interface Reader {
  /** The Protobuf runtime that read. */
  readonly runtime: string;
  readonly fate: Fate;
  /** What the reader's code sees, in words. */
  readonly saw: string;
}

/** A step of the run. */
export interface Step {
  readonly name: string;
  /** Wall time in milliseconds; 0 for a step that was skipped. */
  readonly ms: number;
  readonly summary: string;
}

/** How many elements of a kind have a docstring, in a package. */
export interface Coverage {
  readonly package: string;
  readonly kind:
    | "package"
    | "service"
    | "method"
    | "message"
    | "field"
    | "oneof"
    | "enum"
    | "value"
    | "extension";
  readonly documented: number;
  readonly total: number;
}
