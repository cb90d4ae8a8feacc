// Where reports go: `--format text` to standard output, `--format sarif:report.sarif` to that file.
import { constants } from "node:fs";
import { access, mkdir, realpath, rename, rm, stat, writeFile } from "node:fs/promises";
import { dirname, normalize, relative, resolve, sep } from "node:path";
import { InvalidArgumentError } from "commander";
import { suggestion } from "../core/nearest.js";
import { FORMATS, type Format } from "../core/report/report.js";
import { errorCode, reason, trouble } from "../core/trouble.js";

/** The reports that a run was asked for. */
export interface Outputs {
  /** What goes to standard output; undefined where every report goes to a file. */
  readonly stdout: Format | undefined;
  readonly files: readonly ReportFile[];
}

export interface ReportFile {
  readonly format: Format;
  /** As it was given: relative to the folder that the command was called in. */
  readonly path: string;
}

/** What is reported where nothing is asked for. */
export const DEFAULT_OUTPUTS: Outputs = { stdout: "text", files: [] };

/** Adds a `--format` to those before it. Throws where it is none, or would go where another one goes. */
export function addOutput(word: string, before: Outputs): Outputs {
  const [name = "", ...rest] = word.split(":");
  const format = FORMATS.find((one) => one === name);
  if (format === undefined) throw new InvalidArgumentError(suggestion(name, FORMATS));
  const { stdout, files } = before === DEFAULT_OUTPUTS ? { stdout: undefined, files: [] } : before;
  if (rest.length === 0) {
    if (stdout === undefined) return { stdout: format, files };
    throw new InvalidArgumentError(
      `Standard output has the ${stdout} report already. Give this one a file: ${format}:FILE`,
    );
  }
  const path = rest.join(":");
  if (path === "") throw new InvalidArgumentError(`Name the file behind the colon: ${format}:FILE`);
  const taken = files.find((file) => normalize(file.path) === normalize(path));
  if (taken !== undefined) {
    throw new InvalidArgumentError(`${path} has the ${taken.format} report already.`);
  }
  return { stdout, files: [...files, { format, path }] };
}

/**
 * Writes a report to its file, which has the old content or the new one at any moment. Makes missing
 * folders only below `cwd`. Throws trouble where it cannot be written.
 */
export async function writeReport(
  { format, path }: ReportFile,
  cwd: string,
  text: string,
): Promise<void> {
  const fail = (why: string, cause?: unknown): Error =>
    trouble("REPORT_UNWRITABLE", { format, path, why }, { cause });
  try {
    const target = resolve(cwd, path);
    const found = await stat(target).catch((thrown: unknown) => {
      if (errorCode(thrown) === "ENOENT") return undefined;
      throw thrown;
    });
    if (found?.isDirectory()) throw fail("it is a folder");
    // A device or a pipe, or a name for standard output: nothing to replace.
    if (/^\/(?:dev|proc)\//.test(target) || found?.isFile() === false) {
      await writeFile(target, text, { flag: "a" });
    } else if (found === undefined) {
      const folder = dirname(target);
      const below = relative(cwd, folder);
      if (below !== ".." && !below.startsWith(`..${sep}`)) await mkdir(folder, { recursive: true });
      await replace(target, text, 0o666);
    } else {
      // Behind a link, what it points to is replaced, and not the link.
      const real = await realpath(target);
      await access(real, constants.W_OK);
      await replace(real, text, found.mode);
    }
  } catch (thrown) {
    const isMissing = errorCode(thrown) === "ENOENT";
    if (thrown instanceof Error && "syscall" in thrown) {
      throw fail(isMissing ? "its folder does not exist" : reason(thrown), thrown);
    }
    throw thrown;
  }
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const staged = `${path}.lockstep-${process.pid}`;
  try {
    await writeFile(staged, text, { mode });
    await rename(staged, path);
  } catch (thrown) {
    await rm(staged, { force: true });
    throw thrown;
  }
}
