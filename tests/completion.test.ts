// Completion, in the shells themselves: each sources its script and is asked what can come next.
import { spawnSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { RULES } from "../checks/table.js";
import { bundledProgram, packageFolder } from "../core/installation.js";
import { once } from "../core/once.js";
import { isKnown } from "../scripts/completion/values.js";
import { commandsIn, program } from "./command-line.js";
import { TestWorkspace } from "./workspace.js";

type Shell = "bash" | "zsh" | "fish";

/** What a line leads to in any shell. */
const CASES: readonly (readonly [line: string, offered: readonly string[]])[] = [
  ["lockstep ch", ["check"]],
  ["lockstep hook ", ["install", "uninstall", "run", "help"]],
  ["lockstep hook install --", ["--cwd", "--fix", "--help"]],
  ["lockstep check --format j", ["json", "junit"]],
  ["lockstep check --cwd x --only docstrings,dr", ["docstrings,drift"]],
  ["lockstep doctor --format ", ["text", "json"]],
  ["lockstep explain MIRROR_WRONG_", ["MIRROR_WRONG_NUMBER", "MIRROR_WRONG_VALUE"]],
  ["lockstep explain NO_SUCH_", []],
  ["lockstep completion ", ["bash", "zsh", "fish"]],
  ["lockstep help ho", ["hook"]],
  ["lockstep check --config lockst", ["lockstep.yaml", "lockstep-old.yaml"]],
  ["lockstep breaking --against rel", ["released"]],
];

describe("what can come next", () => {
  const w = new TestWorkspace(packageFolder);
  const next = async (...words: string[]): Promise<string[]> => {
    const { code, stdout } = await w.run("complete", "--", ...words);
    expect(code).toBe(0);
    return stdout.split("\n").slice(0, -1);
  };
  const values = async (...words: string[]): Promise<string[]> =>
    (await next(...words)).map((line) => line.split("\t")[0] as string);

  it("is every command that --help lists, with what it does", async () => {
    const { stdout: help } = await w.run("--help");
    const offered = await next("");
    expect(offered.length).toBeGreaterThan(8);
    for (const line of offered) {
      const [name, about = ""] = line.split("\t");
      expect(help).toMatch(new RegExp(`^  ${name} `, "m"));
      expect(help.replace(/\s+/g, " ")).toContain(about);
    }
    expect(await values("")).not.toContain("complete");
  });

  it("is every rule", async () => {
    expect(await values("explain", "")).toEqual(RULES.map(({ id }) => id));
  });

  it("is a flag where a command takes nothing else, and a value behind a flag that takes one", async () => {
    expect(await values("check", "")).toContain("--only");
    expect(await values("check", "--diff", "--form")).toEqual(["--format"]);
    expect(await values("check", "--format=js")).toEqual(["--format=json"]);
    expect(await values("check", "--only", "lint,")).not.toContain("lint,lint");
    expect(await values("doctor", "--port", "")).toEqual([]);
  });

  it("is a file, behind what stands before its name", async () => {
    expect(await next("check", "--config", "x")).toEqual([":"]);
    expect(await next("check", "--config=x")).toEqual([":--config="]);
    expect(await next("check", "--format", "sarif:r")).toEqual([":sarif:"]);
    expect(await next("check", "--format=sarif:r")).toEqual([":--format=sarif:"]);
  });

  // Where this fails, say in scripts/completion/values.ts what completes the new kind of value.
  it("is known for every value that an option or an argument takes", () => {
    for (const command of commandsIn(program())) {
      const taken = [
        ...command.options.filter(({ required, optional }) => required || optional),
        ...command.registeredArguments,
      ];
      for (const one of taken) expect([command.name(), one, isKnown(one)]).toContain(true);
    }
  });
});

describe.each<Shell>(["bash", "zsh", "fish"])("in %s", (shell) => {
  const isHere = spawnSync(shell, ["--version"]).status === 0;
  const all = once(() =>
    completed(
      shell,
      CASES.map(([line]) => line),
    ),
  );

  it.skipIf(!isHere).each(CASES)("%s", async (line, offered) => {
    const found = (await all())[CASES.findIndex(([one]) => one === line)];
    expect(found).toEqual([...offered].sort());
  });

  it.skipIf(!isHere)("takes what stands behind the colon of a report for a file", async () => {
    const [found] = await completed(shell, ["lockstep check --format sarif:lockstep-"]);
    // For readline and zsh the file is a word of its own.
    expect(found).toEqual([shell === "fish" ? "sarif:lockstep-old.yaml" : "lockstep-old.yaml"]);
  });
});

/** What that shell offers for the last word of each line, sorted, in a folder with a few files. */
async function completed(shell: Shell, lines: readonly string[]): Promise<string[][]> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  await mkdir(join(folder, "bin"));
  const program = join(folder, "bin/lockstep");
  const call = `exec '${process.execPath}' '${bundledProgram("lockstep")}' "$@"`;
  await writeFile(program, `#!/bin/sh\n${call}\n`, { mode: 0o755 });
  for (const name of ["lockstep.yaml", "lockstep-old.yaml", "other.yaml"])
    await writeFile(join(folder, name), "");
  await mkdir(join(folder, "released"));
  const { stdout, stderr, status } = spawnSync(
    shell,
    [...FLAGS[shell], ASK[shell], ...(shell === "fish" ? [] : ["ask"]), ...lines],
    {
      cwd: folder,
      encoding: "utf8",
      timeout: 90_000,
      env: {
        ...process.env,
        HOME: folder,
        TERM: "xterm",
        PATH: `${join(folder, "bin")}${delimiter}${process.env.PATH}`,
      },
    },
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
  return stdout
    .split("== end\n")
    .slice(0, -1)
    .map((text) => {
      const found = text.split("\n").map((one) => one.replace(/\t.*|\/$/, ""));
      return [...new Set(found)].filter((one) => one !== "").sort();
    });
}

const FLAGS = { bash: ["--norc", "-c"], zsh: ["-f", "-c"], fish: ["--no-config", "-c"] };

/** Prints what each of the arguments is completed with, a word a line, and "== end". */
const ASK: Readonly<Record<Shell, string>> = {
  bash: `source <(lockstep completion bash)
    complete -p lockstep | grep -q -- '-F _lockstep' || exit 1
    COMP_WORDBREAKS=$' \\t\\n"\\'><=;|&(:'
    for COMP_LINE; do
      COMP_POINT=\${#COMP_LINE}
      _lockstep 2>/dev/null
      printf '%s\\n' "\${COMPREPLY[@]}" '== end'
    done`,
  // An interactive zsh in a terminal of its own; each match that it is given is written down, too.
  zsh: `zmodload zsh/zpty
    cat >.setup <<'SETUP'
PS1=; autoload -Uz compinit; compinit -u -d ./.dump
source <(lockstep completion zsh)
compadd() {
  local -a found
  builtin compadd -O found "$@"
  print -rl -- $found >>.matches
  builtin compadd "$@"
}
finish() { print >.finished; BUFFER= }
zle -N finish; bindkey '^I' complete-word; bindkey '^X' finish; LISTMAX=9999
print >.finished
SETUP
    zpty -b shell zsh -f -i
    zpty -w shell 'source ./.setup'
    for line; do
      until [[ -e .finished ]]; do sleep 0.02; done; rm .finished; touch .matches
      zpty -w -n shell "$line"$'\\t\\x18'
      until [[ -e .finished ]]; do sleep 0.02; done
      cat .matches; print -r -- '== end'; rm .matches
    done
    zpty -d shell`,
  fish: `lockstep completion fish | source
    for line in $argv
      complete -C "$line"
      echo '== end'
    end`,
};
