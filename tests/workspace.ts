// Temporary workspaces: a real folder, a real git repository, the real command.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync, writeFileSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { onTestFinished } from "vitest";
import { RULES } from "../checks/table.js";
import { bundledProgram, packageFolder } from "../core/installation.js";
import { run } from "../scripts/run.js";

const exec = promisify(execFile);

export const BUF_YAML = `version: v2
modules:
  - path: proto
lint:
  use: [STANDARD]
`;

export const BUF_GEN_YAML = `version: v2
plugins:
  - local: protoc-gen-es
    out: generated
    strategy: all
    opt: [target=js+dts, import_extension=js]
  - local: protoc-gen-lockstep
    out: generated
    strategy: all
    opt: [target=js+dts, import_extension=js]
`;

/** A small schema that every check passes. */
export const STATUS_PROTO = `syntax = "proto3";

// What the tests compile.
package a.v1;

// Where an endpoint is in its life.
enum Status {
  // Never reported.
  STATUS_UNSPECIFIED = 0;
  // Answers requests.
  STATUS_HEALTHY = 1;
}

// Something that answers requests.
message Endpoint {
  // Unique in the workspace.
  string name = 1;
  // Set by the engine alone.
  Status status = 2;
}
`;

/** Files of a workspace that asks little of its protos, for tests of what becomes of odd ones. */
export const LENIENT: Readonly<Record<string, string>> = {
  "buf.yaml": BUF_YAML.replace("STANDARD", "SYNTAX_SPECIFIED"),
  "lockstep.yaml": `severity:\n${RULES.filter(({ id }) => /^(LAYOUT|DOCSTRING)_/.test(id))
    .map(({ id }) => `  ${id}: off\n`)
    .join("")}`,
};

/** Settings for tests of something else than docstrings. */
export const UNDOCUMENTED = "docstrings:\n  kinds: []\n";

const DEFAULTS: Readonly<Record<string, string>> = {
  "buf.yaml": BUF_YAML,
  "buf.gen.yaml": BUF_GEN_YAML,
  ".gitignore": "node_modules\ngenerated/\n",
  "lockstep.yaml": UNDOCUMENTED,
};

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that runs in a process of its own. */
export interface Started {
  readonly process: ChildProcess;
  /** What it has written to standard error so far. */
  stderr(): string;
  /** Settles when it has ended; the code is -1 where a signal ended it. */
  readonly ended: Promise<Ended>;
}

export interface Json {
  readonly version: number;
  readonly ok: boolean;
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly path: string;
    readonly line: number;
    readonly column: number;
    readonly message: string;
    readonly help: string;
    readonly symbol: string | null;
    readonly fixable: boolean;
    readonly previous: object | null;
    readonly evidence: readonly {
      readonly sender: string;
      readonly format: string;
      readonly fate: string;
      readonly sent: string;
      readonly readers: readonly { readonly saw: string }[];
    }[];
    readonly waived: { readonly reason: string; readonly expires: string } | null;
    readonly baseline?: string;
  }[];
  readonly steps: readonly {
    readonly name: string;
    readonly ms: number;
    readonly summary: string;
  }[];
  readonly summary: { readonly errors: number; readonly warnings: number };
  readonly coverage?: readonly object[];
}

export class TestWorkspace {
  constructor(readonly root: string) {}

