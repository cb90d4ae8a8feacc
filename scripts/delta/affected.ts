// Which files a change of protos concerns, found out without compiling any.
import { methodTypes, readProto } from "../../core/proto-file.js";
import type { BufYaml, Section } from "../../core/workspace.js";
import type { Base } from "./base.js";
import { Graph, type Node } from "./graph.js";

/** What a change of protos concerns; files are named as they are imported. */
export interface Affected {
  /** The paths of the workspace's own files as they are now. */
  readonly paths: ReadonlyMap<string, string>;
  /** What is known of each of them; of changed ones, what their text says. */
  readonly nodes: ReadonlyMap<string, Node>;
  /** Files that may compile to something else than before, so that all that is known of them is known anew. */
  readonly changed: ReadonlySet<string>;
  /** Files in which checks of single files may find something else than before. */
  readonly affected: ReadonlySet<string>;
  /** Those, and the files that have to be judged together with them. */
  readonly judged: ReadonlySet<string>;
  readonly graph: Graph;
}

/** The paths of the protos that have not the contents that the base knows, those in no module aside. */
export function changedPaths(base: Base, protos: ReadonlyMap<string, string>): string[] {
  return [...protos].flatMap(([path, blob]) =>
    base.others.has(path) || base.files.get(path)?.blob === blob ? [] : [path],
  );
}

/**
 * What is concerned where the protos have those contents now. `namesOf` asks buf for the names of all files, which
 * is done only where there are new ones. Undefined where that cannot be told without compiling everything.
 */
export async function affectedBy(
  base: Base,
  protos: ReadonlyMap<string, string>,
  yaml: BufYaml,
  namesOf: () => Promise<ReadonlyMap<string, string> | undefined>,
  read: (path: string) => Promise<string | undefined>,
): Promise<Affected | undefined> {
  const isNew = (path: string): boolean => !base.files.has(path) && !base.others.has(path);
  const nameByPath = new Map<string, string>();
  if ([...protos.keys()].some(isNew)) {
    const names = await namesOf();
    if (names === undefined) return undefined;
    for (const [name, path] of names) nameByPath.set(path, name);
  }
  const paths = new Map<string, string>();
  const nodes = new Map<string, Node>();
  const before: Node[] = [];
  const edited: Node[] = [];
  for (const [path, blob] of protos) {
    const known = base.files.get(path);
    if (known?.blob === blob) {
      if (paths.has(known.name)) return undefined;
      paths.set(known.name, path);
      nodes.set(known.name, known);
      continue;
    }
    const name = known?.name ?? nameByPath.get(path);
    // In no module.
    if (name === undefined) continue;
    const text = await read(path);
    if (text === undefined || paths.has(name)) return undefined;
    const node = { ...readProto(path, text), name, methodTypes: methodTypes(text) };
    if (known !== undefined) before.push(known);
    edited.push(node);
    paths.set(name, path);
    nodes.set(name, node);
  }
  const gone = [...base.files].flatMap(([path, known]) => (protos.has(path) ? [] : [known]));
  if (edited.length > 0 && areStrange(edited, base)) return undefined;
  const all = [...nodes.values(), ...before, ...gone];
  const graph = new Graph(all, base.dependencies, judgesMethodTypes(yaml));
  const isThere = (name: string): boolean => nodes.has(name);
  const concerned = graph.withImporters([...edited, ...before, ...gone].map(({ name }) => name));
  const affected = graph.withCompanions(concerned);
  return {
    paths,
    nodes,
    changed: new Set([...concerned].filter(isThere)),
    affected: new Set([...affected].filter(isThere)),
    judged: new Set([...graph.withCompanions(affected)].filter(isThere)),
    graph,
  };
}

/**
 * Whether one of the changed files is in a package that no file was in before, or that a dependency is in, or has
 * the name of a dependency's file: then what it declares may be declared in a file that it is not compiled with.
 */
function areStrange(edited: readonly Node[], { files, dependencies }: Base): boolean {
  const known = packagesOf(files.values());
  const others = new Set([...dependencies.values()].map((one) => one.package));
  return edited.some(
    ({ name, package: own }) =>
      dependencies.has(name) ||
      others.has(own) ||
      prefixesOf(own).some((prefix) => !known.has(prefix)),
  );
}

/** The packages of files, and what they are in. */
export function packagesOf(files: Iterable<{ readonly package: string }>): Set<string> {
  const packages = new Set<string>();
  for (const file of files) packages.add(file.package);
  return new Set([...packages].flatMap(prefixesOf));
}

function prefixesOf(name: string): string[] {
  const parts = name.split(".");
  return name === "" ? [] : parts.map((_, i) => parts.slice(0, i + 1).join("."));
}

/** Whether two files concern each other whose methods have a type in common (buf's RPC_REQUEST_RESPONSE_UNIQUE). */
function judgesMethodTypes({ version, lint, modules }: BufYaml): boolean {
  const mayUse = (section: Section): boolean => {
    const use = section?.use;
    if (version === "v1beta1" || !Array.isArray(use) || use.length === 0) return true;
    return use.some((one) => ["STANDARD", "DEFAULT", "RPC_REQUEST_RESPONSE_UNIQUE"].includes(one));
  };
  return [lint, ...modules.map((module) => module.lint)].some(
    (section, i) => (section !== undefined || i === 0) && mayUse(section),
  );
}
