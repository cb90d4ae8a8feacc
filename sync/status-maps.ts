// The status maps: for every enum, from its names to its values and back, with literal types.
// Written as an ordinary protoc plugin, protoc-gen-lockstep, that stands beside protoc-gen-es.
import type { DescEnum } from "@bufbuild/protobuf";
import {
  createEcmaScriptPlugin,
  type GeneratedFile,
  type Printable,
  type Schema,
} from "@bufbuild/protoplugin";
import { canonicalValues, shortNames } from "../core/enum-names.js";
import { packageVersion } from "../core/installation.js";

/** protoc-gen-lockstep: writes `<proto>_maps` for each proto that defines an enum. */
export const statusMaps = createEcmaScriptPlugin({
  name: "protoc-gen-lockstep",
  version: `v${packageVersion()}`,
  generateTs: (schema) => generate(schema, ".ts"),
  generateJs: (schema) => generate(schema, ".js"),
  generateDts: (schema) => generate(schema, ".d.ts"),
});

function generate(schema: Schema, ending: ".ts" | ".js" | ".d.ts"): void {
  const isTaken = bindingNames(schema);
  for (const file of schema.files) {
    const enums = [...schema.typesInFile(file)].filter((type) => type.kind === "enum");
    if (enums.length === 0) continue;
    const taken = (name: string): boolean => isTaken(file.proto.package, name);
    const f = schema.generateFile(`${file.name}_maps${ending}`);
    f.preamble(file);
    for (const desc of enums) {
      for (const map of mapsOf(desc, f, taken)) printMap(map, f, ending);
    }
  }
}

/** One map, as a constant, and where it has one, the union of the names in it as a type. */
interface StatusMap {
  readonly name: string;
  readonly documentation: string;
  readonly entries: readonly Entry[];
  readonly names?: {
    readonly type: string;
    readonly documentation: string;
    readonly of: readonly string[];
  };
}

interface Entry {
  readonly key: string;
  /** What stands for the value in code that runs. */
  readonly value: string;
  /** Its literal type. */
  readonly type: Printable;
}

function mapsOf(desc: DescEnum, f: GeneratedFile, taken: (name: string) => boolean): StatusMap[] {
  const short = shortNames(desc);
  const shape = f.importShape(desc);
  const free = (name: string): string => (taken(name) ? free(`${name}$`) : name);
  const named = (suffix: string): string => free(shape.name + suffix);
  const shortOf = (name: string): string => short.get(name) as string;
  const local = new Map(desc.values.map((value) => [value.name, value.localName]));
  const toValue = (key: (name: string) => string): Entry[] =>
    desc.values.map((value) => ({
      key: key(value.name),
      value: String(value.number),
      type: [shape, `.${local.get(value.name)}`],
    }));
  const toName = (name: (name: string) => string): Entry[] =>
    canonicalValues(desc).map((value) => {
      const text = JSON.stringify(name(value.name));
      return { key: String(value.number), value: text, type: text };
    });
  const enumName = desc.typeName;
  return [
    {
      name: named("ByShortName"),
      documentation: `The values of ${enumName} by short name.`,
      entries: toValue(shortOf),
      names: {
        type: named("ShortName"),
        documentation: `The short names of ${enumName}.`,
        of: desc.values.map((value) => shortOf(value.name)),
      },
    },
    {
      name: named("ByName"),
      documentation: `The values of ${enumName} by the name that the proto gives them.`,
      entries: toValue((name) => name),
      names: {
        type: named("Name"),
        documentation: `The names that the proto gives to the values of ${enumName}.`,
        of: desc.values.map((value) => value.name),
      },
    },
    {
      name: named("ShortNames"),
      documentation: `The short name of each value of ${enumName}. A number that this version of the proto does not know has none.`,
      entries: toName(shortOf),
    },
    {
      name: named("Names"),
      documentation: `The proto's name of each value of ${enumName}. A number that this version of the proto does not know has none.`,
      entries: toName((name) => name),
    },
  ];
}

function printMap(map: StatusMap, f: GeneratedFile, ending: ".ts" | ".js" | ".d.ts"): void {
  const withTypes = ending !== ".js";
  if (withTypes && map.names !== undefined) {
    f.print(f.jsDoc(map.names.documentation));
    f.print(f.export(ending === ".d.ts" ? "declare type" : "type", map.names.type), " =");
    map.names.of.forEach((name, i, all) => {
      f.print("  | ", JSON.stringify(name), i === all.length - 1 ? ";" : "");
    });
    f.print();
  }
  f.print(f.jsDoc(map.documentation));
  if (withTypes) {
    f.print(f.export(ending === ".d.ts" ? "declare const" : "const", map.name), ": {");
    for (const { key, type } of map.entries) f.print("  readonly ", property(key), ": ", type, ";");
    f.print(ending === ".d.ts" ? "};" : "} = Object.freeze({");
  } else {
    f.print(f.export("const", map.name), " = /*@__PURE__*/ Object.freeze({");
  }
  if (ending !== ".d.ts") {
    // Without a prototype, a look-up of "constructor" finds nothing.
    f.print("  __proto__: null,");
    for (const { key, value } of map.entries) f.print("  ", property(key), ": ", value, ",");
    f.print(ending === ".ts" ? "}) as never;" : "});");
  }
  f.print();
}

/** A key as source code writes it. A plain `__proto__` would set the prototype. */
function property(key: string): string {
  if (key === "__proto__") return '["__proto__"]';
  return /^([A-Za-z_]\w*|0|[1-9]\d*)$/.test(key) ? key : JSON.stringify(key);
}

/** What the name of a type in the bindings may end in. */
const ENDINGS = ["", "Schema", "Json", "JsonSchema", "Valid"];

/** Whether the bindings of a package may export a name, which the maps of its files keep clear of. */
function bindingNames(schema: Schema): (packageName: string, name: string) => boolean {
  const types = new Map<string, Set<string>>();
  for (const file of schema.allFiles) {
    const packageName = file.proto.package;
    const names = types.get(packageName) ?? new Set();
    types.set(packageName, names);
    const start = packageName === "" ? 0 : packageName.length + 1;
    for (const type of schema.typesInFile(file))
      names.add(type.typeName.slice(start).replaceAll(".", "_"));
  }
  return (packageName, name) =>
    ENDINGS.some(
      (ending) =>
        name.endsWith(ending) &&
        types.get(packageName)?.has(name.slice(0, name.length - ending.length)),
    );
}