  path(...parts: string[]): string {
    return join(this.root, ...parts);
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    // At once, as an editor does: a watch is not to see half of it.
    writeFileSync(this.path(path), content);
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), "utf8");
  }

  async edit(path: string, from: string, to: string): Promise<void> {
    const before = await this.read(path);
    if (!before.includes(from)) throw new Error(`${path} does not contain ${from}`);
    await this.write(path, before.replace(from, to));
  }

  remove(path: string): Promise<void> {
    return rm(this.path(path), { recursive: true });
  }

  /** Runs the command line in this process, in this workspace. */
  async run(...argv: string[]): Promise<Ended> {
    const out = { stdout: "", stderr: "" };
    const code = await run({
      argv,
      cwd: this.root,
      env: process.env,
      stdout: { write: (text) => (out.stdout += text) },
      stderr: { write: (text) => (out.stderr += text) },
    });
    return { code, ...out };
  }

  /** Runs the command line with `--format json` and returns its report. */
  async json(...argv: string[]): Promise<Json & { code: number; stderr: string }> {
    const { code, stdout, stderr } = await this.run(...argv, "--format", "json");
    const report = JSON.parse(stdout) as Json;
    // What `lockstep rules` says of fixes holds for every finding that any test sees.
    for (const { rule, fixable } of report.findings) {
      const own = RULES.find(({ id }) => id === rule);
      if (fixable && own !== undefined && own.fixedBy === undefined)
        throw new Error(`a finding of ${rule} has a fix, and the rule has no fixedBy`);
    }
    return { ...report, code, stderr };
  }

  /** Runs the command line once for two reports: that for people, and as `json` that for tools. */
  async both(...argv: string[]): Promise<Ended & { json: Json }> {
    const file = "../report.json";
    await rm(this.path(file), { force: true });
    const ended = await this.run(...argv, "--format", "text", "--format", `json:${file}`);
    return { ...ended, json: JSON.parse(await this.read(file)) as Json };
  }

  /** Starts the built command line in a process of its own. */
  start(
    argv: readonly string[],
    options: {
      env?: NodeJS.ProcessEnv;
      uid?: number | undefined;
      gid?: number | undefined;
      detached?: boolean;
    } = {},
  ): Started {
    const child = spawn(process.execPath, [bundledProgram("lockstep"), ...argv], {
      cwd: this.root,
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    const out = { stdout: "", stderr: "" };
    child.stdout.on("data", (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on("data", (chunk: Buffer) => (out.stderr += chunk.toString()));
    const ended = new Promise<Ended>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (code) => resolve({ code: code ?? -1, ...out }));
    });
    return { process: child, stderr: () => out.stderr, ended };
  }

  /** Waits for a file that another process makes. */
  async appeared(path: string): Promise<void> {
    await until(() => existsSync(this.path(path)));
  }

  async git(...args: string[]): Promise<string> {
    const identity = ["-c", "user.name=Test", "-c", "user.email=test@example.com"];
    // No process more for each commit, which would look whether there is something to tidy up.
    const settings = [...identity, "-c", "maintenance.auto=false"];
    const { stdout } = await exec("git", [...settings, ...args], { cwd: this.root });
    return stdout;
  }

  /** Runs a line of Node in the workspace, as a module, and returns what it prints. */
  async node(code: string): Promise<string> {
    const { stdout } = await exec(process.execPath, ["--input-type=module", "-e", code], {
      cwd: this.root,
    });
    return stdout.trim();
  }

  /** Every file below the folder with its content, and when it was written. */
  async files(
    folder: string,
  ): Promise<Map<string, { content: string; mtimeMs: number; ino: number }>> {
    const entries = await readdir(this.path(folder), {
      recursive: true,
      withFileTypes: true,
    }).catch(() => []);
    const found = new Map<string, { content: string; mtimeMs: number; ino: number }>();
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = join(entry.parentPath, entry.name);
      const { mtimeMs, ino } = await stat(path);
      found.set(path.slice(this.root.length + 1), {
        content: await readFile(path, "utf8"),
        mtimeMs,
        ino,
      });
    }
    return found;
  }
}

type Files = Awaited<ReturnType<TestWorkspace["files"]>>;

/** The paths of files that were written between two looks, sorted. A new file may get the inode of an old one. */
export function writtenBetween(before: Files, after: Files): string[] {
  return [...after]
    .filter(([path, { ino, mtimeMs }]) => {
      const old = before.get(path);
      return old?.ino !== ino || old.mtimeMs !== mtimeMs;
    })
    .map(([path]) => path)
    .sort();
}

/** Waits until the condition holds; the test's own timeout ends it where it never does. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}

/**
 * A workspace in a temporary folder whose name has a space and a letter beyond ASCII, with a git
 * repository, this package's own packages, and those files beside the defaults; `undefined` leaves a
 * default out. It is removed when the test has finished.
 */
export async function workspace(
  files: Readonly<Record<string, string | undefined>> = { "proto/a/v1/a.proto": STATUS_PROTO },
  options: {
    readonly git?: boolean;
    /** Where the packages are: in the folder above, the workspace has a cache of its own. */
    readonly packages?: "above";
  } = {},
): Promise<TestWorkspace> {
  const parent = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(parent, { recursive: true, force: true }));
  const made = new TestWorkspace(join(parent, "wörk space"));
  for (const [path, content] of Object.entries({ ...DEFAULTS, ...files })) {
    if (content !== undefined) await made.write(path, content);
  }
  const packages = options.packages === "above" ? parent : made.root;
  await mkdir(made.root, { recursive: true });
  await symlink(join(packageFolder, "node_modules"), join(packages, "node_modules"));
  if (options.git !== false) {
    // Without the samples of hooks, which take longer to write than all the rest.
    await made.git("init", "--quiet", "--initial-branch=main", "--template=");
  }
  return made;
}
