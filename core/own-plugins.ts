// Which program runs for a plugin that buf.gen.yaml names: the one that the workspace has, or ours.
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { z } from "zod";
import { bundledProgram, packageFolder } from "./installation.js";
import { type BufGenYaml, isInside, type Plugin } from "./workspace.js";

/** The plugins that this package brings, for workspaces that do not install them themselves. */
const OWN_PLUGINS = ["protoc-gen-es", "protoc-gen-lockstep"];

/**
 * The template with our programs in the place of those that none of the folders has, and of a protoc-gen-es
 * that ours was made from: that one generates the same and takes less time.
 */
export function withOwnPlugins(
  template: Readonly<Record<string, unknown>>,
  folders: readonly string[],
): object {
  const plugins = pluginsOf(template).map((plugin) => {
    const name = ownProgram(plugin, folders);
    if (name === undefined) return plugin;
    return { ...plugin, [calledV1(plugin) === undefined ? "local" : "path"]: command(name) };
  });
  return { ...template, plugins };
}

const OPTIONS = z.union([z.string(), z.array(z.string())]).optional();
const STRATEGY = z.enum(["all", "directory"]).optional();
// buf makes an archive of what goes to a file.
const OUT = z.string().regex(/(?<!\.(zip|jar))$/);
const AROUND = {
  managed: z.unknown().optional(),
  inputs: z.unknown().optional(),
  clean: z.unknown().optional(),
};
const V1_PLUGIN = { out: OUT, opt: OPTIONS, strategy: STRATEGY };

/** What a template may say whose plugins go by the proto. */
const SEPARATE = z.union([
  z.strictObject({
    version: z.literal("v2"),
    plugins: z.array(
      z.strictObject({ local: z.string(), out: OUT, opt: OPTIONS, strategy: STRATEGY }),
    ),
    ...AROUND,
  }),
  z.strictObject({
    version: z.enum(["v1", "v1beta1"]),
    plugins: z.array(
      z.union([
        z.strictObject({ plugin: z.string(), ...V1_PLUGIN }),
        z.strictObject({ name: z.string(), ...V1_PLUGIN }),
      ]),
    ),
    ...AROUND,
  }),
]);

/** A plugin of the template that ours runs for, under its name here. */
export interface OwnPlugin {
  readonly name: string;
  /** What protoc calls the parameter: its options, with commas between. */
  readonly parameter: string;
  /** The folder that it writes to, from the workspace. */
  readonly out: string;
}

/**
 * The plugins of the template, where it is for all protos, and all of them make the files of each proto from it, its
 * imports and the names in its package, and call the files after the proto: ours do, and nobody knows it of another.
 * Undefined where one may not.
 */
export function ownPluginsOf(
  { template, plugins, inputs }: BufGenYaml,
  folders: readonly string[],
): readonly OwnPlugin[] | undefined {
  if (inputs.length > 0 || !SEPARATE.safeParse(template).success) return undefined;
  const own = pluginsOf(template).flatMap((plugin, i): OwnPlugin[] => {
    const name = ownProgram(plugin, folders);
    const { out, options } = plugins[i] as Plugin;
    return name === undefined ? [] : [{ name, parameter: options.join(","), out }];
  });
  const outs = [...new Set(own.map(({ out }) => out))];
  // Where one writes inside the folder of another, a path does not tell what it was made of.
  const isNested = outs.some((out) => outs.some((other) => out !== other && isInside(out, other)));
  return own.length === plugins.length && !isNested ? own : undefined;
}

function pluginsOf(
  template: Readonly<Record<string, unknown>>,
): readonly Readonly<Record<string, unknown>>[] {
  return template.plugins as Record<string, unknown>[];
}

function calledV1(plugin: Readonly<Record<string, unknown>>): unknown {
  return plugin.plugin ?? plugin.name;
}

/** The name of our program that runs for a plugin of the template; undefined where another one does. */
function ownProgram(
  plugin: Readonly<Record<string, unknown>>,
  folders: readonly string[],
): string | undefined {
  const v1 = calledV1(plugin);
  const name = typeof plugin.local === "string" ? plugin.local : `protoc-gen-${String(v1)}`;
  const named = typeof plugin.local === "string" || (v1 !== undefined && plugin.path === undefined);
  if (!named || !OWN_PLUGINS.includes(name)) return undefined;
  const installed = folders
    .flatMap((folder) => [join(folder, name), join(folder, `${name}.cmd`)])
    .find((program) => existsSync(program));
  if (installed === undefined) return name;
  return name === "protoc-gen-es" && isBundled(installed) ? name : undefined;
}

/** What buf says, with the names of plugins where it has the commands that `withOwnPlugins` put there. */
export function withPluginNames(said: string): string {
  return OWN_PLUGINS.reduce((text, name) => text.replaceAll(command(name).join(" "), name), said);
}

function command(name: string): string[] {
  return [process.execPath, bundledProgram(name)];
}

/** Whether the program is the protoc-gen-es that ours was made from, to the byte. */
function isBundled(program: string): boolean {
  const recorded = readFileSync(join(packageFolder, "dist", "protoc-gen-es.sha256"), "utf8");
  try {
    return sourceDigest(dirname(dirname(linkedProgram(program)))) === recorded;
  } catch {
    // It is not laid out as a package manager does it, or lacks a part. It runs, and says so itself.
    return false;
  }
}

/** Where a link in a `.bin` folder leads to, or the script that pnpm, and npm on Windows, makes instead. */
function linkedProgram(program: string): string {
  if (lstatSync(program).isSymbolicLink()) return realpathSync(program);
  const script = readFileSync(program.replace(/\.cmd$/, ""), "utf8");
  const [, path = "."] = /"\$basedir\/([^"]+)"/.exec(script) ?? [];
  return realpathSync(join(dirname(program), path));
}

/**
 * The SHA-256 of the code that the protoc-gen-es in that package folder runs, with protoplugin's and
 * protobuf's. Throws the system's error where something of it is missing.
 */
export function sourceDigest(folder: string): string {
  const plugin = createRequire(join(folder, "package.json"));
  const protoplugin = plugin.resolve("@bufbuild/protoplugin");
  const parts = [
    join(folder, "bin"),
    join(folder, "dist", "cjs"),
    dirname(protoplugin),
    dirname(plugin.resolve("@bufbuild/protobuf")),
    dirname(createRequire(protoplugin).resolve("@bufbuild/protobuf")),
  ];
  const digests = new Map<string, string>();
  for (const part of parts) if (!digests.has(part)) digests.set(part, filesDigest(part));
  return sha256(parts.map((part) => digests.get(part) as string));
}

function filesDigest(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".d.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  return sha256(files.map((file) => sha256([readFileSync(file)])));
}

function sha256(parts: readonly (string | Uint8Array)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}
