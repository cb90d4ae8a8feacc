// The workspace: the folder with buf.yaml, its modules, its plugins and where they write.
import { access, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, posix, relative, resolve, sep } from "node:path";
import { type Configuration, readConfiguration } from "./configuration.js";
import { nearest } from "./nearest.js";
import { trouble, type Where } from "./trouble.js";
import { readYamlFile, settingsIn, type YamlFile } from "./yaml-file.js";

/** A module of buf.yaml: a folder that imports are relative to. */
export interface Module {
  /** Relative to the workspace, with `/`; "." for the workspace itself. */
  readonly path: string;
  /** The folders in it that it is cut down to, relative to the workspace; none where it is all of them. */
  readonly includes: readonly string[];
  /** The module's own sections, which replace the workspace's. */
  readonly lint: Section;
  readonly breaking: Section;
}

/** A section of buf.yaml with rules: paths in it are relative to the workspace. */
export type Section = Readonly<Record<string, unknown>> | undefined;

/** buf.yaml, as far as Lockstep reads it; buf itself is what validates it. */
export interface BufYaml {
  readonly version: string;
  readonly modules: readonly Module[];
  readonly lint: Section;
  readonly breaking: Section;
  /** The check plugins that lint and breaking rules may come from. */
  readonly plugins: readonly unknown[] | undefined;
}

/** buf.gen.yaml, or the file that stands in for it: the template as buf reads it, and where its plugins write. */
export interface BufGenYaml {
  /** Its path, relative to the workspace. */
  readonly path: string;
  readonly template: Readonly<Record<string, unknown>>;
  readonly plugins: readonly Plugin[];
  /** What is generated of the workspace; all of it where there are none. */
  readonly inputs: readonly Input[];
}

/** An input as the template has it, and where. */
export interface Input {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly where: Where;
}

export interface Plugin {
  /** How buf.gen.yaml calls it. */
  readonly name: string;
  /** Where it writes: relative to the workspace, normalized, with `/`. */
  readonly out: string;
  readonly options: readonly string[];
  /** Whether it generates only a part of the types. */
  readonly filtered: boolean;
  /** Where it stands in buf.gen.yaml. */
  readonly where: Where;
}

export interface Workspace {
  /** The absolute path of its folder. */
  readonly root: string;
  readonly buf: BufYaml;
  readonly configuration: Configuration;
  /** Where the configuration was read from, for the places of its mistakes. */
  readonly configurationSource: YamlFile | undefined;
}

/**
 * The workspace that the folder `from` lies in: the nearest folder with a buf.yaml, not looking
 * beyond the git repository. Throws trouble where there is none or a file of it is malformed.
 */
export async function openWorkspace(from: string, config: string | undefined): Promise<Workspace> {
  const root = await workspaceRoot(from);
  const file = config === undefined ? join(root, "lockstep.yaml") : resolve(from, config);
  const shown = workspacePath(root, file);
  if (config !== undefined && !(await exists(file))) {
    const near = nearest(basename(file), await readdir(dirname(file)).catch(() => []));
    throw trouble("FILE_MISSING", {
      what: shown,
      help:
        near === undefined
          ? "Correct the path given with --config."
          : `Did you mean "${posix.join(posix.dirname(shown), near)}"?`,
    });
  }
  const { configuration, source } = await readConfiguration(file, shown);
  return { root, buf: await readBufYaml(root), configuration, configurationSource: source };
}

/** The folder of the workspace that `from` lies in, whatever its files are. Throws trouble where there is none. */
export async function workspaceRoot(from: string): Promise<string> {
  await requireFolder(from);
  return findRoot(resolve(from));
}

/** Throws trouble where the folder that a command is to work in does not exist. */
export async function requireFolder(from: string): Promise<void> {
  if ((await stat(from).catch(() => undefined))?.isDirectory()) return;
  throw trouble("FILE_MISSING", {
    what: `The folder ${from}`,
    help: "Correct the path given with --cwd.",
  });
}

