// The command line of `lockstep completion`, and of `lockstep complete`, which its scripts call.
import { Argument, type Command } from "commander";
import { examples, type Surroundings } from "./command.js";

/** Adds both commands to the program. */
export function completionCommands(program: Command, { stdout }: Surroundings): void {
  program
    .command("completion")
    .addArgument(new Argument("<shell>", "the shell").choices(["bash", "zsh", "fish"]))
    .description("Print a script that completes lockstep's commands in a shell.")
    .allowExcessArguments(false)
    .showHelpAfterError('See "lockstep completion --help".')
    .addHelpText(
      "after",
      `\nIt completes whatever "lockstep" is in that shell: a program on the PATH, or a function, such as\n  lockstep() { npx --no-install lockstep "$@"; }\n${examples(
        [
          "source <(lockstep completion bash)        # in ~/.bashrc",
          "source <(lockstep completion zsh)         # in ~/.zshrc, behind compinit",
          "lockstep completion fish | source         # in ~/.config/fish/config.fish",
        ],
      )}`,
    )
    .action(async (shell: "bash" | "zsh" | "fish") => {
      const { SCRIPTS } = await import("../completion/shells.js");
      stdout.write(SCRIPTS[shell]);
    });
  program
    .command("complete", { hidden: true })
    .argument("[words...]")
    .action(async (words: string[]) => {
      const { complete } = await import("../completion/complete.js");
      const { FILES_MARK } = await import("../completion/shells.js");
      const completion = await complete(program, words);
      if ("filesBehind" in completion) stdout.write(`${FILES_MARK}${completion.filesBehind}\n`);
      else for (const one of completion.candidates) stdout.write(`${one.value}\t${one.about}\n`);
    });
}
