// What commits removed: the numbers and names that a message or enum had before a commit, and not after it.
import type { Commit } from "../../../core/git-log.js";
import type { Facts, Unreadable } from "./facts.js";

/** A number or a name that a commit removed; most elements lose both, one that is renamed only its name. */
export interface Removal {
  readonly lost: "number" | "name";
  readonly kind: "field" | "value";
  /** The full name of the message (of an extension: of the extended message) or enum. */
  readonly parent: string;
  /** Of an extension its full name. */
  readonly name: string;
  readonly number: number;
  /** Fields only: as it was written. */
  readonly type?: string;
  /** The commit's id in full. */
  readonly commit: string;
  /** As YYYY-MM-DD. */
  readonly date: string;
  /** The proto that had it, where it was then. */
  readonly path: string;
}

/** What one version of a proto has of the messages and enums that are asked for. */
export interface Version {
  readonly items: readonly Item[];
  /** The numbers and names of the items. */
  readonly keys: ReadonlySet<string>;
}

type Item = Pick<Removal, "kind" | "parent" | "name" | "number" | "type">;
type Tree = ReadonlyMap<string, Version>;

/** What these facts have of those messages and enums; undefined where they have nothing of them. */
export function versionOf(facts: Facts, parents: ReadonlySet<string>): Version | undefined {
  const items: Item[] = [];
  for (const [parent, fields] of facts.messages) {
    if (!parents.has(parent)) continue;
    for (const field of fields) items.push(fieldOf(parent, field));
  }
  for (const [extended, extension] of facts.extensions) {
    const parent = extendedIn(extended, extension[0], parents);
    if (parent !== undefined) items.push(fieldOf(parent, extension));
  }
  for (const [parent, values] of facts.enums) {
    if (!parents.has(parent)) continue;
    for (const [name, number] of values) items.push({ kind: "value", parent, name, number });
  }
  if (items.length === 0) return undefined;
  return {
    items,
    keys: new Set(items.flatMap((item) => [keyOf(item, "number"), keyOf(item, "name")])),
  };
}

function fieldOf(parent: string, [name, number, type]: Facts["messages"][0][1][0]): Item {
  return { kind: "field", parent, name, number, type: type as string };
}

/** The message that is meant, if it is among those: looked for from the innermost scope of the extension. */
function extendedIn(
  extended: string,
  extension: string,
  parents: ReadonlySet<string>,
): string | undefined {
  if (extended.startsWith("."))
    return parents.has(extended.slice(1)) ? extended.slice(1) : undefined;
  const scope = extension.split(".");
  while (scope.length > 0) {
    scope.pop();
    const name = [...scope, extended].join(".");
    if (parents.has(name)) return name;
  }
  return undefined;
}

function keyOf(item: Item, by: Removal["lost"]): string {
  return `${item.kind} ${item.parent} ${item[by]}`;
}

/**
 * The removals of those commits, which come each after its parents; the oldest first. What a commit moves
 * to another proto it does not remove, and a merge removes only what all its parents have. A version that
 * cannot be read changes nothing: the next that can is compared with the one before it.
 */
export function removalsOf(
  commits: readonly Commit[],
  versions: ReadonlyMap<string, Version | Unreadable>,
): Removal[] {
  const trees = new Map<string, Tree>();
  const treeOf = (commit: string): Tree => trees.get(commit) ?? new Map();
  const removals: Removal[] = [];
  for (const { id, date, parents, changes } of commits) {
    const before = treeOf(parents[0] ?? "");
    const others = parents.slice(1).map(treeOf);
    const after = changed(before, others, changes, versions);
    trees.set(id, after);
    if (after === before) continue;
    for (const { path } of changes) {
      const had = before.get(path);
      if (had === undefined || had === after.get(path)) continue;
      for (const item of had.items) {
        for (const lost of ["number", "name"] as const) {
          const key = keyOf(item, lost);
          if (has(after, key) || !others.every((tree) => has(tree, key))) continue;
          removals.push({ lost, ...item, commit: id, date, path });
        }
      }
    }
  }
  return removals;
}

/** The tree after the changes: the same one where they change nothing that is asked for. */
function changed(
  before: Tree,
  others: readonly Tree[],
  changes: Commit["changes"],
  versions: ReadonlyMap<string, Version | Unreadable>,
): Tree {
  let after: Map<string, Version> | undefined;
  for (const { path, blob } of changes) {
    let version = blob === undefined ? undefined : versions.get(blob);
    if (version !== undefined && "why" in version) {
      version = [before, ...others].find((tree) => tree.has(path))?.get(path);
    }
    if (version === before.get(path)) continue;
    after ??= new Map(before);
    if (version === undefined) after.delete(path);
    else after.set(path, version);
  }
  return after ?? before;
}

function has(tree: Tree, key: string): boolean {
  for (const version of tree.values()) if (version.keys.has(key)) return true;
  return false;
}