async function findRoot(from: string): Promise<string> {
  for (let folder = from; ; folder = dirname(folder)) {
    for (const name of ["buf.yaml", "buf.work.yaml"]) {
      if (await exists(join(folder, name))) return folder;
    }
    const last = dirname(folder) === folder || (await exists(join(folder, ".git")));
    if (last) throw trouble("WORKSPACE_MISSING", { from });
  }
}

async function readBufYaml(root: string): Promise<BufYaml> {
  const work = await readYamlFile(join(root, "buf.work.yaml"), "buf.work.yaml");
  const data = await readSettings(root, "buf.yaml");
  const directories =
    work === undefined ? undefined : settingsIn(work, "buf.work.yaml").directories;
  return {
    version: typeof data.version === "string" ? data.version : "v1",
    lint: optionalRecord(data.lint),
    breaking: optionalRecord(data.breaking),
    plugins: Array.isArray(data.plugins) ? data.plugins : undefined,
    modules: Array.isArray(directories)
      ? await Promise.all(strings(directories).map((path) => readModuleV1(root, path)))
      : modulesOf(data),
  };
}

/** The modules that buf.yaml lists: in v2 its modules, in v1beta1 its roots, in v1 its own folder. */
function modulesOf(data: Readonly<Record<string, unknown>>): Module[] {
  if (Array.isArray(data.modules)) {
    return data.modules.map((item) => {
      const { path, includes, lint, breaking } = record(item);
      return {
        path: folderPath(typeof path === "string" ? path : "."),
        includes: strings(includes).map(folderPath),
        lint: optionalRecord(lint),
        breaking: optionalRecord(breaking),
      };
    });
  }
  const roots = strings(record(data.build).roots);
  if (roots.length === 0)
    return [{ path: ".", includes: [], lint: undefined, breaking: undefined }];
  return roots.map((root) => {
    const path = folderPath(root);
    return {
      path,
      includes: [],
      lint: belowFolder(optionalRecord(data.lint), path),
      breaking: belowFolder(optionalRecord(data.breaking), path),
    };
  });
}

/** A module of buf.work.yaml, whose own buf.yaml names paths relative to itself. */
async function readModuleV1(root: string, directory: string): Promise<Module> {
  const path = folderPath(directory);
  const { lint, breaking } = await readSettings(root, posix.join(path, "buf.yaml"));
  return {
    path,
    includes: [],
    lint: belowFolder(record(lint), path),
    breaking: belowFolder(optionalRecord(breaking), path),
  };
}

/** A section whose paths are relative to a folder, with paths relative to the workspace. */
function belowFolder(section: Section, folder: string): Section {
  if (section === undefined) return undefined;
  const below = (paths: unknown): string[] =>
    strings(paths).map((path) => posix.join(folder, path));
  const only = Object.entries(record(section.ignore_only)).map(([rule, paths]) => [
    rule,
    below(paths),
  ]);
  return {
    ...section,
    ...(section.ignore === undefined ? {} : { ignore: below(section.ignore) }),
    ...(section.ignore_only === undefined ? {} : { ignore_only: Object.fromEntries(only) }),
  };
}

async function readSettings(
  root: string,
  path: string,
): Promise<Readonly<Record<string, unknown>>> {
  return settingsIn(await readYamlFile(join(root, path), path), path);
}

function folderPath(path: string): string {
  return posix.normalize(path).replace(/\/$/, "");
}

/**
 * The template of the workspace, which `path` names. Throws trouble where it is missing, where an `out`
 * leaves the workspace, and where it would hold more than what is generated: a module or the git repository.
 */
