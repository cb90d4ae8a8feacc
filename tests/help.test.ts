// The help of every command: its examples are commands that the command line takes.
import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { packageFolder } from "../core/installation.js";
import { commandsIn, pathOf, program } from "./command-line.js";
import { TestWorkspace } from "./workspace.js";

const w = new TestWorkspace(packageFolder);
const commands = commandsIn(program()).map((command) => pathOf(command));

describe("--help", () => {
  it.each(commands.map((path) => [["lockstep", ...path].join(" "), path] as const))(
    "of %s has examples that work",
    async (_, path) => {
      const { code, stdout, stderr } = await w.run(...path, "--help");
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      const lines = [...stdout.matchAll(/^ {2}\$ (.+)$/gm)].map(([, line]) => line as string);
      expect(lines).not.toEqual([]);
      for (const line of lines) {
        const calls = callsIn(line);
        expect(calls).toHaveLength(1);
        expect((await parsedBy(calls[0] as string[])).slice(0, path.length)).toEqual(path);
      }
    },
  );

  it("of the program says what the exit codes mean, and where the documentation is", async () => {
    const { stdout } = await w.run("--help");
    for (const text of ["\n  0  ", "\n  1  ", "\n  2  ", "docs/checks.md"])
      expect(stdout).toContain(text);
  });

  it.each(commands.map((path) => [path.join(" "), path] as const))(
    "is what lockstep help %s prints",
    async (_, path) => {
      const { code, stdout } = await w.run("help", ...path);
      expect(code).toBe(0);
      expect(stdout).toBe((await w.run(...path, "--help")).stdout);
    },
  );

  it("is not there for a command that there is not", async () => {
    const { code, stdout, stderr } = await w.run("help", "chek");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain('Did you mean "check"?');
    expect((await w.run("help", "hook", "instal")).stderr).toContain('Did you mean "install"?');
  });
});

/** How a shell calls lockstep in that line: the words of each call, without the program's name. */
function callsIn(line: string): string[][] {
  // `jq` and `source` are nobody's business here; only their standard input is taken.
  const script = `lockstep() { printf 'call\\0' >&3; printf '%s\\0' "$@" >&3; }
    jq() { cat >/dev/null; }; source() { cat "\${1:-/dev/stdin}" >/dev/null; }
    { ${line}
    } 3>&1`;
  const out = execFileSync("bash", ["-c", script], { encoding: "utf8" });
  return out
    .split("call\0")
    .slice(1)
    .map((words) => words.split("\0").slice(0, -1));
}

/** The words of the command that takes those words, and nothing carried out. Throws where none does. */
async function parsedBy(words: readonly string[]): Promise<string[]> {
  const top = program();
  let taken: string[] | undefined;
  for (const command of commandsIn(top)) {
    if (command.commands.length > 0) continue;
    command.action(() => {
      taken = pathOf(command);
    });
  }
  await top.parseAsync(words, { from: "user" });
  if (taken === undefined) throw new Error(`no command took ${words.join(" ")}`);
  return taken;
}
