// What is generated, and where: buf.gen.yaml where there is none, or a file of Lockstep's own beside it.
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseTsconfig } from "get-tsconfig";
import { quoted } from "../../core/shell-word.js";
import { reason, Trouble, trouble } from "../../core/trouble.js";
import {
  type BufGenYaml,
  generatedFolders,
  isInside,
  type Module,
  readBufGenYaml,
} from "../../core/workspace.js";
import { readYamlFile } from "../../core/yaml-file.js";
import { writesMaps, writesProtobufEs } from "../../sync/imports.js";
import type { Change } from "./plan.js";
import type { Repository } from "./repository.js";

export interface TemplatePlan {
  readonly changes: readonly Change[];
  /** Relative to the workspace: the file with the plugins that Lockstep runs. */
  readonly path: string;
  /** The folders that are generated. */
  readonly generated: readonly string[];
  /** Those of them in which git tracks files. */
  readonly tracked: readonly string[];
  /** Whether Lockstep's own plugin is in it already: then somebody has set up Lockstep here before. */
  readonly isKnown: boolean;
}

const DEFAULT = "buf.gen.yaml";
const OWN = "buf.gen.lockstep.yaml";

/**
 * Plans the plugins; `configured` is the template that lockstep.yaml names. Throws trouble where a file with
 * plugins is not YAML, and where the configured one cannot be used.
 */
export async function planTemplate(
  repository: Repository,
  modules: readonly Module[],
  configured: string,
): Promise<TemplatePlan> {
  const { root } = repository;
  if (!existsSync(join(root, configured)))
    return written(repository, modules, configured, "there is none");
  const there = await whatIsThere(repository, modules, configured);
  if (typeof there !== "string") return there;
  if (configured !== DEFAULT)
    throw trouble("CONFIGURATION_INVALID", {
      message: `Lockstep cannot generate with ${configured}, which lockstep.yaml names: ${there}.`,
      help: `Correct ${configured}. Nothing was written.`,
    });
  const keep: Change = { kind: "keep", path: DEFAULT, why: `it serves other tools: ${there}` };
  const made = existsSync(join(root, OWN))
    ? await planTemplate(repository, modules, OWN)
    : written(repository, modules, OWN, `Lockstep's plugins, apart from ${DEFAULT}`);
  return { ...made, changes: [keep, ...made.changes] };
}

/** The plan with the template that is there, or why Lockstep cannot generate with it. */
async function whatIsThere(
  { root, git, isGit }: Repository,
  modules: readonly Module[],
  path: string,
): Promise<TemplatePlan | string> {
  // A file that is not YAML is for its owner to correct, and not to be worked around.
  await readYamlFile(join(root, path), path);
  let gen: BufGenYaml;
  try {
    gen = await readBufGenYaml(root, modules, path);
  } catch (thrown) {
    if (thrown instanceof Trouble && thrown.code === "CONFIGURATION_INVALID")
      return thrown.message.replace(`${path}: `, "").replace(/\.$/, "");
    throw thrown;
  }
  const es = gen.plugins.filter(writesProtobufEs);
  if (es.length === 0) return "none of its plugins is protoc-gen-es";
  const generated = generatedFolders(gen);
  const tracked: string[] = [];
  for (const folder of isGit ? generated : [])
    if ((await git.tracked(folder)).length > 0) tracked.push(folder);
  const foreign = tracked.find((folder) => !es.some(({ out }) => isInside(out, folder)));
  if (foreign !== undefined) return `it also generates ${foreign}/, which is in git`;
  const changes: Change[] = [{ kind: "keep", path, why: "it has protoc-gen-es" }];
  const isKnown = gen.plugins.some(writesMaps);
  if (!isKnown) {
    const why = `add protoc-gen-lockstep with \`out: ${es[0]?.out}\` for status maps`;
    changes.push({ kind: "propose", path, why });
  }
  for (const folder of tracked) {
    const why = `${folder}/ is in git; to generate it instead, run this and add /${folder}/ to .gitignore`;
    changes.push({ kind: "propose", path: `git rm -r --cached ${quoted(folder)}`, why });
  }
  return { changes, path, generated, tracked, isKnown };
}

function written(
  repository: Repository,
  modules: readonly Module[],
  path: string,
  why: string,
): TemplatePlan {
  const { options, folders, because } = language(repository);
  const out = freeFolder(repository.root, modules, folders);
  const plugin = (name: string): string => `  - local: ${name}
    out: ${out}
    strategy: all
    opt: [${options.join(", ")}]
`;
  const after = `# What \`lockstep generate\` generates from the protos.
version: v2
plugins:
  # Messages, enums and service descriptors.
${plugin("protoc-gen-es")}  # The status maps of every enum.
${plugin("protoc-gen-lockstep")}`;
  const change: Change = {
    kind: "write",
    path,
    before: undefined,
    after,
    why: `${why}; bindings and status maps into ${out}/, ${because}`,
  };
  return { changes: [change], path, generated: [out], tracked: [], isKnown: false };
}

/** What the plugins are asked for: TypeScript where the repository compiles it, else JavaScript with types. */
function language({ tsconfig, root }: Repository): {
  options: string[];
  folders: string[];
  because: string;
} {
  const folders = ["generated", "generated-protos", "lockstep-generated"];
  if (tsconfig === undefined)
    return {
      options: ["target=js+dts", "import_extension=js"],
      folders,
      because: "as JavaScript with types, which needs no build",
    };
  const { compilerOptions = {}, include = [] } = compilerSettings(root, tsconfig.path);
  const { module, moduleResolution, rootDir = "" } = compilerOptions;
  const resolution = String(moduleResolution ?? module ?? "").toLowerCase();
  // A bundler looks for the file that the import names, and finds no .js beside the TypeScript.
  const bundled = /^(bundler|node|node10|classic|commonjs|preserve)$/.test(resolution);
  const isSrc = (path: string): boolean => /^(\.\/)?src(\/|$)/.test(path);
  const inSrc =
    tsconfig.path === "tsconfig.json" &&
    existsSync(join(root, "src")) &&
    (isSrc(rootDir) || (include.length > 0 && include.every(isSrc)));
  return {
    options: ["target=ts", `import_extension=${bundled ? "none" : "js"}`],
    folders: inSrc ? ["src/generated", "src/generated-protos", ...folders] : folders,
    because: `as TypeScript, for ${tsconfig.path}${inSrc ? ", which compiles src" : ""}`,
  };
}

/** What a tsconfig.json says, with what it extends. Throws trouble where that cannot be read. */
function compilerSettings(root: string, path: string): ReturnType<typeof parseTsconfig> {
  try {
    return parseTsconfig(join(root, path));
  } catch (thrown) {
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${path} cannot be read: ${reason(thrown)}`,
        help: "Install the packages that it extends, or correct it, then run lockstep init again. Nothing was written.",
      },
      { where: { path }, cause: thrown },
    );
  }
}

/** The first of the folders that does not exist, or is empty, or that Lockstep generated before. */
function freeFolder(
  root: string,
  modules: readonly Module[],
  candidates: readonly string[],
): string {
  const numbered = Array.from({ length: 100 }, (_, i) => `${candidates.at(-1)}-${i + 2}`);
  const free = [...candidates, ...numbered].find((folder) => {
    if (modules.some(({ path }) => isInside(path, folder))) return false;
    const path = join(root, folder);
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat === undefined) return true;
    if (!stat.isDirectory()) return false;
    return readdirSync(path).length === 0 || existsSync(join(path, ".lockstep", "manifest.json"));
  });
  if (free === undefined) throw new Error("no folder is free for what is generated");
  return free;
}
