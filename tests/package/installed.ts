// The package as its users have it: packed from a clean copy of the sources, installed in an empty folder.
import { execFile } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { packageFolder } from "../../core/installation.js";

/** Where everything is, in a temporary folder. */
const home = await mkdtemp(join(tmpdir(), "lockstep-package-"));
const app = join(home, "app");

/** What is published. */
export let tarball: string;
/** The installed package. */
export const installed = join(app, "node_modules", "lockstep");

/** The versions of Node that the package runs on, and one that it does not run on. */
export const NODES = ["20", "22", "24"] as const;
export const OLD_NODE = "16";

export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Packs the package and installs it, once, and the versions of Node. */
export async function setUp(): Promise<void> {
  const nodes = run(home, ["npm", "install", "--prefix", join(home, "nodes"), ...nodePackages()]);
  tarball = await pack();
  await mkdir(app);
  await Promise.all([nodes, run(app, ["npm", "install", tarball])].map(succeeded));
}

export async function tearDown(): Promise<void> {
  await rm(home, { recursive: true, force: true });
}

/** Packs a copy of what git has: without dist/, and without what lies about in this checkout. */
async function pack(): Promise<string> {
  const source = join(home, "source");
  const list = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const { stdout } = await succeeded(run(packageFolder, list));
  for (const path of new Set(stdout.split("\0").filter((name) => name !== "")))
    await cp(join(packageFolder, path), join(source, path));
  await symlink(join(packageFolder, "node_modules"), join(source, "node_modules"));
  const just = join(packageFolder, "node_modules/rust-just/lib/index.mjs");
  await succeeded(run(source, [process.execPath, just, "package"]));
  const [name = ""] = (await readdir(source)).filter((file) => file.endsWith(".tgz"));
  return join(source, name);
}

/** Each Node comes as a package that has its program. */
function nodePackages(): string[] {
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  return [...NODES, OLD_NODE].map((version) => `node-${version}@npm:${name}@${version}`);
}

/** The environment in which that version of Node is the one on the PATH. */
export function environment(version: string): NodeJS.ProcessEnv {
  const program = join(home, "nodes", "node_modules", `node-${version}`, "bin");
  return { ...process.env, PATH: [program, process.env.PATH].join(delimiter) };
}

/** A new folder that has nothing but the installed package. */
export async function emptyProject(
  files: Readonly<Record<string, string>> = {},
): Promise<{ folder: string; run: (...command: string[]) => Promise<Ended> }> {
  const folder = await mkdtemp(join(home, "project-"));
  await symlink(join(app, "node_modules"), join(folder, "node_modules"));
  await cp(join(app, "package.json"), join(folder, "package.json"));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
  return { folder, run: (...command) => run(folder, command) };
}

/** The lockfile of what was installed beside the package. */
export async function lockfile(): Promise<
  Record<string, { optional?: boolean; hasInstallScript?: boolean }>
> {
  return JSON.parse(await readFile(join(app, "package-lock.json"), "utf8")).packages;
}

/** Runs a program in the folder. */
export function run(
  cwd: string,
  [file, ...args]: readonly string[],
  env = process.env,
): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const options = { cwd, env, maxBuffer: 2 ** 26 };
    execFile(file as string, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== "number") reject(error);
      else resolve({ code: error === null ? 0 : (error.code as number), stdout, stderr });
    });
  });
}

/** What the program printed. Throws where it failed. */
export async function succeeded(running: Promise<Ended>): Promise<Ended> {
  const ended = await running;
  if (ended.code !== 0) throw new Error(`exit code ${ended.code}\n${ended.stdout}${ended.stderr}`);
  return ended;
}
