// lockstep init: sets up Lockstep in a repository that has protos already. Looks, plans, asks, writes.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { count } from "../core/count.js";
import { unifiedDiff } from "../core/report/diff.js";
import { trouble } from "../core/trouble.js";
import { installHook } from "./hook/install.js";
import { planIgnore } from "./init/ignore.js";
import { withCompiled } from "./init/judge.js";
import { planModules } from "./init/modules.js";
import { planPackages } from "./init/package-manager.js";
import { type Change, planText, writtenIn } from "./init/plan.js";
import { findRepository, type Repository } from "./init/repository.js";
import { planSettings } from "./init/settings.js";
import { planTask } from "./init/task.js";
import { planTemplate } from "./init/template.js";
import { planWorkflow } from "./init/workflow.js";
import { writeAll } from "./init/write.js";

export interface InitCall {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly write: (text: string) => unknown;
  /** Asks on the terminal, and returns what was answered; undefined where there is none. */
  readonly ask: ((question: string) => Promise<string | undefined>) | undefined;
}

export interface InitFlags {
  readonly yes?: boolean;
  readonly dryRun?: boolean;
  readonly ci?: boolean;
  readonly hook?: boolean;
}

/**
 * Plans what the repository lacks, prints it and writes it once that is agreed to. Throws trouble, with nothing
 * written, where there are no protos, where they do not compile, where a file cannot be written, and where there
 * is nobody to ask.
 */
export async function init(call: InitCall, flags: InitFlags): Promise<void> {
  const { cwd, env, signal, write } = call;
  const repository = await findRepository(cwd, env, signal);
  const { root, top } = repository;
  const changes = await planOf(repository, call, flags);
  write(planText(changes));
  const writes = writtenIn(changes);
  const addHook = async (): Promise<void> => {
    if (flags.hook === true) write(await installHook(root, env, false));
  };
  if (writes.length === 0) {
    write("\nNothing to write: Lockstep is set up here.\n");
    if (flags.dryRun !== true) await addHook();
    return;
  }
  const files = count(writes.length, "file");
  if (flags.dryRun === true) {
    write("\n");
    for (const { path, before, after } of writes)
      write(
        unifiedDiff(
          before === undefined ? "/dev/null" : `a/${path}`,
          `b/${path}`,
          before ?? "",
          after,
        ),
      );
    return;
  }
  if (flags.yes !== true && !(await isAgreed(call, `Write ${files}?`))) {
    write("Nothing was written.\n");
    return;
  }
  await writeAll(root, top, writes);
  await addHook();
  const first = changes.flatMap((one) =>
    one.kind === "propose" && one.isNeeded ? [one.path] : [],
  );
  write(`\n${files} written. Next: ${[...first, "npx lockstep generate"].join(" && ")}\n`);
}

const HOOK: Change = {
  kind: "run",
  path: "lockstep hook install",
  why: "git judges what is staged before each commit",
};

async function planOf(
  repository: Repository,
  { env, signal }: InitCall,
  { ci, hook }: InitFlags,
): Promise<Change[]> {
  const modules = planModules(repository);
  if (hook === true && !repository.isGit) {
    const message = `--hook needs a git repository, and ${repository.root} is in none.`;
    throw trouble("BAD_FLAG", { message });
  }
  return withCompiled(repository, modules, env, signal, async (compiled) => {
    const { buf, configuration } = compiled.workspace;
    const template = await planTemplate(repository, buf.modules, configuration.template);
    const packages = planPackages(repository);
    // What is found after the first day is for people to mend, and not to be let through.
    const isSetUp = template.isKnown || existsSync(join(repository.root, "lockstep.yaml"));
    const findings = isSetUp ? [] : await compiled.findings(template.generated);
    return [
      ...modules.changes,
      ...template.changes,
      ...planSettings({
        repository,
        template,
        configured: configuration.template,
        findings,
      }),
      ...(await planIgnore(repository, template)),
      planTask(repository),
      ...packages,
      ...(ci === true ? [planWorkflow(repository)] : []),
      ...(hook === true ? [HOOK] : []),
      ...repository.linkedOut.map((path): Change => {
        return { kind: "propose", path, why: "this link leads out of the repository: not taken" };
      }),
    ];
  });
}

/** Asks the one question; no answer is no. Throws trouble where there is no terminal. */
async function isAgreed({ ask }: InitCall, question: string): Promise<boolean> {
  if (ask === undefined) throw trouble("NOT_CONFIRMED", {});
  const answer = await ask(`\n${question} [Y/n] `);
  return answer !== undefined && /^(y|yes|)$/i.test(answer.trim());
}
