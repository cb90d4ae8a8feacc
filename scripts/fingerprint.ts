// What the outcome of a run depends on, as a hash: without compiling, judging or generating anything.
import { createHash } from "node:crypto";
import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { standingOf } from "../checks/ignored.js";
import type { Named } from "../core/baseline-names.js";
import { programFolders } from "../core/buf.js";
import type { Cache } from "../core/cache.js";
import { ciChange } from "../core/ci-change.js";
import { openCodeFiles } from "../core/code-files.js";
import type { FileHashes } from "../core/file-hashes.js";
import { compareText } from "../core/finding.js";
import { openGit } from "../core/git.js";
import { gitState } from "../core/git-state.js";
import { bufBinary, packageFolder, packageVersion } from "../core/installation.js";
import { NOTHING_PENDING } from "../core/pending-files.js";
import { STATE_FOLDER } from "../core/plan.js";
import { pluginIdentities } from "../core/plugin-identity.js";
import { protoFiles } from "../core/proto-files.js";
import {
  type BufGenYaml,
  generatedFolders,
  isInside,
  type Workspace,
  workspacePath,
} from "../core/workspace.js";
import type { Call } from "./pipeline.js";

export interface Fingerprint {
  /** git's id of the content of each proto, by its path: of all that buf may read. */
  readonly protos: ReadonlyMap<string, string>;
  /** Of what compiling and judging single protos depends on beside the protos: tools, plugins, configuration. */
  readonly setting: string;
  /** Of all that a run reads, but for what is generated. */
  readonly inputs: string;
  /** Of what stands in the generated folders. */
  readonly generated: string;
  /** The commit that is checked out: what is wrong with mirrors is explained from its history. */
  readonly head: string | undefined;
}

/**
 * The fingerprint of what `call` would read in the workspace. Undefined where the outcome depends on something
 * that cannot be told from the outside: a baseline that is a folder or an image, a plugin of buf lint, a plugin
 * whose program is not known; and while another run is at work, or one that was killed has left something.
 */
export async function fingerprint(
  call: Call,
  workspace: Workspace,
  gen: BufGenYaml | undefined,
  { hashes, cache }: { readonly hashes: FileHashes; readonly cache: Cache },
): Promise<Fingerprint | undefined> {
  const { root, buf, configuration, configurationSource } = workspace;
  const { env, signal } = call;
  if (buf.plugins !== undefined) return undefined;
  const plugins =
    gen === undefined ? [] : pluginIdentities(gen.template, programFolders(root, env));
  if (plugins === undefined) return undefined;
  const git = openGit(root, env, signal);
  const generated = gen === undefined ? [] : generatedFolders(gen);
  const pending = call.copyOf?.pending ?? NOTHING_PENDING;
  const [code, protos, standing, past] = await Promise.all([
    openCodeFiles(workspace, git, generated),
    protoFiles(root, git, pending),
    git
      .isRepository()
      .then((is) => (is ? Promise.all(generated.map((one) => standingOf(one, git))) : undefined)),
    pastOf(call, workspace, cache),
  ]);
  if (past.named.some(({ kind }) => kind !== "commit")) return undefined;
  if (generated.some((folder) => isAtWork(root, folder))) return undefined;
  const isOwn = (path: string): boolean => generated.some((folder) => isInside(path, folder));
  const moduleFiles = buf.modules.flatMap(({ path }) => filesBelow(root, path));
  const inModules = moduleFiles.filter((path) => !isOwn(path));
  const settings = new Set([
    ...inModules.filter((path) => /(^|\/)buf\.(yaml|lock)$/.test(path)),
    ...["buf.yaml", "buf.work.yaml", "buf.lock", "lockstep.yaml"],
    ...(gen === undefined ? [] : [gen.path]),
    ...(configurationSource === undefined ? [] : [configurationSource.locate([]).path]),
  ]);
  const hashed = new Map<string, string>();
  for (const path of [...protos, ...inModules.filter((one) => one.endsWith(".proto"))]) {
    const id = pending.id(path) ?? hashes.blob(path);
    if (id !== undefined) hashed.set(path, id);
  }
  const setting = hashOf([
    ...tools(root),
    JSON.stringify([call.copyOf?.root ?? root, plugins]),
    JSON.stringify(Object.entries(env).filter(([name]) => name.startsWith("BUF_"))),
    // Which docstrings have to be there depends on what has changed.
    ...(configuration.docstrings.enforce === "changed" ? [JSON.stringify(past.named)] : []),
    ...contents([...settings], hashes),
  ]);
  return {
    protos: hashed,
    setting,
    inputs: hashOf([
      setting,
      JSON.stringify([past.named, past.isShallow]),
      JSON.stringify(standing ?? "no repository"),
      // What a waiver lets through today it may not tomorrow.
      configuration.waivers.length === 0 ? "" : new Date().toDateString(),
      ...contents(
        code.paths.filter((path) => !hashed.has(path)),
        hashes,
      ),
      ...[...hashed].map(([path, hash]) => `${path}\0${hash}`).sort(),
    ]),
    generated: hashOf(
      contents(
        generated.flatMap((folder) => [
          ...filesBelow(root, folder).filter(
            (path) => !isInside(path, `${folder}/${STATE_FOLDER}`),
          ),
          posix.join(folder, STATE_FOLDER, "manifest.json"),
        ]),
        hashes,
      ),
    ),
    head: past.head,
  };
}

/** What git's history is asked for. */
interface Past {
  readonly named: readonly Named[];
  readonly head: string | undefined;
  readonly isShallow: boolean;
}

/** Asks git, or the cache where no ref has moved since. */
async function pastOf(call: Call, workspace: Workspace, cache: Cache): Promise<Past> {
  const { env, signal, against, amends } = call;
  const { root, configuration } = workspace;
  const state = await gitState(root, env, signal);
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
    named: await baselineNames(workspace, call),
    head: await history?.commit("HEAD"),
    isShallow: (await history?.isShallow()) ?? false,
  };
  // A folder or an image comes and goes without git.
  if (past.named.every(({ kind }) => kind === "commit")) {
    await cache.put("past", key, Buffer.from(JSON.stringify(past)));
  }
  return past;
}

/** Whether a run is at work in a generated folder, or one that was killed has left its lock or what it staged. */
function isAtWork(root: string, folder: string): boolean {
  const state = join(root, folder, STATE_FOLDER);
  return existsSync(state) && readdirSync(state).some((name) => name !== "manifest.json");
}

function contents(paths: readonly string[], hashes: FileHashes): string[] {
  return [...paths].sort(compareText).map((path) => `${path}\0${hashes.hash(path) ?? ""}`);
}

/** What does the work: this package, buf, Node.js, and whatever a package manager installed. */
export function tools(root: string): string[] {
  const code = ["dist", ...(existsSync(join(packageFolder, "scripts", "run.ts")) ? SOURCES : [])];
  const files = code.flatMap((folder) => filesBelow(packageFolder, folder));
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

/** The files below a folder of the workspace, without packages and git's own. */
function filesBelow(root: string, folder: string): string[] {
  const found: string[] = [];
  const walk = (path: string): void => {
    for (const entry of readdirSync(path, { withFileTypes: true })) {
      if (entry.name === "node_modules" || entry.name === ".git") continue;
      const inner = join(path, entry.name);
      if (entry.isDirectory()) walk(inner);
      else found.push(workspacePath(root, inner));
    }
  };
  if (statSync(join(root, folder), { throwIfNoEntry: false })?.isDirectory())
    walk(join(root, folder));
  return found;
}

function hashOf(parts: readonly string[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part).update("\0\0");
  return hash.digest("base64url");
}
