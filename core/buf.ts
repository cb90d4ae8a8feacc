// Runs buf: the npm package's binary, called directly. What it says comes back as data.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { bufFailed, generateFailed } from "./buf-trouble.js";
import { bufBinary } from "./installation.js";
import { withOwnPlugins, withPluginNames } from "./own-plugins.js";
import { type Outcome, runProgram } from "./process.js";
import { reason, Trouble, trouble } from "./trouble.js";
import type { BufGenYaml, BufYaml, Module } from "./workspace.js";

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
  /** The version that the binary says it is. */
  version(): Promise<string>;
  /** The image of all modules, or of those of their files and what they import; or what keeps it from compiling. */
  build(paths?: readonly string[]): Promise<{ image: Uint8Array } | { annotations: Annotation[] }>;
  /** Where the files of the modules are, from the folder, by the names that they are imported as. */
  paths(): Promise<Map<string, string>>;
  /** An image in one of buf's formats (`json`, `txtpb,compression=gzip`, ...) as a binary one. */
  toBinary(image: Uint8Array, format: string): Promise<Uint8Array>;
  /** What buf's lint says of an image under that configuration. */
  lint(image: Uint8Array, configuration: object): Promise<Annotation[]>;
  /**
   * What buf's breaking says of an image under that configuration, against another one. Files of the image
   * that are only imported are not judged.
   */
  breaking(image: Uint8Array, against: Uint8Array, configuration: object): Promise<Annotation[]>;
  /**
   * Runs the template's plugins on the image, cut down by `flags`; their files land in `folder`, below each
   * `out`.
   */
  generate(
    image: Uint8Array,
    gen: BufGenYaml,
    folder: string,
    flags: readonly string[],
  ): Promise<void>;
  /** The ids of all lint rules that buf knows for this workspace. */
  lintRules(): Promise<string[]>;
  /** The ids of all breaking rules that buf knows for this workspace. */
  breakingRules(): Promise<string[]>;
  /** The categories of each breaking rule, by its id. */
  breakingCategories(): Promise<ReadonlyMap<string, readonly string[]>>;
}

/** buf in that workspace folder. Throws trouble where its binary is not installed. */
export function openBuf(root: string, env: NodeJS.ProcessEnv, signal?: AbortSignal): Buf {
  const binary = bufBinary();
  const folders = programFolders(root, env);
  const buf = async (args: string[], input?: Uint8Array): Promise<Outcome> => {
    try {
      return await runProgram(binary, args, {
        cwd: root,
        env: {
          ...env,
          PATH: folders.join(delimiter),
          BUF_LOG_FORMAT: "text",
        },
        signal,
        ...(input === undefined ? {} : { input }),
      });
    } catch (thrown) {
      if (thrown instanceof Trouble) throw thrown;
      throw trouble("BUF_NOT_RUNNABLE", { why: reason(thrown) }, { cause: thrown });
    }
  };
  const rules = async (kind: "lint" | "breaking"): Promise<Rule[]> => {
    const outcome = await buf(["config", `ls-${kind}-rules`, "--format", "json"]);
    if (outcome.code !== 0) throw await bufFailed(root, `list its ${kind} rules`, outcome);
    return objectsIn<Rule>(outcome.stdout.toString("utf8"));
  };
  const judge = async (
    kind: "lint" | "breaking",
    args: readonly string[],
    image: Uint8Array,
    configuration: object,
  ): Promise<Annotation[]> => {
    const config = ["--error-format", "json", "--config", JSON.stringify(configuration)];
    const outcome = await buf([kind, "-#format=binpb", ...args, ...config], image);
    const annotations = objectsIn<Annotation>(outcome.stdout.toString("utf8"));
    // 100 is buf's code for findings.
    if (outcome.code === 0 || (outcome.code === 100 && annotations.length > 0)) return annotations;
    const doing = kind === "lint" ? "lint the protos" : "compare the protos";
    throw await bufFailed(root, doing, outcome, async () =>
      (await rules(kind)).flatMap((rule) => [rule.id, ...rule.categories]),
    );
  };
  return {
    async version() {
      const { code, stdout, stderr } = await buf(["--version"]);
      if (code === 0) return stdout.toString("utf8").trim();
      throw trouble("BUF_NOT_RUNNABLE", {
        why: stderr.trim() || `it ended with exit code ${code}`,
      });
    },
    async build(paths = []) {
      const output = ["-o", "-#format=binpb", "--error-format", "json"];
      const only = paths.flatMap((path) => ["--path", path]);
      const outcome = await buf(["build", ...output, ...only]);
      if (outcome.code === 0) return { image: outcome.stdout };
      const annotations = objectsIn<Annotation>(outcome.stderr);
      if (annotations.length > 0) return { annotations };
      throw await bufFailed(root, "compile the protos", outcome);
    },
    async paths() {
      const outcome = await buf(["ls-files", "--format", "json"]);
      if (outcome.code !== 0) throw await bufFailed(root, "list the protos", outcome);
      const files = objectsIn<{ path: string; import_path: string }>(
        outcome.stdout.toString("utf8"),
      );
      return new Map(files.map((file) => [file.import_path, file.path]));
    },
    async toBinary(image, format) {
      const outcome = await buf(["build", `-#format=${format}`, "-o", "-#format=binpb"], image);
      if (outcome.code !== 0) throw await bufFailed(root, "read the image", outcome);
      return outcome.stdout;
    },
    lint: (image, configuration) => judge("lint", [], image, configuration),
    async breaking(image, against, configuration) {
      // Standard input has the image, so the other one has to be a file.
      const folder = await mkdtemp(join(tmpdir(), "lockstep-against-"));
      try {
        const file = join(folder, "against.binpb");
        await writeFile(file, against);
        const args = ["--against", file, "--exclude-imports"];
        return await judge("breaking", args, image, configuration);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },
    async generate(image, gen, folder, flags) {
      const template = JSON.stringify(withOwnPlugins(gen.template, folders));
      const outcome = await buf(
        ["generate", "-#format=binpb", ...flags, "--template", template, "-o", folder],
        image,
      );
      if (outcome.code === 0) return;
      const stderr = withPluginNames(outcome.stderr);
      throw await generateFailed(root, { ...outcome, stderr }, gen, folder);
    },
    lintRules: async () => (await rules("lint")).map((rule) => rule.id),
    breakingRules: async () => (await rules("breaking")).map((rule) => rule.id),
    breakingCategories: async () =>
      new Map((await rules("breaking")).map(({ id, categories }) => [id, categories])),
  };
}

/** The folders that programs are looked for in: those of packages, then the environment's. */
export function programFolders(root: string, env: NodeJS.ProcessEnv): string[] {
  return [...binFolders(root), ...(env.PATH ?? "").split(delimiter)];
}

/** The `bin` folders that npm made for the workspace and the folders above it, nearest first. */
function binFolders(root: string): string[] {
  const folders: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    folders.push(join(folder, "node_modules", ".bin"));
    if (dirname(folder) === folder) return folders;
  }
}

