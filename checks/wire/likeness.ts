// Whether a new name on an old number is a rename, or the number means something else now. The bytes
// cannot tell, so names and docstrings decide.

/** What an element is called, and what is said of it. */
export interface Named {
  readonly name: string;
  /** The docstring; empty where there is none. */
  readonly doc: string;
}

/** Words that many names have, so that sharing one says nothing. */
const COMMON = new Set(
  "a at by count for from id ids in is has key kind max min name num number of on status the time to total type value".split(
    " ",
  ),
);

/** What turns a word into its opposite. */
const OPPOSITES = ["un", "in", "im", "non", "dis", "de", "not", "no"];

/**
 * Whether `now` is plainly the old element under another name: its docstring stayed, one name has all
 * words of the other, they share a word that says something, or they differ by a typo. `ignored` are
 * words that every name here has, such as those of the enum.
 */
export function isRename(
  old: Named,
  now: Named,
  ignored: ReadonlySet<string> = new Set(),
): boolean {
  const [before, after] = [wordsOf(old.name, ignored), wordsOf(now.name, ignored)];
  if (areOpposites(before, after)) return false;
  if (old.doc.trim() !== "" && old.doc.trim() === now.doc.trim()) return true;
  if (before.join("") === after.join("")) return true;
  const shared = before.filter((word) => after.some((other) => isSameWord(word, other)));
  if (shared.length === 0) return false;
  return (
    shared.length === Math.min(before.length, after.length) ||
    shared.some((word) => !COMMON.has(word))
  );
}

/** The words of a name in snake_case, camelCase or CAPITALS, in lower case. */
export function wordsOf(name: string, ignored: ReadonlySet<string> = new Set()): string[] {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/([A-Z])([A-Z][a-z])/g, "$1_$2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
  const kept = words.filter((word) => !ignored.has(word));
  return kept.length === 0 ? words : kept;
}

/** `created` and `creation`, `gpu` and `gpus`, but not `a` and `b`. */
function isSameWord(one: string, other: string): boolean {
  if (one === other) return true;
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  if (long === `${short}s` || long === `${short}es`) return true;
  let shared = 0;
  while (shared < short.length && short[shared] === long[shared]) shared++;
  return shared >= 5 && shared * 3 >= long.length * 2;
}

function areOpposites(before: readonly string[], after: readonly string[]): boolean {
  const [one, other] = [before.join(""), after.join("")];
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return OPPOSITES.some((prefix) => long === prefix + short);
}
