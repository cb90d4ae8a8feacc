// Compiles and judges the protos as the planned files would have it. Nothing is written to the repository.
import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type Check, type Judged, verdictOf } from "../../checks/check.js";
import { docstrings } from "../../checks/docstrings/docstrings.js";
import { layout } from "../../checks/layout/layout.js";
import { lint } from "../../checks/lint.js";
import { modules } from "../../checks/modules.js";
import { openBuf } from "../../core/buf.js";
import { NO_CACHE } from "../../core/cache.js";
import type { Finding } from "../../core/finding.js";
import { once } from "../../core/once.js";
import { protoFiles } from "../../core/proto-files.js";
import { compile } from "../../core/schema.js";
import { Sources } from "../../core/sources.js";
import { trouble } from "../../core/trouble.js";
import { isInside, openWorkspace, type Workspace } from "../../core/workspace.js";
import type { ModulesPlan } from "./modules.js";
import { writtenIn } from "./plan.js";
import type { Repository } from "./repository.js";

/** How many of buf's complaints are shown. */
const SHOWN = 5;

/** What compiled, and how to judge it. */
export interface Compiled {
  readonly workspace: Workspace;
  /** What the checks of the protos find, whatever lockstep.yaml says of how much it weighs. */
  findings(generated: readonly string[]): Promise<Finding[]>;
}

/**
 * Compiles the workspace that would be, and gives it to `work`. Throws trouble with buf's words where it does
 * not compile.
 */
export async function withCompiled<T>(
  repository: Repository,
  plan: ModulesPlan,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
  work: (compiled: Compiled) => Promise<T>,
): Promise<T> {
  if (writtenIn(plan.changes).length === 0)
    return work(await compiled(repository.root, repository, plan, env, signal));
  const folder = await mkdtemp(join(tmpdir(), "lockstep-init-"));
  try {
    await layOut(folder, repository, plan);
    return await work(await compiled(folder, repository, plan, env, signal));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The planned files and what they are about: copies, or for modules that are there links to them. */
async function layOut(
  folder: string,
  { root, own, vendored, modulesV1 }: Repository,
  { changes }: ModulesPlan,
): Promise<void> {
  for (const { path, after } of writtenIn(changes)) await writeFile(join(folder, path), after);
  const settings = "lockstep.yaml";
  if (existsSync(join(root, settings)))
    await copyFile(join(root, settings), join(folder, settings));
  const link = modulesV1.filter(
    (one) => !modulesV1.some((other) => other !== one && isInside(one, other)),
  );
  for (const path of link) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await symlink(join(root, path), join(folder, path));
  }
  if (link.length > 0) return;
  for (const { path } of [...own, ...vendored]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await copyFile(join(root, path), join(folder, path));
  }
}

async function compiled(
  folder: string,
  repository: Repository,
  plan: ModulesPlan,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal | undefined,
): Promise<Compiled> {
  const workspace = await openWorkspace(folder, undefined);
  const buf = openBuf(folder, env, signal);
  const result = await compile(workspace, buf);
  if ("annotations" in result) {
    const said = result.annotations.map(
      ({ path, start_line: line = 1, start_column: column = 1, message }) =>
        `${path ?? "buf.yaml"}:${line}:${column}: ${message}`,
    );
    const more = said.length > SHOWN ? [`and ${said.length - SHOWN} more`] : [];
    throw trouble("DOES_NOT_COMPILE", {
      modules: workspace.buf.modules.map(({ path }) => path),
      said: [...said.slice(0, SHOWN), ...more].join("\n  "),
      help: plan.ifNotCompiling,
    });
  }
  const { schema } = result;
  return {
    workspace,
    async findings(generated) {
      const judged: Judged = {
        workspace,
        sources: new Sources(folder),
        buf,
        cache: NO_CACHE,
        git: repository.git,
        // Which protos are outside the modules is a question about the repository itself.
        protoFiles: once(() => protoFiles(repository.root, repository.git)),
        baselines: async () => [],
        env,
        signal,
        generated,
      };
      const checks: readonly Check[] = [lint, docstrings, layout, modules];
      const verdicts = await Promise.all(
        checks.map((check) => verdictOf(check, judged, async () => schema)),
      );
      return verdicts.flatMap(({ findings }) => findings);
    },
  };
}
