// Runs buf: the npm package's binary, called directly. What it says comes back as data.
import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { bufBinary, bundledProgram, protocGenEs } from "./installation.js";
import { type Outcome, runProgram } from "./process.js";
import { reason, trouble } from "./trouble.js";
import type { BufGenYaml, BufYaml, Module, Plugin } from "./workspace.js";

/** One complaint of buf's, as its JSON has it. */
export interface Annotation {
  /** A compile error's path is relative to the workspace, a lint finding's to its module. */
  readonly path?: string;
  readonly start_line?: number;
  readonly start_column?: number;
  readonly end_line?: number;
  readonly end_column?: number;
  readonly type: string;
  readonly message: string;
}

export interface Buf {
  /** The image of all modules, or what keeps it from compiling. */
  build(): Promise<{ image: Uint8Array } | { annotations: Annotation[] }>;
  /** What buf's lint says of an image under that configuration. */
  lint(image: Uint8Array, configuration: object): Promise<Annotation[]>;
  /** Runs the template's plugins on the image; their files land in `folder`, below each `out`. */
  generate(image: Uint8Array, gen: BufGenYaml, folder: string): Promise<void>;
  /** The ids of all lint rules that buf knows for this workspace. */
  lintRules(): Promise<string[]>;
}

/** buf in that workspace folder. Throws trouble where its binary is not installed. */
export function openBuf(root: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Buf {
  const binary = bufBinary();
  const buf = async (args: string[], input?: Uint8Array): Promise<Outcome> => {
    try {
      return await runProgram(binary, args, {
        cwd: root,
        env: {
          ...env,
          PATH: [...binFolders(root), env.PATH].join(delimiter),
          BUF_LOG_FORMAT: "text",
        },
        signal,
        ...(input === undefined ? {} : { input }),
      });
    } catch (thrown) {
      if (signal?.aborted) throw trouble("STOPPED", {}, { cause: thrown });
      throw trouble("BUF_NOT_RUNNABLE", { why: reason(thrown) }, { cause: thrown });
    }
  };
  return {
    async build() {
      const outcome = await buf(["build", "-o", "-#format=binpb", "--error-format", "json"]);
      if (outcome.code === 0) return { image: outcome.stdout };
      const annotations = annotationsIn(outcome.stderr);
      if (annotations.length > 0) return { annotations };
      throw bufFailed("compile the protos", outcome);
    },
    async lint(image, configuration) {
      const outcome = await buf(
        [
          "lint",
          "-#format=binpb",
          "--error-format",
          "json",
          "--config",
          JSON.stringify(configuration),
        ],
        image,
      );
      const annotations = annotationsIn(outcome.stdout.toString("utf8"));
      // 100 is buf's code for findings.
      if (outcome.code === 0 || (outcome.code === 100 && annotations.length > 0))
        return annotations;
      throw bufFailed("lint the protos", outcome);
    },
    async generate(image, gen, folder) {
      const template = JSON.stringify(withOwnPlugins(gen.template, env, root));
      const outcome = await buf(
        ["generate", "-#format=binpb", "--template", template, "-o", folder],
        image,
      );
      if (outcome.code !== 0) throw generateFailed(outcome, gen.plugins);
    },
    async lintRules() {
      const outcome = await buf(["config", "ls-lint-rules", "--format", "json"]);
      if (outcome.code !== 0) throw bufFailed("list its lint rules", outcome);
      return annotationsIn(outcome.stdout.toString("utf8")).map(
        (rule) => (rule as unknown as { id: string }).id,
      );
    },
  };
}

/** The `bin` folders that npm made for the workspace and the folders above it, nearest first. */
function binFolders(root: string): string[] {
  const folders: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) return folders;
  }
}

function annotationsIn(text: string): Annotation[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as Annotation);
}

/**
 * The lint configuration of each group of modules, as buf wants it for an image, where paths are
 * relative to their module. Modules that have the same configuration are one group.
 */
