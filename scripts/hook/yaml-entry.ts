// The hook as an entry of a hook manager's YAML file. The file stays as it is written, but for the entry's lines.
import { isDeepStrictEqual } from "node:util";
import { isMap, isScalar, isSeq, type Pair, type ParsedNode, parseAllDocuments } from "yaml";
import { trouble } from "../../core/trouble.js";

/** An entry of a hook manager: where it goes in its file, and what it is. */
export interface Entry {
  readonly at: number;
  readonly lines: readonly string[];
}

type Lines = readonly string[];

/** The entry in lefthook's file. Throws trouble where it has to be added by hand. */
export function lefthookEntry(text: string, command: string, shown: string): Entry {
  const run = `run: ${JSON.stringify(command)}`;
  const asCommand = ["lockstep:", `  ${run}`];
  const asJob = ["- name: lockstep", `  ${run}`];
  const byHand = ["pre-commit:", "  commands:", ...indented(asCommand, "    ")];
  const file = openFile(text, shown, byHand);
  const hook = file.child("pre-commit");
  if (hook === undefined) return file.add(undefined, byHand);
  const jobs = file.child("jobs", hook);
  if (jobs !== undefined) return file.add(jobs, asJob);
  const commands = file.child("commands", hook);
  return commands === undefined
    ? file.add(hook, ["commands:", ...indented(asCommand, "  ")])
    : file.add(commands, asCommand);
}

/** The entry in the file of the pre-commit framework. Throws trouble where it has to be added by hand. */
export function preCommitEntry(text: string, command: string, shown: string): Entry {
  const entry = [
    "- repo: local",
    "  hooks:",
    "    - id: lockstep",
    "      name: lockstep",
    `      entry: ${JSON.stringify(command)}`,
    "      language: system",
    "      pass_filenames: false",
    "      # Also where protos are only deleted; it is over at once where none is staged.",
    "      always_run: true",
    "      stages: [pre-commit]",
  ];
  const byHand = ["repos:", ...indented(entry, "  ")];
  const file = openFile(text, shown, byHand);
  const repos = file.child("repos");
  return file.add(repos, repos === undefined ? byHand : entry);
}

function indented(lines: Lines, by: string): string[] {
  return lines.map((line) => by + line);
}

interface OpenFile {
  /** The entry of that key in the map that `parent` leads to, or in the whole file. */
  child(key: string, parent?: Pair<ParsedNode, ParsedNode | null>): Found | undefined;
  /** Those lines as the first ones in what `parent` leads to, or as the last ones of the file. */
  add(parent: Found | undefined, lines: Lines): Entry;
}

type Found = Pair<ParsedNode, ParsedNode | null>;

function openFile(text: string, shown: string, byHand: Lines): OpenFile {
  const refuse = (why: string): Error =>
    trouble("HOOK_BY_HAND", { file: shown, why, help: `Add this by hand:\n${byHand.join("\n")}` });
  const documents = parseAllDocuments(text);
  if (!Array.isArray(documents))
    return { child: () => undefined, add: (_, lines) => ({ at: text.length, lines }) };
  const [document, ...more] = documents;
  const root = document?.contents ?? null;
  if (more.length > 0 || (root !== null && (!isMap(root) || root.flow)))
    throw refuse("it is not one map of settings");
  const [error] = document?.errors ?? [];
  if (error !== undefined) throw refuse(`it is no valid YAML: ${error.message.split("\n")[0]}`);
  return {
    child(key, parent) {
      const map = parent === undefined ? root : parent.value;
      if (map === null || (isScalar(map) && map.value === null)) return undefined;
      if (!isMap(map) || map.flow)
        throw refuse("it is written in a way that leaves no line for it");
      return map.items.find((item) => isScalar(item.key) && item.key.value === key);
    },
    add(parent, lines) {
      const entry = parent === undefined ? { at: text.length, lines } : below(text, parent, lines);
      if (entry === undefined) throw refuse("it is written in a way that leaves no line for it");
      const [made] = parseAllDocuments(insert(text, entry));
      if (made === undefined || made.errors.length > 0 || !keeps(made.toJS(), document?.toJS()))
        throw refuse("it is written in a way that leaves no line for it");
      return entry;
    },
  };
}

/** The lines right below that key, indented as what follows it is; undefined where it has no lines of its own. */
function below(text: string, { key, value }: Found, lines: Lines): Entry | undefined {
  const isEmpty = value === null || (isScalar(value) && value.value === null);
  if (!isEmpty && (!(isMap(value) || isSeq(value)) || value.flow)) return undefined;
  const first = isEmpty ? undefined : value.range[0];
  const column = (offset: number): number => offset - (text.lastIndexOf("\n", offset - 1) + 1);
  const indent = first === undefined ? column(key.range[0]) + 2 : column(first);
  const newline = text.indexOf("\n", key.range[0]);
  const at = newline === -1 ? text.length : newline + 1;
  if (first !== undefined && first < at) return undefined;
  return { at, lines: indented(lines, " ".repeat(indent)) };
}

function insert(text: string, { at, lines }: Entry): string {
  const newline = at === text.length && !text.endsWith("\n") ? "\n" : "";
  return `${text.slice(0, at)}${newline}${lines.join("\n")}\n${text.slice(at)}`;
}

/** Whether all that was there is there still. */
function keeps(after: unknown, before: unknown): boolean {
  if (before === null || before === undefined) return true;
  if (Array.isArray(before))
    return (
      Array.isArray(after) && isDeepStrictEqual(after.slice(after.length - before.length), before)
    );
  if (typeof before !== "object") return after === before;
  return Object.entries(before).every(([key, value]) =>
    keeps((after as Record<string, unknown> | null)?.[key], value),
  );
}
