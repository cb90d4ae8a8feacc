// Which folders the imports of protos are relative to, inferred from the imports and the packages.
import { posix } from "node:path";
import { compareText } from "../../core/finding.js";
import type { ProtoFile } from "../../core/proto-file.js";
import { isInside } from "../../core/workspace.js";

/** A folder that imports are relative to. */
export interface Root {
  readonly path: string;
  /** Its own protos; none where it is there for what they import. */
  readonly files: readonly string[];
  /** The vendored protos in it that are imported, directly or not. */
  readonly vendored: readonly string[];
  /** What says so, the strongest of it. */
  readonly because: Evidence;
}

/** `import` and `package` settle it; `name` and `folder` are the best guess. */
export type Evidence = "import" | "package" | "name" | "folder";

export interface Roots {
  readonly roots: readonly Root[];
  /** Folders that would do as well as the guessed ones. */
  readonly alternatives: readonly string[];
  /** Imports that no file here answers, with the first file that has each. */
  readonly unresolved: ReadonlyMap<string, string>;
}

/** Names that folders of protos go by. */
const CUSTOMARY = /^(protos?|protobufs?|pb|idl|schemas?|apis?)$/i;

const EVIDENCE: readonly Evidence[] = ["import", "package", "name", "folder"];

/** The roots of those protos; a root is right when every import resolves from one of them. */
export function inferRoots(own: readonly ProtoFile[], vendored: readonly ProtoFile[]): Roots {
  const { meant, unresolved } = resolveImports(own, vendored);
  const byImport = new Map<string, string>();
  for (const proto of own) {
    const root = mostOften(meant.get(proto.path) ?? []);
    if (root !== undefined) byImport.set(proto.path, root);
  }
  const placed = new Map<string, { root: string; because: Evidence }>();
  const importRoots = [...new Set(byImport.values())];
  for (const [path, root] of byImport) placed.set(path, { root, because: "import" });
  for (const proto of own) {
    if (placed.has(proto.path)) continue;
    const root = packageRoot(proto);
    if (root === undefined) continue;
    // Where the files in that folder are imported from further up, the package is but a part of the path.
    const outer = importRoots.find(
      (other) =>
        other !== root &&
        isInside(root, other) &&
        [...byImport].some(([path, by]) => by === other && isInside(path, root)),
    );
    placed.set(proto.path, {
      root: outer ?? root,
      because: outer === undefined ? "package" : "import",
    });
  }
  const alternatives = new Set<string>();
  for (const { path } of own) {
    if (placed.has(path)) continue;
    const known = [...placed.values()].filter(({ root }) => isInside(path, root));
    const nearest = known.sort((a, b) => b.root.length - a.root.length)[0];
    const guess = nearest ?? guessed(path);
    placed.set(path, guess);
    if (nearest === undefined)
      for (const folder of foldersOf(path)) if (folder !== guess.root) alternatives.add(folder);
  }
  const roots = new Map<string, { files: string[]; vendored: string[]; because: Evidence }>();
  const at = (path: string, because: Evidence) => {
    const root = roots.get(path) ?? { files: [], vendored: [], because };
    if (EVIDENCE.indexOf(because) < EVIDENCE.indexOf(root.because)) root.because = because;
    roots.set(path, root);
    return root;
  };
  for (const [path, { root, because }] of placed) at(root, because).files.push(path);
  for (const { path } of vendored) {
    const root = mostOften(meant.get(path) ?? []);
    if (root !== undefined) at(root, "import").vendored.push(path);
  }
  return {
    roots: [...roots]
      .map(([path, root]) => ({ path, ...root }))
      .sort((a, b) => compareText(a.path, b.path)),
    alternatives: [...alternatives].sort(compareText),
    unresolved,
  };
}

/** For each file that is imported, the roots that its importers mean; and the imports that mean none. */
function resolveImports(
  own: readonly ProtoFile[],
  vendored: readonly ProtoFile[],
): { meant: Map<string, string[]>; unresolved: Map<string, string> } {
  const byName = new Map<string, ProtoFile[]>();
  for (const proto of [...own, ...vendored]) {
    const name = posix.basename(proto.path);
    byName.set(name, [...(byName.get(name) ?? []), proto]);
  }
  const meant = new Map<string, string[]>();
  const unresolved = new Map<string, string>();
  const waiting = [...own];
  const followed = new Set(own);
  for (let proto = waiting.pop(); proto !== undefined; proto = waiting.pop()) {
    for (const name of proto.imports) {
      if (/^google\/protobuf\//.test(name)) continue;
      const answers = (byName.get(posix.basename(name)) ?? []).filter(
        ({ path }) => path === name || path.endsWith(`/${name}`),
      );
      const answer = nearestTo(proto.path, answers);
      if (answer === undefined) {
        if (!unresolved.has(name)) unresolved.set(name, proto.path);
        continue;
      }
      const root = answer.path === name ? "." : answer.path.slice(0, -name.length - 1);
      meant.set(answer.path, [...(meant.get(answer.path) ?? []), root]);
      if (followed.has(answer)) continue;
      // Modules are cut by the folder, so what lies beside a vendored file is compiled, too.
      const folder = posix.dirname(answer.path);
      const beside = vendored.filter(({ path }) => posix.dirname(path) === folder);
      for (const one of beside.filter((other) => !followed.has(other))) {
        if (one !== answer) meant.set(one.path, [...(meant.get(one.path) ?? []), root]);
        followed.add(one);
        waiting.push(one);
      }
    }
  }
  return { meant, unresolved };
}

/** Of several files that answer an import, the one that has most of its path in common. */
function nearestTo(path: string, answers: readonly ProtoFile[]): ProtoFile | undefined {
  const parts = path.split("/");
  const common = ({ path: other }: ProtoFile): number => {
    const others = other.split("/");
    const end = parts.findIndex((part, i) => part !== others[i]);
    return end < 0 ? parts.length : end;
  };
  return [...answers].sort((a, b) => common(b) - common(a) || compareText(a.path, b.path))[0];
}

function mostOften(roots: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const root of roots) counts.set(root, (counts.get(root) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1] || compareText(a[0], b[0]))[0]?.[0];
}

/** The folder from which the proto's own one is named as its package. */
function packageRoot({ path, package: name }: ProtoFile): string | undefined {
  if (name === "") return undefined;
  const folder = posix.dirname(path);
  const wanted = name.replaceAll(".", "/");
  if (folder === wanted) return ".";
  return folder.endsWith(`/${wanted}`) ? folder.slice(0, -wanted.length - 1) : undefined;
}

/** Where neither imports nor packages say: a folder with a customary name, else the proto's own. */
function guessed(path: string): { root: string; because: Evidence } {
  const named = foldersOf(path).find((folder) => CUSTOMARY.test(posix.basename(folder)));
  return named === undefined
    ? { root: posix.dirname(path), because: "folder" }
    : { root: named, because: "name" };
}

/** The folder of a path and those above it, the workspace last. */
function foldersOf(path: string): string[] {
  const folders: string[] = [];
  for (let folder = posix.dirname(path); folder !== "."; folder = posix.dirname(folder))
    folders.push(folder);
  return [...folders, "."];
}
