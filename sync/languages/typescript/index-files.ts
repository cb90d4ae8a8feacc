// The index of generated modules: explicit named re-exports, flat where a name is unique.
import { posix } from "node:path";
import { safeIdentifier } from "@bufbuild/protoplugin";
import { compareText } from "../../../core/finding.js";
import type { Collision, GeneratedModule, Index, PackageIndex } from "../language.js";

interface Named {
  readonly name: string;
  readonly isType: boolean;
}

/** What an index re-exports by name from the module at `base`. */
interface ReExport {
  readonly base: string;
  readonly names: readonly Named[];
}

/** What an index re-exports as a whole, under a name, from the module at `base`. */
interface Namespace {
  readonly namespace: string;
  readonly base: string;
}

/** The index of those modules. `options` are the plugins', which say how imports are written. */
export function planIndex(modules: readonly GeneratedModule[], options: readonly string[]): Index {
  const packages = packageIndexes(modules);
  const forms = formsOf(modules, options);
  const files: { path: string; content: string }[] = [];
  const collisions: Collision[] = [];
  const exported = new Map<PackageIndex, Named[]>();
  const byPackage = new Map<string, GeneratedModule[]>();
  for (const module of modules) listIn(byPackage, module.package).push(module);
  for (const one of packages) {
    const own = byPackage.get(one.package) ?? [];
    const { unique, shared } = split(
      own.map((module) => ({ key: module.base, names: namesOf(module) })),
    );
    const namespaces = moduleNamespaces(
      shared.flatMap(({ keys }) => keys),
      own,
    );
    const namespaceOf = new Map(namespaces.map(({ base, namespace }) => [base, namespace]));
    for (const { name, keys } of shared)
      collisions.push({
        name,
        in: keys.map((base) => `${one.namespace}.${namespaceOf.get(base)}`),
      });
    exported.set(one, [...unique.values()].flat());
    const reExports = own.map(({ base }) => ({ base, names: unique.get(base) ?? [] }));
    const title = one.package === "" ? "the files without a package" : `package ${one.package}`;
    for (const form of forms) {
      files.push({
        path: one.base + form.ending,
        content: render(title, one.base, namespaces, reExports, form),
      });
    }
  }
  const { unique, shared } = split(
    packages.map((one) => ({ key: one.namespace, names: exported.get(one) ?? [] })),
    new Set(packages.map((one) => one.namespace)),
  );
  for (const { name, keys } of shared) collisions.push({ name, in: keys });
  const reExports = packages.map(({ base, namespace }) => ({
    base,
    names: unique.get(namespace) ?? [],
  }));
  for (const form of forms) {
    files.push({
      path: `index${form.ending}`,
      content: render("all packages", "index", packages, reExports, form),
    });
  }
  const entries = files.map((file) => file.path).filter((path) => !path.endsWith(".d.ts"));
  return { files, entries, packages, collisions };
}

/** Which files an index consists of, and how they write imports. */
interface Form {
  readonly ending: ".js" | ".d.ts" | ".ts";
  readonly importEnding: string;
  readonly withTypes: boolean;
}

function formsOf(modules: readonly GeneratedModule[], options: readonly string[]): Form[] {
  const has = (pattern: RegExp): boolean =>
    modules.some((module) => module.files.some((file) => pattern.test(file)));
  const forms: Form[] = [];
  if (has(/\.js$/)) forms.push({ ending: ".js", importEnding: ".js", withTypes: false });
  if (has(/\.d\.ts$/)) forms.push({ ending: ".d.ts", importEnding: ".js", withTypes: true });
  if (has(/(?<!\.d)\.ts$/)) {
    const extension = options
      .findLast((option) => option.startsWith("import_extension="))
      ?.slice("import_extension=".length);
    const importEnding =
      extension === undefined || extension === "none" ? "" : `.${extension.replace(/^\./, "")}`;
    forms.push({ ending: ".ts", importEnding, withTypes: true });
  }
  return forms;
}

function namesOf(module: GeneratedModule): Named[] {
  return [
    ...module.values.map((name) => ({ name, isType: false })),
    ...module.types.map((name) => ({ name, isType: true })),
  ].sort((a, b) => compareText(a.name, b.name));
}