export function lintConfigurations(yaml: BufYaml): { configuration: object; modules: Module[] }[] {
  const groups = new Map<string, { configuration: object; modules: Module[] }>();
  for (const module of yaml.modules) {
    const lint = module.lint ?? yaml.lint;
    const configuration = {
      version: yaml.version,
      ...(lint === undefined ? {} : { lint: relativeToModule(lint, module.path) }),
      ...(yaml.plugins === undefined ? {} : { plugins: yaml.plugins }),
    };
    const key = JSON.stringify(configuration);
    const group = groups.get(key) ?? { configuration, modules: [] };
    group.modules.push(module);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function relativeToModule(lint: Readonly<Record<string, unknown>>, module: string): object {
  const inside = (paths: unknown): string[] =>
    [paths].flat().flatMap((path) => {
      if (typeof path !== "string") return [];
      const clean = path.replace(/^\.\//, "").replace(/\/$/, "");
      if (module === ".") return [clean];
      if (clean.startsWith(`${module}/`)) return [clean.slice(module.length + 1)];
      return clean === module || module.startsWith(`${clean}/`) ? ["."] : [];
    });
  const { ignore, ignore_only: only, ...rest } = lint;
  const ignoreOnly = Object.entries((only ?? {}) as Record<string, unknown>)
    .map(([rule, paths]) => [rule, inside(paths)] as const)
    .filter(([, paths]) => paths.length > 0);
  return {
    ...rest,
    ...(ignore === undefined ? {} : { ignore: inside(ignore) }),
    ...(ignoreOnly.length === 0 ? {} : { ignore_only: Object.fromEntries(ignoreOnly) }),
  };
}

/** The plugins that this package brings, for workspaces that do not install them themselves. */
const OWN_PLUGINS: Readonly<Record<string, () => string>> = {
  "protoc-gen-es": protocGenEs,
  "protoc-gen-lockstep": () => bundledProgram("protoc-gen-lockstep"),
};

function withOwnPlugins(
  template: Readonly<Record<string, unknown>>,
  env: NodeJS.ProcessEnv,
  root: string,
): object {
  const path = [...binFolders(root), ...(env.PATH ?? "").split(delimiter)];
  const installed = (name: string): boolean =>
    path.some(
      (folder) => existsSync(join(folder, name)) || existsSync(join(folder, `${name}.cmd`)),
    );
  const plugins = (template.plugins as Record<string, unknown>[]).map((plugin) => {
    const v1 = plugin.plugin ?? plugin.name;
    const name = typeof plugin.local === "string" ? plugin.local : `protoc-gen-${String(v1)}`;
    const own = OWN_PLUGINS[name];
    const named =
      typeof plugin.local === "string" || (v1 !== undefined && plugin.path === undefined);
    if (own === undefined || !named || installed(name)) return plugin;
    return { ...plugin, [v1 === undefined ? "local" : "path"]: [process.execPath, own()] };
  });
  return { ...template, plugins };
}

/** buf's own words on what it could not do, without its log prefixes. */
function said(outcome: Outcome): string {
  const text = outcome.stderr.trim().replace(/^(Failure|Error): /gm, "");
  return text === "" ? `it ended with exit code ${outcome.code} and said nothing` : text;
}

function bufFailed(doing: string, outcome: Outcome): Error {
  const words = said(outcome);
  const decode =
    /^decode (\S+?): (?:yaml: )?(?:unmarshal errors:\s*)?(?:line (\d+): )?([\s\S]*)$/.exec(words);
  if (decode === null) return trouble("BUF_FAILED", { doing, said: words });
  const [, path = "", line, what = ""] = decode;
  return trouble(
    "CONFIGURATION_INVALID",
    {
      message: `${path} is not valid: ${what.trim()}.`,
      help: `Correct ${path}. Nothing was changed.`,
    },
    { where: { path, ...(line === undefined ? {} : { line: Number(line) }) } },
  );
}

function generateFailed(outcome: Outcome, plugins: readonly Plugin[]): Error {
  const words = said(outcome);
  const template = /(?:decode config file|decode buf\.gen\.yaml): ([\s\S]*)/.exec(words);
  if (template !== null) {
    const what =
      template[1]?.match(/unknown field "[^"]*"|field \S+ not found/)?.[0] ?? template[1] ?? "";
    return trouble(
      "CONFIGURATION_INVALID",
      {
        message: `buf.gen.yaml is not valid: ${what.trim()}.`,
        help: "Correct buf.gen.yaml. Nothing was changed.",
      },
      { where: { path: "buf.gen.yaml" } },
    );
  }
  const failure = /^plugin (.+)$/m.exec(words)?.[1] ?? "";
  const plugin = plugins.map((p) => p.name).find((name) => failure.startsWith(`${name}: `));
  if (plugin === undefined) return trouble("BUF_FAILED", { doing: "run the plugins", said: words });
  const why = failure.slice(plugin.length + 2);
  const rest = words
    .split("\n")
    .filter(
      (line) =>
        line !== "" && !line.startsWith("plugin ") && !/^(signal: |exit status )/.test(line),
    );
  const text = [why, ...new Set(rest)].join("\n  ");
  return trouble("PLUGIN_FAILED", { plugin, why: text, help: pluginHelp(why) });
}

function pluginHelp(why: string): string {
  if (/executable file not found|no such file/.test(why)) {
    return "Install the package that has it, or correct its name in buf.gen.yaml.";
  }
  if (/should not jump context|should be relative/.test(why)) {
    return "A plugin may write only below its `out`; report this to its author.";
  }
  if (/wire unmarshal|cannot parse/.test(why)) {
    return "It printed something that is not a CodeGeneratorResponse; a plugin must print nothing else to standard output.";
  }
  return "Read what it says above.";
}
