// What the planned index and modules export, for the imports of hand-written code.
import { posix } from "node:path";
import { nearest } from "../../../../core/nearest.js";
import { type Comparison, contentOf, type PlannedFile } from "../../../../core/plan.js";
import { isInside } from "../../../../core/workspace.js";
import type { FolderIndex } from "../../../index.js";
import type { Broken } from "../../code.js";
import { exportedNames } from "../modules.js";
import type { ModuleImport } from "./imports-in.js";

/** What the planned modules export, each read when it is first asked for. */
export class Exports {
  readonly #bases = new Map<string, Set<string>>();
  readonly #files = new Set<string>();
  readonly #planned = new Map<string, PlannedFile>();

  constructor(
    private readonly root: string,
    private readonly indexes: readonly FolderIndex[],
    comparisons: readonly Comparison[],
  ) {
    for (const { planned, foreign } of comparisons) {
      for (const file of planned) this.#planned.set(file.path, file);
      for (const path of [...planned.map((file) => file.path), ...foreign]) this.#files.add(path);
    }
  }

  /** What of an import does not resolve. */
  judge(
    target: string,
    { specifier, start, end, names, isType }: ModuleImport,
    isScript: boolean,
  ): Broken[] {
    const base = this.#baseOf(target);
    if (base === undefined) {
      if (this.#files.has(target)) return [];
      return [{ kind: "module", specifier, near: this.#nearModule(target), start, end }];
    }
    const broken: Broken[] = [];
    const seen = new Set<string>();
    for (const { path, ...range } of names) {
      const lost = this.#lost(base, path, isScript && !isType);
      // A name that is missing is told of where it is taken, not wherever something is taken from it.
      if (lost === undefined || lost.depth !== path.length - 1) continue;
      const key = `${range.start}`;
      if (seen.has(key)) continue;
      seen.add(key);
      broken.push({
        kind: "name",
        specifier,
        name: path.join("."),
        near: lost.near,
        in: lost.in,
        ...range,
      });
    }
    return broken;
  }

  /** The module that a path means; undefined where none is planned there. */
  #baseOf(target: string): string | undefined {
    const stems = [target.replace(/(\.d)?\.[cm]?[jt]sx?$/, ""), posix.join(target, "index")];
    return stems.find((stem) => this.#pathsOf(stem).length > 0);
  }

  #pathsOf(base: string): string[] {
    return [".js", ".d.ts", ".ts"]
      .map((ending) => base + ending)
      .filter((path) => this.#planned.has(path));
  }

  #names(base: string, atRuntime: boolean): Set<string> | undefined {
    const paths = this.#pathsOf(base);
    const script = paths.filter((path) => path.endsWith(".js"));
    const chosen = atRuntime && script.length > 0 ? script : paths;
    const key = chosen.join();
    const known = this.#bases.get(key);
    if (known !== undefined) return known;
    const files = new Map(
      chosen.map((path) => [path, contentOf(this.root, this.#planned.get(path) as PlannedFile)]),
    );
    // What another plugin re-exports as a whole is not known.
    if ([...files.values()].some((content) => /^export \*/m.test(content.toString("utf8"))))
      return undefined;
    const names = exportedNames(files).get(base);
    if (names !== undefined) this.#bases.set(key, names);
    return names;
  }

  /** The first of the names that is not exported, and what is near; undefined where all are. */
  #lost(
    base: string,
    path: readonly string[],
    atRuntime: boolean,
  ): { depth: number; near: string | undefined; in: string[] } | undefined {
    const [name, ...rest] = path as [string, ...string[]];
    const names = this.#names(base, atRuntime);
    if (names === undefined) return undefined;
    if (!names.has(name)) {
      return { depth: 0, near: nearest(name, [...names]), in: this.#elsewhere(base, name) };
    }
    const inner = this.#namespace(base, name);
    if (inner === undefined || rest.length === 0) return undefined;
    const lost = this.#lost(inner, rest, atRuntime);
    return lost && { ...lost, depth: lost.depth + 1 };
  }

  /** The module that a name of the root index stands for. */
  #namespace(base: string, name: string): string | undefined {
    const index = this.indexes.find(({ folder }) => base === posix.join(folder, "index"));
    const found = index?.packages.find(({ namespace }) => namespace === name);
    return index && found && posix.join(index.folder, found.base);
  }

  #elsewhere(base: string, name: string): string[] {
    const index = this.indexes.find(({ folder }) => isInside(base, folder));
    if (index === undefined) return [];
    const collision = index.collisions().find((one) => one.name === name);
    if (collision !== undefined) return collision.in.map((where) => `${where}.${name}`);
    return index
      .modules()
      .filter((module) => module.values.includes(name) || module.types.includes(name))
      .map((module) => {
        const home = index.packages.find((one) => one.package === module.package);
        return `${posix.join(index.folder, home?.base ?? module.base)}`;
      });
  }

  #nearModule(target: string): string | undefined {
    const bases = [...this.#planned.keys()].map((path) =>
      path.replace(/(\.d)?\.[cm]?[jt]sx?$/, ""),
    );
    return nearest(target.replace(/(\.d)?\.[cm]?[jt]sx?$/, ""), [...new Set(bases)]);
  }
}
