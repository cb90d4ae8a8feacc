// The command line of `lockstep hook`.
import type { Command } from "commander";
import { silent } from "../../core/report/progress.js";
import {
  cacheFlag,
  callOf,
  command,
  type End,
  examples,
  type Flags,
  folderOf,
  type Surroundings,
} from "./command.js";
import { report } from "./report.js";

/** Adds the command to the program. */
export function hookCommands(program: Command, surroundings: Surroundings, end: End): void {
  const { stdout, stderr, env } = surroundings;
  const hook = program
    .command("hook")
    .description("The pre-commit hook: judges what is staged before it is committed.")
    .showHelpAfterError('See "lockstep hook --help".')
    .addHelpText(
      "after",
      examples(["lockstep hook install", "lockstep hook install --fix", "lockstep hook uninstall"]),
    );
  hookCommand(hook, "install")
    .description("Add the hook to git's hooks, or to those of husky, lefthook or pre-commit.")
    .option("--fix", "have the hook put right what can be, and stage it")
    .addHelpText("after", examples(["lockstep hook install", "lockstep hook install --fix"]))
    .action(async (flags: Pick<Flags, "cwd"> & { fix?: boolean }) => {
      const { installHook } = await import("../hook/install.js");
      stdout.write(await installHook(folderOf(surroundings, flags), env, flags.fix === true));
    });
  hookCommand(hook, "uninstall")
    .description("Take the hook out again, and leave the rest as it was.")
    .addHelpText("after", examples(["lockstep hook uninstall"]))
    .action(async (flags: Pick<Flags, "cwd">) => {
      const { uninstallHook } = await import("../hook/install.js");
      stdout.write(await uninstallHook(folderOf(surroundings, flags), env));
    });
  command(hook, "run", "hook run")
    .description("Judge what is staged, as the hook does before each commit.")
    .option("--fix", "put right what can be, and stage it")
    .addOption(cacheFlag())
    .addHelpText("after", examples(["lockstep hook run", "lockstep hook run --fix"]))
    .action(async (flags: Flags & { fix?: boolean }) => {
      const { hookRun } = await import("../hook/hook-run.js");
      const { hookWords } = await import("../hook/hook-words.js");
      const call = { ...callOf(surroundings, flags), watcher: silent };
      const outcome = await hookRun(call, { fix: flags.fix === true });
      // A commit that is in order has nothing to tell.
      const isClean = flags.format.stdout === "text" && outcome.findings.length === 0;
      const format = isClean ? { ...flags.format, stdout: undefined } : flags.format;
      const code = await report(outcome, { ...flags, format }, surroundings);
      stderr.write(hookWords(outcome, code));
      end(code === 0 && outcome.unfixed.length > 0 ? 1 : code);
    });
}

/** A command of `hook` that reports nothing, so that it takes no format. */
function hookCommand(hook: Command, name: string): Command {
  return hook
    .command(name)
    .option("--cwd <folder>", "work in that folder's workspace")
    .allowExcessArguments(false)
    .showHelpAfterError(`See "lockstep hook ${name} --help".`);
}
