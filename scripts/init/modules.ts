// The modules of the workspace: buf's own files where the repository has them, else what the protos imply.
import { existsSync } from "node:fs";
import { join, posix } from "node:path";
import { stringify } from "yaml";
import { count } from "../../core/count.js";
import { compareText } from "../../core/finding.js";
import { trouble } from "../../core/trouble.js";
import { isInside } from "../../core/workspace.js";
import type { Change } from "./plan.js";
import { inferRoots, type Root, type Roots } from "./proto-roots.js";
import type { Repository } from "./repository.js";

/** What tells buf about the modules, and what to say where it does not compile. */
export interface ModulesPlan {
  readonly changes: readonly Change[];
  readonly ifNotCompiling: string;
}

const CORRECT = "Correct that, so that `buf build` succeeds, then run lockstep init again.";

/**
 * Plans buf.yaml, or buf.work.yaml where the modules have a buf.yaml of version v1 each. Throws trouble where
 * there is neither, and no proto to infer them from.
 */
export function planModules(repository: Repository): ModulesPlan {
  const { root, modulesV1 } = repository;
  for (const path of ["buf.work.yaml", "buf.yaml"]) {
    if (!existsSync(join(root, path))) continue;
    const why = "it is there, and stays the authority on modules and lint rules";
    return {
      changes: [{ kind: "keep", path, why }],
      ifNotCompiling: CORRECT,
    };
  }
  return modulesV1.length > 0 ? workspaceOf(modulesV1) : inferred(repository);
}

/** In version v1 a buf.work.yaml makes one workspace of modules that have a buf.yaml each. */
function workspaceOf(modules: readonly string[]): ModulesPlan {
  const why = `${modules.map((path) => `${path}/buf.yaml`).join(", ")}: version v1, which needs this file to be one workspace`;
  const after = stringify({ version: "v1", directories: modules });
  const changes: Change[] = [
    { kind: "write", path: "buf.work.yaml", before: undefined, after, why },
    ...modules.map((path): Change => {
      return { kind: "keep", path: `${path}/buf.yaml`, why: "its lint rules stay" };
    }),
  ];
  return { changes, ifNotCompiling: CORRECT };
}

function inferred(repository: Repository): ModulesPlan {
  const { root, own, vendored } = repository;
  if (own.length === 0) throw noProtos(repository);
  const found = inferRoots(own, vendored);
  const all = [...own, ...vendored].map(({ path }) => path);
  const modules = found.roots.map((one) => {
    const { includes, excludes } = limits(one, all);
    const installed = posix.join(one.path, "node_modules");
    const skipped =
      includes.length === 0 && (one.path === "." || existsSync(join(root, installed)));
    const left = skipped ? [...excludes, installed] : excludes;
    return {
      path: one.path,
      ...(includes.length === 0 ? {} : { includes }),
      ...(left.length === 0 ? {} : { excludes: left }),
    };
  });
  const ignored = found.roots.flatMap((one) =>
    one.vendored.length === 0
      ? []
      : one.files.length === 0
        ? [one.path]
        : limits({ ...one, files: [] }, all).includes,
  );
  const ignore = ignored.length === 0 ? {} : { ignore: ignored };
  const settings = {
    version: "v2",
    modules,
    lint: { use: ["STANDARD"], ...ignore },
    breaking: { use: ["WIRE_JSON"], ...ignore },
  };
  const after = `# Where the protos are, and the rules that buf and Lockstep hold them to.\n${stringify(settings, { aliasDuplicateObjects: false })}`;
  return {
    changes: [{ kind: "write", path: "buf.yaml", before: undefined, after, why: whyRoots(found) }],
    ifNotCompiling: helpOf(found),
  };
}

/**
 * Which folders of a root to compile so that only its files are: all of it where that is the same. Files that
 * lie beside others in one folder cannot be told apart.
 */
function limits(
  { path: root, files, vendored }: Root,
  all: readonly string[],
): { includes: string[]; excludes: string[] } {
  const wanted = new Set([...files, ...vendored]);
  const inRoot = all.filter((path) => isInside(path, root));
  const only = (folder: string, isWanted: boolean): boolean =>
    inRoot.every((path) => !isInside(path, folder) || wanted.has(path) === isWanted);
  const within = (path: string): string[] => {
    const folders: string[] = [];
    for (let at = posix.dirname(path); at !== root && at !== "."; at = posix.dirname(at))
      folders.unshift(at);
    return folders;
  };
  const narrow = root === "." || files.length === 0;
  const topmost = (paths: Iterable<string>, isWanted: boolean): string[] => [
    ...new Set(
      [...paths].flatMap((path) => {
        const folders = within(path);
        return (
          folders.find((folder) => only(folder, isWanted)) ?? (isWanted ? folders.slice(-1) : [])
        );
      }),
    ),
  ];
  const canNarrow = narrow && [...wanted].every((path) => posix.dirname(path) !== root);
  const includes = canNarrow ? outermost(topmost(wanted, true)) : [];
  const unwanted = inRoot.filter(
    (path) =>
      !wanted.has(path) && (!canNarrow || includes.some((folder) => isInside(path, folder))),
  );
  return { includes, excludes: outermost(topmost(unwanted, false)) };
}

function outermost(folders: readonly string[]): string[] {
  return folders
    .filter((one) => !folders.some((other) => other !== one && isInside(one, other)))
    .sort(compareText);
}

/** How many of the other candidates are named. */
const SHOWN = 4;

function whyRoots({ roots, alternatives, unresolved }: Roots): string {
  const because = {
    import: "imports resolve from it",
    package: "packages are folders below it",
    name: "a guess from its name",
    folder: "a guess, the folder of the protos",
  };
  const each = roots.map(({ path, because: by, files }) =>
    files.length === 0
      ? `${path} (vendored, for what is imported)`
      : `${path} (${count(files.length, "proto")}; ${because[by]})`,
  );
  const guess =
    alternatives.length === 0
      ? ""
      : `; nothing says for sure, so it could also be ${alternatives.slice(0, SHOWN).join(" or ")}${alternatives.length > SHOWN ? " or others" : ""}`;
  const missing = unresolved.size === 0 ? "" : `; ${count(unresolved.size, "import")} unresolved`;
  return `there is none; ${roots.length === 1 ? "module" : "modules"} ${each.join(", ")}${guess}${missing}`;
}

function noProtos({ root, vendored, linkedOut }: Repository): Error {
  const passedOver = [
    ...(vendored.length > 0
      ? [`${count(vendored.length, "vendored one")}, such as ${vendored[0]?.path}`]
      : []),
    ...(linkedOut.length > 0 ? [`links that lead out of it, such as ${linkedOut[0]}`] : []),
  ];
  return trouble("NO_PROTOS", {
    folder: root,
    passedOver: passedOver.length === 0 ? "" : `, but ${passedOver.join(" and ")}`,
  });
}

/** What to do about protos that do not compile with the buf.yaml that was inferred. */
function helpOf({ unresolved }: Roots): string {
  if (unresolved.size === 0) {
    return "Correct that, or write a buf.yaml that lists your modules, then run lockstep init again.";
  }
  const [[name, by]] = [...unresolved] as [[string, string]];
  const others = unresolved.size > 1 ? ` and ${count(unresolved.size - 1, "other import")}` : "";
  return `Nothing in this repository is ${name}, which ${by} imports${others}. Add it, or write a buf.yaml that has the module with it in \`deps\` and run \`buf dep update\`; then run lockstep init again.`;
}
