// Opens the workspace that a command was called in, with all that a run works with.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { CHECKS, RULES } from "../checks/table.js";
import { type Baseline, resolveBaselines } from "../core/baseline.js";
import { type Buf, openBuf, programFolders } from "../core/buf.js";
import { cacheOf } from "../core/cache.js";
import { FileHashes } from "../core/file-hashes.js";
import { openGit } from "../core/git.js";
import { suggestion } from "../core/nearest.js";
import { lazy, once } from "../core/once.js";
import { ownPluginsOf } from "../core/own-plugins.js";
import { NOTHING_PENDING } from "../core/pending-files.js";
import { folderExists } from "../core/plan.js";
import { protoFiles } from "../core/proto-files.js";
import type { Decoded } from "../core/schema.js";
import { Sources } from "../core/sources.js";
import { Steps } from "../core/steps.js";
import { trouble } from "../core/trouble.js";
import { validateWaivers } from "../core/waivers.js";
import {
  generatedFolders,
  openWorkspace,
  readBufGenYaml,
  type Workspace,
} from "../core/workspace.js";
import type { Call, Judging, Run } from "./pipeline.js";

/** Opens the workspace that the command was called in. Throws trouble where its configuration is wrong. */
export async function openRun(call: Call): Promise<Run> {
  const workspace = await openWorkspace(call.cwd, call.config);
  const { template } = workspace.configuration;
  const gen = await readBufGenYaml(workspace.root, workspace.buf.modules, template);
  const generated = generatedFolders(gen);
  const judging = await openJudging(call, workspace, generated);
  for (const folder of generated) await folderExists(workspace.root, folder);
  const hashes = once(
    async () => call.hashes ?? (await FileHashes.open(workspace.root, judging.cache)),
  );
  const ownPlugins = lazy(() => ownPluginsOf(gen, programFolders(workspace.root, call.env)));
  return { ...judging, gen, hashes, ownPlugins };
}

/** Opens the workspace for a command that generates nothing. */
export async function openToJudge(call: Call): Promise<Judging> {
  return openJudging(call, await openWorkspace(call.cwd, call.config), []);
}

async function openJudging(
  call: Call,
  workspace: Workspace,
  generated: readonly string[],
): Promise<Judging> {
  const buf = call.buf ?? openBuf(workspace.root, call.env, call.signal);
  await validateSeverities(workspace, buf);
  await validateWaivedRules(workspace, buf);
  const decoded: Decoded = new Map();
  const cache = cacheOf(call, workspace.root);
  let baselines: Promise<readonly Baseline[]> | undefined;
  // A copy of the workspace is another repository.
  const known = call.git?.root === workspace.root ? call.git : undefined;
  const git = known ?? openGit(workspace.root, call.env, call.signal);
  const pending = call.copyOf?.pending ?? NOTHING_PENDING;
  const isThere = (path: string): boolean =>
    call.inputs?.protos.has(path) ??
    (pending.id(path) !== undefined || existsSync(join(workspace.root, path)));
  return {
    workspace,
    buf,
    cache,
    generated,
    git,
    protoFiles: once(() => protoFiles(workspace.root, git, isThere)),
    pending,
    sources: new Sources(workspace.root, new Map(), pending),
    steps: new Steps(call.watcher),
    signal: call.signal,
    env: call.env,
    decoded,
    inputs: call.inputs,
    baselines(schema) {
      // Folders and images that it names are no part of the copy.
      const { root, env } = call.copyOf ?? { root: workspace.root, env: call.env };
      const present = schema && { root: workspace.root, schema };
      const commits = call.inputs?.past.named;
      baselines ??= resolveBaselines(
        { ...workspace, root },
        { ...call, env, decoded, cache, git, commits, present },
      );
      return baselines;
    },
  };
}

/** A rule that is switched off under a wrong name would stay on, and the other way round. */
async function validateSeverities(
  { configuration, configurationSource }: Workspace,
  buf: Buf,
): Promise<void> {
  const own = RULES.map((rule) => rule.id);
  const unknown = Object.keys(configuration.severity).filter((id) => !own.includes(id));
  if (unknown.length === 0) return;
  const known = [...own, ...(await buf.lintRules()), ...(await buf.breakingRules())];
  for (const id of unknown) {
    if (known.includes(id)) continue;
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `The severity of an unknown rule "${id}" is set.`,
        help: suggestion(id, known),
      },
      configurationSource === undefined
        ? {}
        : { where: configurationSource.locateKey(["severity"], id) },
    );
  }
}

/** A waiver of a rule that there is not would let nothing through. */
async function validateWaivedRules(
  { configuration: { waivers }, configurationSource }: Workspace,
  buf: Buf,
): Promise<void> {
  if (waivers.length === 0) return;
  const wire = CHECKS.filter((check) => check.name === "wire").flatMap((check) => check.rules);
  const own = wire.map((rule) => rule.id);
  validateWaivers(waivers, [...own, ...(await buf.breakingRules())], configurationSource);
}
