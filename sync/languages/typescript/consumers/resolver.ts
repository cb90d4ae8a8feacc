// Where an import leads: relative paths, packages of the workspace with their `exports` and `imports`,
// and the `paths` of tsconfig.json. Nothing is looked for on disk: what is generated may not be there yet.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import {
  type Cache,
  createPathsMatcher,
  getTsconfig,
  type PathsMatcher,
  parseTsconfig,
} from "get-tsconfig";
import { type PathConditions, resolveExports, resolveImports } from "resolve-pkg-maps";
import { reason, trouble } from "../../../../core/trouble.js";
import { isInside, workspacePath } from "../../../../core/workspace.js";

const CONDITIONS = ["types", "import", "require", "node", "default"];

export interface Resolver {
  /** The text of a file that imports something generated contains one of these. */
  readonly needles: readonly string[];
  /** The paths in the workspace that a specifier in a file may mean; none for other packages. */
  candidates(from: string, specifier: string): readonly string[];
  /** The generated path that a specifier in a file means; undefined where it leads elsewhere. */
  resolve(from: string, specifier: string): string | undefined;
}

interface Package {
  /** Its folder, relative to the workspace. */
  readonly folder: string;
  readonly name: string | undefined;
  readonly exports: PathConditions | undefined;
  readonly imports: Readonly<Record<string, PathConditions>> | undefined;
}

/** The rules of a workspace with those files and generated folders. */
export function resolverOf(
  root: string,
  paths: readonly string[],
  generated: readonly string[],
): Resolver {
  const packageFiles = paths.filter((path) => posix.basename(path) === "package.json");
  const packages = [...new Set([...packageFiles, ...above(root, "package.json")])].map((path) =>
    readPackage(root, path),
  );
  const isGenerated = (path: string): boolean => generated.some((out) => isInside(path, out));
  const tsconfigs: Cache = new Map();
  const matchers = new Map<string, PathsMatcher | null>();
  const matcherFor = (folder: string): PathsMatcher | null => {
    const known = matchers.get(folder);
    if (known !== undefined) return known;
    try {
      const tsconfig = getTsconfig(join(root, folder), "tsconfig.json", tsconfigs);
      const matcher = tsconfig === null ? null : createPathsMatcher(tsconfig);
      matchers.set(folder, matcher);
      return matcher;
    } catch (thrown) {
      throw trouble(
        "CONFIGURATION_INVALID",
        {
          message: `The tsconfig.json for ${folder} cannot be read: ${reason(thrown)}`,
          help: "Correct it: its `paths` say where imports lead.",
        },
        { cause: thrown },
      );
    }
  };
  const candidates = (from: string, specifier: string): string[] => {
    if (/^\.{1,2}(\/|$)/.test(specifier)) {
      return [posix.join(posix.dirname(from), specifier)];
    }
    const own = packages
      .filter(({ folder }) => isInside(from, folder))
      .sort((a, b) => b.folder.length - a.folder.length)[0];
    if (specifier.startsWith("#")) {
      return own?.imports === undefined
        ? []
        : targets(own, () => resolveImports(own.imports as never, specifier, CONDITIONS));
    }
    const mapped = matcherFor(posix.dirname(from))?.(specifier) ?? [];
    const named = packages.find(({ name }) => name !== undefined && isInside(specifier, name));
    const subpath = named === undefined ? "" : specifier.slice((named.name as string).length + 1);
    const exported =
      named === undefined
        ? []
        : named.exports === undefined
          ? [posix.join(named.folder, subpath)]
          : targets(named, () =>
              resolveExports(named.exports as PathConditions, subpath, CONDITIONS),
            );
    return [...mapped.map((path) => workspacePath(root, path)), ...exported];
  };
  return {
    needles: [
      ...generated.map((out) => posix.basename(out)),
      ...packages.flatMap((one) => packageNeedles(one, isGenerated)),
      ...paths
        .filter((path) => /^tsconfig.*\.json$/.test(posix.basename(path)))
        .flatMap((path) => tsconfigNeedles(root, path, isGenerated)),
    ],
    candidates,
    resolve: (from, specifier) => candidates(from, specifier).find(isGenerated),
  };
}

/** The file of that name in the workspace or the nearest folder above it. */
function above(root: string, name: string): string[] {
  for (let folder = root; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return [workspacePath(root, join(folder, name))];
    if (dirname(folder) === folder) return [];
  }
}

function readPackage(root: string, path: string): Package {
  let data: Record<string, unknown>;
  try {
    data = JSON.parse(readFileSync(join(root, path), "utf8")) as Record<string, unknown>;
  } catch (thrown) {
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${path} cannot be read: ${reason(thrown)}`,
        help: "Correct it: its `exports` say where imports lead.",
      },
      { where: { path }, cause: thrown },
    );
  }
  return {
    folder: posix.dirname(path),
    name: typeof data.name === "string" ? data.name : undefined,
    exports: (data.exports ?? undefined) as PathConditions | undefined,
    imports: (data.imports ?? undefined) as Record<string, PathConditions> | undefined,
  };
}

/** What a package's map leads to, relative to the workspace; nothing for what the map does not have. */
function targets({ folder }: Package, resolve: () => string[]): string[] {
  try {
    return resolve().map((target) => posix.join(folder, target));
  } catch (thrown) {
    if (
      /^ERR_PACKAGE_(PATH_NOT_EXPORTED|IMPORT_NOT_DEFINED)$/.test(
        (thrown as { code?: string }).code ?? "",
      )
    )
      return [];
    throw thrown;
  }
}

/** What specifiers begin with that lead through the package's maps to something generated. */
function packageNeedles(
  { folder, name, exports, imports }: Package,
  isGenerated: (path: string) => boolean,
): string[] {
  const leads = (conditions: unknown): boolean =>
    typeof conditions === "string"
      ? isGenerated(posix.join(folder, literalPart(conditions)))
      : typeof conditions === "object" &&
        conditions !== null &&
        Object.values(conditions).some(leads);
  const keys = (map: unknown): string[] =>
    typeof map === "object" && map !== null && !Array.isArray(map)
      ? Object.entries(map).flatMap(([key, value]) => (leads(value) ? [literalPart(key)] : []))
      : [];
  const own = keys(exports).map((key) => (key.startsWith(".") ? key.slice(1) : ""));
  const isWhole = typeof exports !== "object" && leads(exports);
  const named =
    name === undefined ? [] : [...own, ...(isWhole ? [""] : [])].map((key) => name + key);
  return [...named, ...keys(imports)];
}

/** The same for the `paths` of a tsconfig; one that cannot be read is told of where it is needed. */
function tsconfigNeedles(
  root: string,
  path: string,
  isGenerated: (path: string) => boolean,
): string[] {
  const file = join(root, path);
  let options: { paths?: Record<string, string[]>; baseUrl?: string };
  try {
    options = parseTsconfig(file).compilerOptions ?? {};
  } catch {
    return [];
  }
  const base = join(dirname(file), options.baseUrl ?? ".");
  return Object.entries(options.paths ?? {}).flatMap(([key, all]) =>
    all.some((target) => isGenerated(workspacePath(root, join(base, literalPart(target)))))
      ? [literalPart(key)]
      : [],
  );
}

/** A pattern up to its `*`, without a slash at the end. */
function literalPart(pattern: string): string {
  return (pattern.split("*")[0] as string).replace(/\/$/, "");
}
