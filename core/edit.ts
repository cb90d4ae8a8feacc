// Edits: ranges of a file's text that are replaced.
import { trouble } from "./trouble.js";

export interface Edit {
  /** Relative to the workspace, with `/`. */
  readonly path: string;
  /** Offsets in the file's text, in UTF-16 units; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/**
 * The text with the edits applied; the same edit given twice counts once. Throws trouble where two
 * edits overlap, or insert different texts at one place.
 */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  const sorted = [...edits].sort((a, b) => a.start - b.start || a.end - b.end);
  const parts: string[] = [];
  let at = 0;
  let last: Edit | undefined;
  for (const edit of sorted) {
    if (last !== undefined) {
      if (edit.start === last.start && edit.end === last.end && edit.text === last.text) continue;
      if (edit.start < at || (edit.start === last.start && edit.end === edit.start)) {
        throw trouble("EDITS_OVERLAP", { path: edit.path });
      }
    }
    parts.push(text.slice(at, edit.start), edit.text);
    at = edit.end;
    last = edit;
  }
  return parts.join("") + text.slice(at);
}

/** The edits of each file. */
export function editsByPath(edits: readonly Edit[]): Map<string, Edit[]> {
  const byPath = new Map<string, Edit[]>();
  for (const edit of edits) {
    const known = byPath.get(edit.path);
    if (known === undefined) byPath.set(edit.path, [edit]);
    else known.push(edit);
  }
  return byPath;
}
