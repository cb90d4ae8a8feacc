// Which files hang together: by imports, packages, folders, cycles of packages, and the types of methods.
import { posix } from "node:path";
import type { Dependency, KnownFile } from "./base.js";

/** What of a file other files' findings may depend on. */
export type Node = Dependency & Pick<KnownFile, "name" | "methodTypes">;

/** Files in the versions that they have and had. */
export class Graph {
  readonly #importers = new Map<string, Set<string>>();
  readonly #groups = new Map<string, Set<string>>();
  readonly #keys = new Map<string, Set<string>>();
  readonly #packages = new Map<string, Set<string>>();
  readonly #back = new Map<string, Set<string>>();
  readonly #imported = new Map<string, Set<string>>();

  /** `nodes` are the workspace's own files, a name twice where it changed; `sharesTypes` whether methods' types matter. */
  constructor(
    nodes: readonly Node[],
    dependencies: ReadonlyMap<string, Dependency>,
    sharesTypes: boolean,
  ) {
    for (const node of nodes) {
      const keys = [`package ${node.package}`, `folder ${posix.dirname(node.name)}`];
      if (sharesTypes) keys.push(...node.methodTypes.map((type) => `type ${type}`));
      for (const key of keys) {
        add(this.#groups, key, node.name);
        add(this.#keys, node.name, key);
      }
      add(this.#packages, node.name, node.package);
      for (const imported of node.imports) add(this.#importers, imported, node.name);
    }
    for (const [name, one] of dependencies) add(this.#packages, name, one.package);
    for (const { package: own, imports } of [...nodes, ...dependencies.values()]) {
      for (const to of imports.flatMap((name) => [...(this.#packages.get(name) ?? [])])) {
        if (to === own) continue;
        add(this.#imported, own, to);
        add(this.#back, to, own);
      }
    }
  }

  /** Those files, and all that import them, directly or not. */
  withImporters(names: Iterable<string>): Set<string> {
    return reached(names, this.#importers);
  }

  /** The files that are or were in those packages. */
  inPackages(packages: Iterable<string>): string[] {
    return [...packages].flatMap((one) => [...(this.#groups.get(`package ${one}`) ?? [])]);
  }

  /** Those files, and those that a check of single files judges together with them. */
  withCompanions(names: Iterable<string>): Set<string> {
    const found = new Set(names);
    const keys = new Set<string>();
    const packages = new Set<string>();
    for (const name of found) {
      for (const key of this.#keys.get(name) ?? []) keys.add(key);
      for (const one of this.#packages.get(name) ?? []) packages.add(one);
    }
    // Packages that import each other in a circle are judged together.
    for (const one of packages) {
      const there = reached([one], this.#imported);
      for (const other of reached([one], this.#back))
        if (there.has(other)) keys.add(`package ${other}`);
    }
    for (const key of keys) for (const name of this.#groups.get(key) ?? []) found.add(name);
    return found;
  }
}

function add(map: Map<string, Set<string>>, key: string, value: string): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, new Set([value]));
  else known.add(value);
}

function reached(
  from: Iterable<string>,
  next: ReadonlyMap<string, ReadonlySet<string>>,
): Set<string> {
  const found = new Set(from);
  // A set is walked in the order of its insertions, those during the walk included.
  for (const one of found) for (const other of next.get(one) ?? []) found.add(other);
  return found;
}
