// Compiles a baseline: out of git's objects, where it lies in a folder, or from an image file.
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { copyFile, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join, posix, resolve, sep } from "node:path";
import type { Named } from "./baseline-names.js";
import { type Annotation, type Buf, openBuf } from "./buf.js";
import type { Cache } from "./cache.js";
import { count } from "./count.js";
import { blobId, objectFormatOf, readIfThere } from "./file-hashes.js";
import type { History } from "./git-history.js";
import { type MissingSubmodule, type Stored, storedFiles } from "./git-submodules.js";
import { filesOf, type ImageFile } from "./image.js";
import { bufVersion, packageVersion } from "./installation.js";
import { columnFromBytes, linesOf } from "./position.js";
import { packed, type Row, unpacked } from "./rows.js";
import { type Decoded, type Schema, schemaOf, schemaOfFiles } from "./schema.js";
import { BUF_FILES, compileScratch } from "./scratch.js";
import { Sources } from "./sources.js";
import { reason, Trouble, type TroubleName, trouble, type Where } from "./trouble.js";
import { isInside, type Workspace, workspacePath } from "./workspace.js";

/** What a baseline compiles to. */
export interface Compiled {
  /** Undefined where it had no protos. */
  readonly schema: Schema | undefined;
  /** The ids of its protos and of buf's files by their paths; undefined where it is a folder or an image. */
  readonly stored?: ReadonlyMap<string, string>;
  /** The lines of one of its files; none where there is no such file. */
  lines(path: string): Promise<readonly string[]>;
}

/** What compiling a baseline needs. */
export interface Surroundings {
  readonly workspace: Workspace;
  /** Undefined where there is no git repository. */
  readonly history: History | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  /** What was decoded before. */
  readonly decoded: Decoded;
  readonly cache: Cache;
  readonly present: Present | undefined;
}

/** What the files of a folder compile to as they are. */
export interface Present {
  readonly root: string;
  readonly schema: Schema;
}

/** buf's configuration that a compilation depends on. */
const CONFIGURATION = /(^|\/)buf(\.work)?\.(yaml|lock)$/;

/**
 * What compiles baselines; those with the same protos once, and kept between runs. It throws trouble where
 * one does not compile or git does not have all of it.
 */
export function baselineCompiler(around: Surroundings): (named: Named) => Promise<Compiled> {
  const schemas = new Map<string, Promise<Schema>>();
  const { decoded, cache } = around;
  const kept = (key: object, make: () => Promise<Schema>) => {
    const text = JSON.stringify([packageVersion(), bufVersion(), "by file", key]);
    const schema = schemas.get(text) ?? keep(cache, text, make, decoded);
    schemas.set(text, schema);
    return schema;
  };
  return (named) => {
    if (named.kind === "commit") return fromCommit(named.name, named.commit, around, kept, decoded);
    if (named.kind === "folder") return fromFolder(named.name, named.path, around);
    return fromImage(named.name, named.path, around, kept);
  };
}

type Keep = (key: object, make: () => Promise<Schema>) => Promise<Schema>;

/** The protos of a commit, laid out in a temporary folder and compiled there. */
async function fromCommit(
  name: string,
  commit: string,
  around: Surroundings,
  kept: Keep,
  decoded: Decoded,
): Promise<Compiled> {
  const { workspace, history, env, signal } = around;
  const stored = await storedFiles(workspace.root, history as History, commit, env, signal);
  const files = new Map(
    [...stored.files].filter(([path]) => path.endsWith(".proto") || CONFIGURATION.test(path)),
  );
  // Older than buf's configuration: what the modules are today is the best there is to go by.
  const today = files.has("buf.yaml") || files.has("buf.work.yaml") ? [] : BUF_FILES;
  const configuration = today.map((file) => join(workspace.root, file)).filter(existsSync);
  const lines = async (path: string): Promise<readonly string[]> => {
    const file = files.get(path);
    const [content] = file === undefined ? [] : await file.history.contents([file.id]);
    return content === undefined ? [] : linesOf(content.toString("utf8"));
  };
  const lay = async (folder: string): Promise<void> => {
    for (const file of configuration) await copyFile(file, join(folder, basename(file)));
    for (const [path, content] of await contentsOf(files)) {
      const file = await inFolder(folder, path);
      await writeFile(file, content);
    }
    const needed = await neededOf(stored.missing, openBuf(folder, env, signal), folder);
    if (needed !== undefined) throw await submoduleMissing(needed, name, around);
  };
  const key = {
    files: [...files].map(([path, { id }]) => [path, id]),
    configuration: await Promise.all(configuration.map((file) => readFile(file, "utf8"))),
    missing: stored.missing.map(({ path }) => path),
  };
  if ([...files.keys()].some((path) => path.endsWith(".proto"))) {
    const { present } = around;
    const make = async () =>
      present !== undefined && stored.missing.length === 0 && isSame(files, present)
        ? present.schema
        : compiled(name, lines, () => compileScratch(lay, env, signal, decoded));
    const ids = new Map([...files].map(([path, { id }]) => [path, id]));
    return { schema: await kept(key, make), lines, stored: ids };
  }
  const [first] = stored.missing;
  if (first !== undefined) throw await submoduleMissing(first, name, around);
  return { schema: undefined, lines };
}