/** The names that only one of the sources has, by source; and those that several have or that are taken. */
function split(
  sources: readonly { key: string; names: readonly Named[] }[],
  taken: ReadonlySet<string> = new Set(),
): { unique: Map<string, Named[]>; shared: { name: string; keys: string[] }[] } {
  const first = new Map<string, string>();
  const shared = new Map<string, string[]>();
  for (const { key, names } of sources) {
    for (const { name } of names) {
      const other = first.get(name);
      if (other === undefined) first.set(name, key);
      if (other === undefined && !taken.has(name)) continue;
      const keys = listIn(shared, name);
      if (other !== undefined && keys.length === 0) keys.push(other);
      keys.push(key);
    }
  }
  return {
    unique: new Map(
      sources.map(({ key, names }) => [key, names.filter(({ name }) => !shared.has(name))]),
    ),
    shared: [...shared]
      .map(([name, keys]) => ({ name, keys }))
      .sort((a, b) => compareText(a.name, b.name)),
  };
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const known = lists.get(key) ?? [];
  lists.set(key, known);
  return known;
}

/** Where the index of each package is, and what the root index calls it. */
function packageIndexes(modules: readonly GeneratedModule[]): PackageIndex[] {
  const names = [...new Set(modules.map((module) => module.package))].sort(compareText);
  const camels = names.map(camelCase);
  return names.map((name, i) => {
    // Packages such as a.b_c and a_b.c make the same camel-case name; `$` is in no package's name.
    const isAmbiguous = camels.filter((camel) => camel === camels[i]).length > 1;
    const folder = name === "" ? emptyPackageFolder(names) : name.replaceAll(".", "/");
    return {
      package: name,
      namespace:
        name === ""
          ? "noPackage"
          : safeIdentifier(isAmbiguous ? name.replaceAll(".", "$") : (camels[i] as string)),
      base: posix.join(folder, "index"),
    };
  });
}

/** Names for the modules of a package that define a name which another one defines, too. */
function moduleNamespaces(
  bases: readonly string[],
  modules: readonly GeneratedModule[],
): Namespace[] {
  if (bases.length === 0) return [];
  const taken = new Set(modules.flatMap(namesOf).map(({ name }) => name));
  return [...new Set(bases)].sort(compareText).map((base) => {
    let namespace = safeIdentifier(camelCase(posix.basename(base).replace(/[^A-Za-z0-9_]/g, "_")));
    while (taken.has(namespace)) namespace += "$";
    taken.add(namespace);
    return { namespace, base };
  });
}

function emptyPackageFolder(packages: readonly string[]): string {
  let folder = "no_package";
  while (packages.includes(folder)) folder += "_";
  return folder;
}

/** `gaius.engine.v1` becomes `gaiusEngineV1`. */
function camelCase(name: string): string {
  const [first = "", ...rest] = name.split(/[._]/).filter((part) => part !== "");
  return first + rest.map((part) => part.charAt(0).toUpperCase() + part.slice(1)).join("");
}

function relativeImport(from: string, to: string): string {
  const path = posix.relative(posix.dirname(from), to);
  return path.startsWith(".") ? path : `./${path}`;
}

function render(
  title: string,
  self: string,
  namespaces: readonly Namespace[],
  reExports: readonly ReExport[],
  form: Form,
): string {
  const from = (base: string): string =>
    JSON.stringify(relativeImport(self, base) + form.importEnding);
  const lines = [
    `// @generated by Lockstep: the index of ${title}. Do not edit.`,
    "/* eslint-disable */",
    "",
  ];
  if (namespaces.length > 0) {
    lines.push(
      ...namespaces.map(({ namespace, base }) => `import * as ${namespace} from ${from(base)};`),
      "",
      "export {",
      ...namespaces.map(({ namespace }) => `  ${namespace},`),
      "};",
      "",
    );
  }
  for (const { base, names } of reExports) {
    const shown = names.filter((one) => form.withTypes || !one.isType);
    if (shown.length === 0) continue;
    lines.push(
      "export {",
      ...shown.map((one) => (one.isType ? `  type ${one.name},` : `  ${one.name},`)),
      `} from ${from(base)};`,
      "",
    );
  }
  return lines.join("\n");
}
