// The command line of `lockstep cache`.
import type { Command } from "commander";
import { clearCache } from "../../core/cache.js";
import { openWorkspace } from "../../core/workspace.js";
import { examples, type Flags, folderOf, type Surroundings } from "./command.js";

/** Adds the command to the program. */
export function cacheCommand(program: Command, surroundings: Surroundings): void {
  const cache = program
    .command("cache")
    .description("The results of earlier runs, which the next run starts from.")
    .showHelpAfterError('See "lockstep cache --help".')
    .addHelpText("after", examples(["lockstep cache clear"]));
  cache
    .command("clear")
    .description("Remove them: the next run does everything anew.")
    .option("--cwd <folder>", "work in that folder's workspace")
    .allowExcessArguments(false)
    .showHelpAfterError('See "lockstep cache clear --help".')
    .addHelpText("after", examples(["lockstep cache clear"]))
    .action(async (flags: Pick<Flags, "cwd">) => {
      const { root } = await openWorkspace(folderOf(surroundings, flags), undefined);
      surroundings.stdout.write(`Removed ${await clearCache(root)}\n`);
    });
}