/** Whether the folder has all files of a commit with the same bytes, and its schema is of no others. */
function isSame(files: ReadonlyMap<string, Stored>, { root, schema }: Present): boolean {
  return (
    schema.files.every((file) => files.has(schema.pathOf(file.proto.name))) &&
    [...files].every(([path, { id }]) => {
      const content = readIfThere(join(root, path));
      return content !== undefined && blobId(content, objectFormatOf(id)) === id;
    })
  );
}

/** Where a file goes whose path came out of git, with the folders for it made. */
export async function inFolder(folder: string, path: string): Promise<string> {
  const file = resolve(folder, path);
  if (!file.startsWith(folder + sep)) {
    const why = "a commit has a file of that name";
    throw trouble("PATH_LEAVES_FOLDER", { path, folder: "the workspace", why });
  }
  await mkdir(dirname(file), { recursive: true });
  return file;
}

/** The contents of those files, by their paths. */
export async function contentsOf(files: ReadonlyMap<string, Stored>): Promise<[string, Buffer][]> {
  const found: [string, Buffer][] = [];
  for (const history of new Set([...files.values()].map((file) => file.history))) {
    const own = [...files].filter(([, file]) => file.history === history);
    const contents = await history.contents(own.map(([, file]) => file.id));
    found.push(...own.map(([path], i): [string, Buffer] => [path, contents[i] as Buffer]));
  }
  return found;
}

/** The first of the submodules in which buf would look for protos. */
async function neededOf(
  missing: readonly MissingSubmodule[],
  buf: Buf,
  folder: string,
): Promise<MissingSubmodule | undefined> {
  if (missing.length === 0) return undefined;
  const probeOf = ({ path }: MissingSubmodule): string => posix.join(path, "lockstep_probe.proto");
  for (const one of missing) await writeFile(await inFolder(folder, probeOf(one)), "");
  const listed = new Set((await buf.paths()).values());
  for (const one of missing) await rm(join(folder, probeOf(one)));
  return missing.find((one) => listed.has(probeOf(one)));
}

/** The trouble with a submodule that the baseline needs. */
async function submoduleMissing(
  { path, commit, repository }: MissingSubmodule,
  name: string,
  { workspace, history }: Surroundings,
): Promise<Trouble> {
  const today = (await history?.submodulesAt("HEAD")) ?? new Map<string, string>();
  const top = [...today.keys()].find((one) => isInside(path, one));
  let help = `${path} is no submodule any more: name a baseline that is later, in lockstep.yaml.`;
  if (repository !== undefined)
    help = `Fetch it: git -C ${workspacePath(workspace.root, repository)} fetch origin ${commit}`;
  else if (top !== undefined)
    help = `Fetch it: git submodule update --init ${top === path ? path : `--recursive ${top}`}`;
  const what = `${name} has the submodule ${path} at ${commit.slice(0, 12)}, which is not in this clone`;
  return trouble("BASELINE_MISSING", { what, help });
}

/** The protos of a folder, compiled where they are. */
async function fromFolder(
  name: string,
  path: string,
  { workspace, env, signal }: Surroundings,
): Promise<Compiled> {
  const buf = openBuf(path, env, signal);
  const shown = (file: string): string => posix.join(workspacePath(workspace.root, path), file);
  const sources = new Sources(workspace.root);
  const linesIn = (file: string): Promise<readonly string[]> => sources.lines(shown(file));
  const schema = await compiled(name, linesIn, async () => {
    const built = await buf.build();
    if ("annotations" in built) return built;
    const paths = await buf.paths();
    return {
      schema: schemaOf(built.image, (file) => {
        const path = paths.get(file);
        return path === undefined ? undefined : shown(path);
      }),
    };
  });
  return { schema, lines: (file) => sources.lines(file) };
}

