// What the outcome of a run depends on, as a hash: without compiling, judging or generating anything.

import { createHash } from "node:crypto";
import { existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { standingOf } from "../checks/ignored.js";
import { allEnded } from "../core/all-ended.js";
import type { Named } from "../core/baseline-names.js";
import { programFolders } from "../core/buf.js";
import type { Cache } from "../core/cache.js";
import { ciChange } from "../core/ci-change.js";
import { openCodeFiles } from "../core/code-files.js";
import type { FileHashes } from "../core/file-hashes.js";
import { filesBelow, NOT_OURS } from "../core/files-below.js";
import { type Git, openGit } from "../core/git.js";
import { gitState } from "../core/git-state.js";
import { bufBinary, packageFolder, packageVersion } from "../core/installation.js";
import { NOTHING_PENDING } from "../core/pending-files.js";
import { pluginIdentities } from "../core/plugin-identity.js";
import { protoFiles } from "../core/proto-files.js";
import { type BufGenYaml, generatedFolders, isInside, type Workspace } from "../core/workspace.js";
import type { Call } from "./pipeline.js";

export interface Fingerprint {
  /** git's id of the content of each proto, by its path: of all that buf may read. */
  readonly protos: ReadonlyMap<string, string>;
  /** The hash of each other file that is read, by its path, but for what is generated: settings and code. */
  readonly others: ReadonlyMap<string, string | undefined>;
  /** What does the work. */
  readonly tools: readonly string[];
  /** Of what compiling and judging single protos depends on beside the protos: tools, plugins, configuration. */
  readonly setting: string;
  /** Of all that a run reads, but for what is generated. */
  readonly inputs: string;
  readonly past: Past;
}

/** What git's history is asked for. */
interface Past {
  readonly named: readonly Named[];
  /** The commit that is checked out: what is wrong with mirrors is explained from its history. */
  readonly head: string | undefined;
  readonly isShallow: boolean;
}

/** What a fingerprint is taken with. */
export interface Looking {
  readonly hashes: FileHashes;
  readonly cache: Cache;
  readonly git: Git;
  /** Called once the protos, and all that compiling reads beside them, were looked at. */
  readonly protosSeen?: ((count: number) => void) | undefined;
}

/**
 * The fingerprint of what `call` would read in the workspace. Undefined where the outcome depends on something
 * that cannot be told from the outside: a baseline that is a folder or an image, a plugin of buf lint, a plugin
 * whose program is not known.
 */
export async function fingerprint(
  call: Call,
  workspace: Workspace,
  gen: BufGenYaml | undefined,
  { hashes, cache, git, protosSeen }: Looking,
): Promise<Fingerprint | undefined> {
  const { root, buf, configuration, configurationSource } = workspace;
  const { env } = call;
  if (buf.plugins !== undefined) return undefined;
  const plugins =
    gen === undefined ? [] : pluginIdentities(gen.template, programFolders(root, env));
  if (plugins === undefined) return undefined;
  const generated = gen === undefined ? [] : generatedFolders(gen);
  const pending = call.copyOf?.pending ?? NOTHING_PENDING;
  const isOwn = (path: string): boolean => generated.some((folder) => isInside(path, folder));
  const ids = new Map<string, string>();
  let settings: ReadonlyMap<string, string | undefined> = new Map();
  const lookAtProtos = async (): Promise<void> => {
    const format = (await git.folders())?.format ?? "sha1";
    const idOf = (path: string): string | undefined =>
      pending.id(path) ?? hashes.blob(path, format);
    const protos = await protoFiles(root, git, (path) => idOf(path) !== undefined);
    const moduleFiles = buf.modules.flatMap(({ path }) => filesBelow(root, path, NOT_OURS));
    const inModules = moduleFiles.filter((path) => !isOwn(path));
    for (const path of [...protos, ...inModules.filter((one) => one.endsWith(".proto"))]) {
      const id = idOf(path);
      if (id !== undefined) ids.set(path, id);
    }
    const paths = [
      ...inModules.filter((path) => /(^|\/)buf\.(yaml|lock)$/.test(path)),
      ...["buf.yaml", "buf.work.yaml", "buf.lock", "lockstep.yaml"],
      ...(gen === undefined ? [] : [gen.path]),
      ...(configurationSource === undefined ? [] : [configurationSource.locate([]).path]),
    ];
    settings = hashesOf(paths, hashes);
    protosSeen?.(ids.size);
  };
  const [code, , standing, past] = await allEnded([
    openCodeFiles(workspace, git, generated),
    lookAtProtos(),
    git
      .isRepository()
      .then((is) => (is ? allEnded(generated.map((one) => standingOf(one, git))) : undefined)),
    pastOf({ ...call, git }, workspace, cache),
  ]);
  if (past.named.some(({ kind }) => kind !== "commit")) return undefined;
  const others = hashesOf(
    code.paths.filter((path) => !ids.has(path)),
    hashes,
  );
  const installed = tools(root);
  const setting = hashOf([
    ...installed,
    JSON.stringify([call.copyOf?.root ?? root, plugins]),
    JSON.stringify(Object.entries(env).filter(([name]) => name.startsWith("BUF_"))),
    // Which docstrings have to be there depends on what has changed.
    ...(configuration.docstrings.enforce === "changed" ? [JSON.stringify(past.named)] : []),
    ...contents(settings),
  ]);
  return {
    protos: ids,
    others: new Map([...others, ...settings]),
    tools: installed,
    setting,
    inputs: hashOf([
      setting,
      JSON.stringify([past.named, past.isShallow]),
      JSON.stringify(standing ?? "no repository"),
      // What a waiver lets through today it may not tomorrow.
      configuration.waivers.length === 0 ? "" : new Date().toDateString(),
      ...contents(others),
      ...contents(ids),
    ]),
    past,
  };
}

/** Asks git, or the cache where no ref has moved since. */
export async function pastOf(call: Call, workspace: Workspace, cache: Cache): Promise<Past> {
  const { signal, against, amends = false } = call;
  // A copy has the history of the workspace itself.
  const { root, env } = call.copyOf ?? { root: workspace.root, env: call.env };
  const { configuration } = workspace;
  const git = call.git?.root === root ? call.git : openGit(root, env, signal);
  const state = await gitState(git);
  const ci = await ciChange(root, env);
  const key = JSON.stringify([root, state, configuration.baseline, against, amends, ci]);
  const kept = await cache.get("past", key);
  if (kept !== undefined) return JSON.parse(kept.toString("utf8")) as Past;
  const [{ baselineNames }, { openHistory }] = await Promise.all([
    import("../core/baseline.js"),
    import("../core/git-history.js"),
  ]);
  const history = state === "" ? undefined : openHistory(root, env, signal);
  const past: Past = {
    named: await baselineNames({ ...workspace, root }, { ...call, env }, history),
    head: await history?.commit("HEAD"),
    isShallow: (await git.folders())?.isShallow ?? false,
  };
  // A folder or an image comes and goes without git.
  if (past.named.every(({ kind }) => kind === "commit")) {
    await cache.put("past", key, Buffer.from(JSON.stringify(past)));
  }
  return past;
}

function hashesOf(
  paths: readonly string[],
  hashes: FileHashes,
): ReadonlyMap<string, string | undefined> {
  return new Map(paths.map((path) => [path, hashes.hash(path)]));
}

export function contents(files: ReadonlyMap<string, string | undefined>): string[] {
  return [...files].map(([path, hash]) => `${path}\0${hash ?? ""}`).sort();
}

/** What does the work: this package, buf, Node.js, and whatever a package manager installed. */
export function tools(root: string): string[] {
  const code = ["dist", ...(existsSync(join(packageFolder, "scripts", "run.ts")) ? SOURCES : [])];
  const files = code.flatMap((folder) => filesBelow(packageFolder, folder, NOT_OURS));
  return [
    packageVersion(),
    process.version,
    process.platform,
    ...files.map((file) => `${file} ${stateOf(join(packageFolder, file))}`),
    stateOf(bufBinary()),
    ...installations(root),
  ];
}

/** Where the code is while it is being developed. */
const SOURCES = ["core", "checks", "sync", "scripts"];

/** What package managers renew with every change of what they have installed. */
const RECORDS = [
  "node_modules/.package-lock.json",
  "node_modules/.modules.yaml",
  "node_modules/.yarn-state.yml",
  ".pnp.cjs",
];

function installations(root: string): string[] {
  const found: string[] = [];
  for (let folder = root; ; folder = dirname(folder)) {
    found.push(...RECORDS.map((one) => stateOf(join(folder, one))).filter((one) => one !== ""));
    if (dirname(folder) === folder) return found;
  }
}

function stateOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false });
  return stat === undefined ? "" : `${stat.size} ${stat.mtimeMs}`;
}

export function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0\0");
  return hash.digest("base64url");
}
