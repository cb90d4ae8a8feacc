// The hand-written code of the workspace: which files there are, and their bytes.
import { readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { compareText } from "./finding.js";
import type { Git } from "./git.js";
import { walk } from "./proto-files.js";
import { errorCode, trouble } from "./trouble.js";
import { isInside, type Workspace } from "./workspace.js";

/**
 * The files in the configured `sources`, without what git ignores and what is generated; without git,
 * without `node_modules` and hidden folders. Throws trouble where such a folder is none of the
 * workspace's.
 */
export async function openCodeFiles(
  { root, configuration, configurationSource }: Workspace,
  git: Git,
  generated: readonly string[],
): Promise<CodeFiles> {
  const folders = configuration.sources.map((folder, i) => {
    const path = posix.normalize(folder.replaceAll("\\", "/")).replace(/\/$/, "");
    const isOutside = /^(\.\.(\/|$)|\/|[A-Za-z]:)/.test(path);
    if (
      isOutside ||
      statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() !== true
    ) {
      throw trouble(
        "CONFIGURATION_INVALID",
        {
          message: `sources names "${folder}", which is not a folder ${isOutside ? "inside" : "of"} the workspace.`,
          help: "Name folders with code, relative to buf.yaml. Nothing was changed.",
        },
        configurationSource === undefined
          ? {}
          : { where: configurationSource.locate(["sources", i]) },
      );
    }
    return path;
  });
  if (folders.length === 0) return new CodeFiles(root, []);
  const listed = (await git.isRepository())
    ? await git.filesIn(folders)
    : (await Promise.all(folders.map((folder) => walk(root, join(root, folder), "")))).flat();
  const skipped = (path: string): boolean =>
    /(^|\/)node_modules\//.test(path) || generated.some((folder) => isInside(path, folder));
  const paths = [...new Set(listed)].filter((path) => !skipped(path)).sort(compareText);
  return new CodeFiles(root, paths);
}

/** The files of hand-written code, each read once in a run. */
export class CodeFiles {
  readonly #bytes = new Map<string, Buffer | undefined>();
  readonly #known: ReadonlySet<string>;

  constructor(
    readonly root: string,
    /** Relative to the workspace, with `/`, sorted. */
    readonly paths: readonly string[],
  ) {
    this.#known = new Set(paths);
  }

  has(path: string): boolean {
    return this.#known.has(path);
  }

  /**
   * The file's bytes; undefined where it is gone, or a link to a folder. Read at once: for thousands
   * of small files that takes a fifth of the time that promises take.
   */
  bytes(path: string): Buffer | undefined {
    if (!this.#bytes.has(path)) this.#bytes.set(path, read(join(this.root, path)));
    return this.#bytes.get(path);
  }
}

function read(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (thrown) {
    if (["ENOENT", "EISDIR", "ENOTDIR"].includes(errorCode(thrown) ?? "")) return undefined;
    throw thrown;
  }
}
