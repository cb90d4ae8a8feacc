// What `lockstep init` is about to do: one line per file, in the order in which people read them.

/** A file that init has an opinion on. */
export type Change =
  | {
      readonly kind: "write";
      /** Relative to the workspace. */
      readonly path: string;
      /** Undefined where there is no such file yet. */
      readonly before: string | undefined;
      readonly after: string;
      readonly why: string;
    }
  /** A command of Lockstep's that is run once all files are written. */
  | { readonly kind: "run"; readonly path: string; readonly why: string }
  | { readonly kind: "keep"; readonly path: string; readonly why: string }
  /** Something that only a person can decide; `path` is the file that it is about, or a command to run. */
  | {
      readonly kind: "propose";
      readonly path: string;
      readonly why: string;
      /** Whether it is a command without which `generate` does not work. */
      readonly isNeeded?: boolean;
    };

export type Written = Extract<Change, { kind: "write" }>;

/** The changes that write a file. */
export function writtenIn(changes: readonly Change[]): Written[] {
  return changes.filter((change) => change.kind === "write");
}

const WORDS = { write: "write", run: "run", keep: "leave alone", propose: "propose" } as const;

/** The plan as people read it: a line per file, in columns. */
export function planText(changes: readonly Change[]): string {
  const width = Math.max(...changes.map(({ path }) => path.length));
  return changes
    .map(({ kind, path, why }) => `${WORDS[kind].padEnd(11)}  ${path.padEnd(width)}  ${why}\n`)
    .join("");
}