export async function readBufGenYaml(
  root: string,
  modules: readonly Module[],
  path: string,
): Promise<BufGenYaml> {
  const source = await readYamlFile(join(root, path), path);
  if (source === undefined) {
    throw trouble("FILE_MISSING", {
      what: path,
      help: "It names the plugins that generate the bindings. `lockstep init` writes one, and docs/configuration.md has one to start from.",
    });
  }
  const template = settingsIn(source, path);
  const inputs = (Array.isArray(template.inputs) ? template.inputs : []).map(
    (item, index): Input => ({ settings: record(item), where: source.locate(["inputs", index]) }),
  );
  const byType = [template, ...inputs.map((input) => input.settings)].some(hasTypes);
  const listed = Array.isArray(template.plugins) ? template.plugins : [];
  const plugins = listed.map((item, index): Plugin => {
    const plugin = record(item);
    const name = pluginName(plugin);
    const out = posix.normalize(String(plugin.out ?? "").replaceAll("\\", "/")).replace(/\/$/, "");
    const why = whyNoOut(plugin.out, out, name, modules);
    if (why !== undefined) {
      throw trouble(
        "CONFIGURATION_INVALID",
        {
          message: `${path}: ${why}.`,
          help: `Name a folder of its own for what is generated, relative to ${path}: \`out: generated\`. Where other tools need it as it is, give Lockstep a file of its own: \`template\` in lockstep.yaml.`,
        },
        { where: source.locate(["plugins", index, "out"]) },
      );
    }
    return {
      name,
      out,
      options: strings([plugin.opt].flat()).flatMap((opt) => opt.split(",")),
      filtered: byType || hasTypes(plugin),
      where: source.locate(["plugins", index]),
    };
  });
  if (plugins.length === 0) {
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${path} lists no plugins.`,
        help: "docs/configuration.md has one to start from.",
      },
      { where: source.locate(["plugins"]) },
    );
  }
  return { path, template, plugins, inputs };
}

function hasTypes(settings: Readonly<Record<string, unknown>>): boolean {
  return settings.types !== undefined || settings.exclude_types !== undefined;
}

/** Why files cannot be generated to `out`, which is `written` so; undefined where they can. */
function whyNoOut(
  written: unknown,
  out: string,
  plugin: string,
  modules: readonly Module[],
): string | undefined {
  if (written === undefined || written === null) return `the plugin "${plugin}" has no \`out\``;
  const shown = `\`out: ${String(written)}\``;
  if (out === "." || /^\.\.(\/|$)/.test(out) || /^(\/|[A-Za-z]:)/.test(out)) {
    return `${shown} is not a folder inside the workspace`;
  }
  const module = modules.find(({ path }) => isInside(path, out));
  if (module !== undefined) return `${shown} is a folder with protos (the module ${module.path})`;
  return isInside(out, ".git") ? `${shown} is a folder of git's` : undefined;
}

/** How a plugin is called in either version of buf.gen.yaml. */
function pluginName(plugin: Readonly<Record<string, unknown>>): string {
  const { local, remote, protoc_builtin: builtin, plugin: v1, name } = plugin;
  return [local ?? remote ?? builtin ?? v1 ?? name ?? "plugin"].flat().join(" ");
}

/** The folders that generation writes to: every `out`, without those that lie inside another. */
export function generatedFolders(gen: BufGenYaml): string[] {
  const outs = [...new Set(gen.plugins.map((plugin) => plugin.out))].sort();
  return outs.filter((out) => !outs.some((other) => other !== out && isInside(out, other)));
}

/** Whether the path is the folder or lies in it; both relative to the workspace, with `/`. */
export function isInside(path: string, folder: string): boolean {
  return folder === "." || path === folder || path.startsWith(`${folder}/`);
}

/** A system path as one relative to the workspace, with `/`. */
export function workspacePath(root: string, path: string): string {
  return relative(root, path).split(sep).join("/");
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return optionalRecord(value) ?? {};
}

function optionalRecord(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : undefined;
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

/**
 * The real path of a file of the workspace, links followed. Throws trouble where a link leads out of
 * the workspace.
 */
export async function realPathInside(root: string, path: string): Promise<string> {
  const real = await realpath(join(root, path));
  if (!workspacePath(await realpath(root), real).startsWith("../")) return real;
  const why = `it is a link to ${real}`;
  throw trouble("PATH_LEAVES_FOLDER", { path, folder: "the workspace", why });
}