/** The image in a file. */
async function fromImage(
  name: string,
  path: string,
  { workspace, env, signal }: Surroundings,
  kept: Keep,
): Promise<Compiled> {
  const content = await readFile(path);
  const format = formatOf(path);
  const broken = (said: string, cause: unknown): Trouble => {
    const help =
      "An image is what `buf build -o image.binpb` writes, or protoc with --include_imports.";
    return trouble("BASELINE_BROKEN", { name, said, help }, { cause });
  };
  const make = async (): Promise<Schema> => {
    try {
      const image = await openBuf(workspace.root, env, signal).toBinary(content, format);
      const schema = schemaOf(image, () => undefined);
      // Decoded here, where it is told that it cannot be.
      schema.registry;
      return schema;
    } catch (thrown) {
      if (thrown instanceof Trouble && thrown.code !== "BUF_FAILED") throw thrown;
      throw broken(reason(thrown), thrown);
    }
  };
  const key = { image: createHash("sha256").update(content).digest("hex"), format };
  return { schema: await kept(key, make), lines: async () => [] };
}

/** What buf calls the format of an image file, by the ending of its name. */
function formatOf(path: string): string {
  const [, ending, packed] = /(?:\.(json|txtpb|yaml))?(?:\.(gz|zst))?$/.exec(path) ?? [];
  const compression = { gz: "gzip", zst: "zstd" }[packed ?? ""];
  return `${ending ?? "binpb"}${compression === undefined ? "" : `,compression=${compression}`}`;
}

/** What compiles, or trouble with what buf says; `lines` has those of a file that it names. */
async function compiled(
  name: string,
  lines: (path: string) => Promise<readonly string[]>,
  compile: () => Promise<{ schema: Schema } | { annotations: Annotation[] }>,
): Promise<Schema> {
  const made = await compile().catch((thrown: unknown) => {
    if (!(thrown instanceof Trouble) || !BUF_TROUBLE.includes(thrown.code)) throw thrown;
    const said = `${thrown.where === undefined ? "" : `${placeText(thrown.where)}: `}${thrown.message}`;
    throw trouble("BASELINE_BROKEN", { name, said }, { cause: thrown });
  });
  if ("schema" in made) return made.schema;
  const [first, ...more] = made.annotations;
  const path = posix.normalize(first?.path ?? "buf.yaml");
  const line = first?.start_line ?? 1;
  const column = columnFromBytes((await lines(path))[line - 1] ?? "", first?.start_column ?? 1);
  const rest = more.length === 0 ? "" : ` (and ${count(more.length, "more error")})`;
  const said = `${placeText({ path, line, column })}: ${first?.message ?? ""}${rest}`;
  throw trouble("BASELINE_BROKEN", { name, said });
}

/** How buf's own refusal of a folder comes. */
const BUF_TROUBLE: readonly TroubleName[] = ["BUF_FAILED", "CONFIGURATION_INVALID"];

function placeText({ path, line, column }: Where): string {
  return [path, line, column].filter((part) => part !== undefined).join(":");
}

/** A schema that is made at most once: its image and the paths of its files stay in the cache. */
async function keep(
  cache: Cache,
  key: string,
  make: () => Promise<Schema>,
  decoded: Decoded,
): Promise<Schema> {
  const known = await cache.get(KIND, key);
  if (known !== undefined) {
    const { head, rows } = unpacked<KeptFile[], never>(known);
    const files = head.map(
      (file, i): ImageFile => ({ ...file, bytes: (rows[i] as Row<never>).bytes }),
    );
    const paths = new Map(head.map(({ name, path }) => [name, path]));
    return schemaOfFiles(files, (name) => paths.get(name), decoded);
  }
  const schema = await make();
  const files = filesOf(schema.image);
  const head = files.map(
    ({ bytes: _, ...file }): KeptFile => ({ ...file, path: schema.pathOf(file.name) }),
  );
  await cache.put(KIND, key, packed(head, files));
  return schema;
}

/** A file of a baseline as it is kept, beside its bytes. */
type KeptFile = Omit<ImageFile, "bytes"> & { readonly path: string };

/** What the cache calls them. */
const KIND = "baseline";