interface Rule {
  readonly id: string;
  readonly categories: readonly string[];
}

/** The objects in buf's JSON, which has one a line. */
function objectsIn<T>(text: string): T[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line) as T);
}

/**
 * What a section of buf.yaml says for each group of modules, as buf wants it for an image, where paths are
 * relative to their module. Modules that have the same configuration are one group.
 */
export function configurations(
  yaml: BufYaml,
  section: "lint" | "breaking",
): { configuration: object; modules: Module[] }[] {
  const groups = new Map<string, { configuration: object; modules: Module[] }>();
  for (const module of yaml.modules) {
    const own = module[section] ?? yaml[section];
    const configuration = {
      version: yaml.version,
      ...(own === undefined ? {} : { [section]: relativeToModule(own, module.path) }),
      ...(yaml.plugins === undefined ? {} : { plugins: yaml.plugins }),
    };
    const key = JSON.stringify(configuration);
    const group = groups.get(key) ?? { configuration, modules: [] };
    group.modules.push(module);
    groups.set(key, group);
  }
  return [...groups.values()];
}

function relativeToModule(section: Readonly<Record<string, unknown>>, module: string): object {
  const inside = (paths: unknown): string[] =>
    [paths].flat().flatMap((path) => {
      if (typeof path !== "string") return [];
      const clean = path.replace(/^\.\//, "").replace(/\/$/, "");
      if (module === ".") return [clean];
      if (clean.startsWith(`${module}/`)) return [clean.slice(module.length + 1)];
      return clean === module || module.startsWith(`${clean}/`) ? ["."] : [];
    });
  const { ignore, ignore_only: only, ...rest } = section;
  const ignoreOnly = Object.entries((only ?? {}) as Record<string, unknown>)
    .map(([rule, paths]) => [rule, inside(paths)] as const)
    .filter(([, paths]) => paths.length > 0);
  return {
    ...rest,
    ...(ignore === undefined ? {} : { ignore: inside(ignore) }),
    ...(ignoreOnly.length === 0 ? {} : { ignore_only: Object.fromEntries(ignoreOnly) }),
  };
}
