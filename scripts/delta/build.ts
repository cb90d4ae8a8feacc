// Compiles a part of the protos, once what that takes is laid out.
import { posix } from "node:path";
import { filesOf, type ImageFile, inOrder } from "../../core/image.js";
import { Trouble } from "../../core/trouble.js";
import type { Judging } from "../pipeline.js";
import type { Affected } from "./affected.js";
import type { Base } from "./base.js";

/** How many bytes of paths a program can be given on every system. */
const ARGUMENTS = process.platform === "win32" ? 20_000 : 500_000;

/**
 * Where the files of the modules are, by the names that they are imported as; undefined where buf does not tell.
 * Of the pending ones, only those have to be among them that the base does not know, which are laid out.
 */
export async function namesOf(
  { buf, pending, workspace }: Judging,
  base: Base,
): Promise<ReadonlyMap<string, string> | undefined> {
  // buf wants a file in each module.
  const firsts = workspace.buf.modules.map(({ path: module }) =>
    [...base.files].find(
      ([path, { name }]) => pending.id(path) !== undefined && posix.join(module, name) === path,
    ),
  );
  await pending.lay(firsts.flatMap((one) => one?.[0] ?? []));
  return buf.paths().catch(leaveToWhole);
}

/** What those files compile to, with what they import; undefined where they do not. */
export async function build(
  { buf, pending }: Judging,
  names: ReadonlySet<string>,
  { paths, nodes }: Affected,
): Promise<Map<string, ImageFile> | undefined> {
  const pathsOf = (all: Iterable<string>): string[] =>
    [...all].flatMap((name) => paths.get(name) ?? []);
  const wanted = pathsOf(names);
  if (wanted.length === 0) return new Map();
  if (wanted.reduce((sum, path) => sum + path.length + 10, 0) > ARGUMENTS) return undefined;
  await pending.lay(pathsOf(inOrder(names, (name) => nodes.get(name)?.imports ?? [])));
  const result = await buf.build(wanted).catch(leaveToWhole);
  if (result === undefined || "annotations" in result) return undefined;
  return new Map(filesOf(result.image).map((file) => [file.name, file]));
}

/** buf refuses a path, say: compiling everything tells why. */
function leaveToWhole(thrown: unknown): undefined {
  if (!(thrown instanceof Trouble) || thrown.code !== "BUF_FAILED") throw thrown;
}

/** Whether other files were compiled than was meant, or dependencies that are not known. */
export function isOdd(
  files: ReadonlyMap<string, ImageFile>,
  built: ReadonlySet<string>,
  base: Base,
): boolean {
  const own = new Set([...base.files.values()].map(({ name }) => name));
  return (
    [...built].some((name) => files.get(name)?.isImport !== false) ||
    [...files.values()].some(
      ({ name, isImport }) =>
        !built.has(name) && (!isImport || !(own.has(name) || base.dependencies.has(name))),
    )
  );
}
