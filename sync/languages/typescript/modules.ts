// What generated JavaScript and TypeScript modules export, read from the modules themselves.
import { posix } from "node:path";
import { parseSync } from "oxc-parser";
import { compareText } from "../../../core/finding.js";
import { lazy } from "../../../core/once.js";
import { trouble } from "../../../core/trouble.js";
import type { FileExports, Files, GeneratedModule } from "../language.js";

const EXTENSION = /\.(d\.ts|ts|js)$/;

/** The modules among the files that were generated from one of the protos. */
export function readModules(
  files: ReadonlyMap<string, () => FileExports>,
  packages: ReadonlyMap<string, string>,
): GeneratedModule[] {
  return [...byBaseName(files.keys())].flatMap(([base, paths]) => {
    const proto = protoOf(base, packages);
    return proto === undefined ? [] : [moduleOf(base, proto, paths, files)];
  });
}

/** The names that each module among the files exports, by its base; none where its code is damaged. */
export function exportedNames(files: Files): Map<string, Set<string>> {
  const namesIn = (path: string): string[] => {
    const { errors, module } = parseSync(path, (files.get(path) as Buffer).toString("utf8"));
    if (errors.length > 0) return [];
    return module.staticExports.flatMap((one) =>
      one.entries.flatMap((entry) => entry.exportName.name ?? []),
    );
  };
  return new Map(
    [...byBaseName(files.keys())].map(([base, paths]) => [base, new Set(paths.flatMap(namesIn))]),
  );
}

function byBaseName(files: Iterable<string>): Map<string, string[]> {
  const byBase = new Map<string, string[]>();
  for (const path of [...files].sort(compareText)) {
    const base = path.replace(EXTENSION, "");
    if (base !== path) byBase.set(base, [...(byBase.get(base) ?? []), path]);
  }
  return byBase;
}

/** The package of the proto that a module was generated from: `a/b_pb` comes from `a/b.proto`. */
function protoOf(base: string, packages: ReadonlyMap<string, string>): string | undefined {
  const folder = posix.dirname(base);
  const name = posix.basename(base);
  for (let length = name.length; length > 0; length--) {
    if (length < name.length && !/[._]/.test(name.charAt(length))) continue;
    const found = packages.get(`${posix.join(folder, name.slice(0, length))}.proto`);
    if (found !== undefined) return found;
  }
  return undefined;
}

function moduleOf(
  base: string,
  protoPackage: string,
  paths: readonly string[],
  files: ReadonlyMap<string, () => FileExports>,
): GeneratedModule {
  const all = lazy(() =>
    paths.map((path) => ({ path, exports: (files.get(path) as () => FileExports)() })),
  );
  // What declarations declare exists when the program runs only if the code beside them has it.
  const values = lazy(
    () =>
      new Set(
        all()
          .filter(({ path }) => !path.endsWith(".d.ts"))
          .flatMap(({ exports }) => exports.values),
      ),
  );
  const types = lazy(() => {
    const names = new Set(all().flatMap(({ exports }) => [...exports.values, ...exports.types]));
    return [...names].filter((name) => !values().has(name)).sort(compareText);
  });
  const sorted = lazy(() => [...values()].sort(compareText));
  return {
    base,
    files: paths,
    package: protoPackage,
    get values() {
      return sorted();
    },
    get types() {
      return types();
    },
  };
}

/** The names that an ES module exports. Throws trouble where it is not one. */
export function readExports(path: string, code: Buffer): FileExports {
  const content = code.toString("utf8");
  const parsed = parseSync(path, content);
  const error = parsed.errors.find((one) => one.severity === "Error");
  if (error !== undefined) {
    throw trouble("PLUGIN_FAILED", {
      plugin: "that generated it",
      why: `${path} is not valid code: ${error.message}`,
      help: "Report this to the plugin's author.",
    });
  }
  const found = parsed.module.staticExports
    .flatMap((statement) => statement.entries)
    .flatMap((entry) =>
      entry.exportName.name === null ? [] : [{ name: entry.exportName.name, isType: entry.isType }],
    );
  if (found.length === 0 && /\bexports\.\w+ = /.test(content)) {
    throw trouble("CONFIGURATION_INVALID", {
      message: `${path} is a CommonJS module, and the index re-exports ES modules.`,
      help: "Remove js_import_style=legacy_commonjs from the plugin's options in buf.gen.yaml.",
    });
  }
  const names = (isType: boolean): string[] =>
    found.filter((one) => one.isType === isType).map((one) => one.name);
  return { values: names(false), types: names(true) };
}
