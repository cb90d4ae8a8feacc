// Which files a comparison with the baselines needs: those that differ from one, and what concerns them.
import { join, posix } from "node:path";
import type { Baseline } from "../../core/baseline.js";
import { blobId, objectFormatOf, readIfThere } from "../../core/file-hashes.js";
import { inOrder } from "../../core/image.js";
import { BUF_FILES } from "../../core/scratch.js";
import type { Workspace } from "../../core/workspace.js";
import type { Affected } from "./affected.js";
import type { Base, KnownFile } from "./base.js";
import { extensionsOf } from "./facts.js";

/**
 * The names of those files, of the baselines and of the workspace. Undefined where all of them are needed: where
 * git does not tell what differs, where buf's configuration does, and for waivers, which may name anything.
 */
export function changedSince(
  baselines: readonly Baseline[],
  { root, buf, configuration }: Workspace,
  base: Base,
  protos: ReadonlyMap<string, string>,
  { paths, nodes, graph }: Affected,
): ReadonlySet<string> | undefined {
  if (configuration.waivers.length > 0) return undefined;
  const names = new Map([...paths].map(([name, path]) => [path, name]));
  const isAt = (path: string, id: string | undefined): boolean => {
    const content = protos.has(path) ? undefined : readIfThere(join(root, path));
    const now =
      content === undefined ? protos.get(path) : blobId(content, objectFormatOf(id ?? ""));
    return now === id;
  };
  const settings = [".", ...buf.modules.map(({ path }) => path)].flatMap((folder) =>
    BUF_FILES.map((file) => posix.join(folder, file)),
  );
  const found = new Set<string>();
  const extended = new Set<string>();
  for (const { schema, stored } of baselines) {
    if (schema === undefined || stored === undefined) return undefined;
    const today = [...stored.keys()].filter((path) => !path.endsWith(".proto"));
    if (![...settings, ...today].every((path) => isAt(path, stored.get(path)))) return undefined;
    const different = new Set<string>();
    for (const [path, id] of stored) {
      if (!path.endsWith(".proto") || isAt(path, id)) continue;
      const name = names.get(path);
      if (name !== undefined) different.add(name);
      for (const module of buf.modules)
        if (name === undefined && isBelow(path, module.path))
          different.add(posix.relative(module.path, path));
    }
    for (const [name, path] of paths) if (!stored.has(path)) different.add(name);
    const before = schema.part(different);
    const packages = before.files.map(({ proto }) => proto.package);
    for (const name of graph.withCompanions(graph.withImporters(different))) found.add(name);
    for (const name of graph.inPackages(packages)) found.add(name);
    // What they import or imported, so that both versions have it.
    for (const { proto } of before.registry.files) found.add(proto.name);
    for (const name of inOrder(different, (one) => nodes.get(one)?.imports ?? [])) found.add(name);
    for (const one of before.files.flatMap(extensionsOf)) extended.add(messageOf(one));
  }
  for (const { name, extends: all } of base.files.values())
    if (found.has(name)) for (const one of all) extended.add(messageOf(one));
  for (const { name, extends: all } of base.files.values())
    if (all.some((one) => extended.has(messageOf(one)))) found.add(name);
  return found;
}

/** Whether all files are among them that extend what the compiled ones extend. */
export function areEnough(
  names: ReadonlySet<string>,
  known: ReadonlyMap<string, KnownFile>,
  base: Base,
): boolean {
  const extended = new Set<string>();
  for (const [name, { extends: all }] of known)
    if (names.has(name)) for (const one of all) extended.add(messageOf(one));
  return [...base.files.values()].every(
    ({ name, extends: all }) => names.has(name) || !all.some((one) => extended.has(messageOf(one))),
  );
}

function isBelow(path: string, folder: string): boolean {
  return folder === "." || path.startsWith(`${folder}/`);
}

/** The message of `a.v1.Message 100`. */
export function messageOf(extension: string): string {
  return extension.slice(0, extension.indexOf(" "));
}
