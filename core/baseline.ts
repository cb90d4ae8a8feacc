// The baselines: the versions of the schema that peers already speak, which changes are judged against.
import { dirname, join } from "node:path";
import {
  baselinesNamed,
  defaultBaseline,
  type Named,
  type Word,
  wordBeforeHead,
} from "./baseline-names.js";
import { baselineCompiler, type Present } from "./baseline-schema.js";
import { type Cache, NO_CACHE } from "./cache.js";
import { ciChange } from "./ci-change.js";
import { type Git, openGit } from "./git.js";
import { type History, openHistory } from "./git-history.js";
import type { Decoded, Schema } from "./schema.js";
import { sideBySide } from "./side-by-side.js";
import type { Workspace } from "./workspace.js";

export interface Baseline {
  /** How people call it: `main`, `v1.2.0`, `the merge base with origin/main`, `../released/proto`. */
  readonly name: string;
  /** Undefined where it is a folder or an image. */
  readonly commit: string | undefined;
  /** Undefined where it had no protos yet. Baselines with the same protos have the same one. */
  readonly schema: Schema | undefined;
  /** git's ids of its protos and of buf's files, by their paths; undefined where git does not have them. */
  readonly stored?: ReadonlyMap<string, string>;
  /**
   * The lines of a proto as it was, by its path in `schema`; none where the baseline is an image or has no
   * such file.
   */
  lines(path: string): Promise<readonly string[]>;
}

/** Baselines that a flag names. */
export interface Against {
  readonly names: readonly string[];
  /** The folder that paths among them are relative to. */
  readonly from: string;
}

/** How many baselines are compiled at once. */
const AT_ONCE = 3;

/** What baselines are resolved with. */
export interface Resolving {
  readonly env: NodeJS.ProcessEnv;
  readonly signal: AbortSignal | undefined;
  readonly against?: Against | undefined;
  /** Whether HEAD is being replaced by another commit, so that what it stands for is its parent. */
  readonly amends?: boolean | undefined;
  /** What was decoded of the protos before: most files are the same in a baseline. */
  readonly decoded?: Decoded;
  readonly cache?: Cache;
  /** What the work tree compiles to, where that is known: a commit with the same files is not compiled again. */
  readonly present?: Present | undefined;
  /** git in the workspace, where it was asked before. */
  readonly git?: Git | undefined;
  /** The baselines, where it was found out before which they are: commits. */
  readonly commits?: readonly Named[] | undefined;
}

/**
 * What the workspace is judged against: what `against` names, else what lockstep.yaml does, else the merge
 * base with the branch that a pull request goes to or the remote's default branch, or HEAD. Nothing where
 * nothing was committed yet, and without a git repository where none is named. Throws trouble where one is not there or does not compile.
 */
export async function resolveBaselines(
  workspace: Workspace,
  call: Resolving,
): Promise<readonly Baseline[]> {
  const { env, signal, commits } = call;
  const history =
    commits === undefined
      ? await historyOf(workspace, call)
      : openHistory(workspace.root, env, signal);
  const named = commits ?? (await baselineNames(workspace, call, history));
  const compile = baselineCompiler({
    workspace,
    history,
    env,
    signal,
    decoded: call.decoded ?? new Map(),
    cache: call.cache ?? NO_CACHE,
    present: call.present,
  });
  return sideBySide(AT_ONCE, named, async (one) => ({
    name: one.name,
    commit: one.kind === "commit" ? one.commit : undefined,
    ...(await compile(one)),
  }));
}

async function historyOf(
  { root }: Workspace,
  { env, signal, git }: Resolving,
): Promise<History | undefined> {
  const known = git?.root === root ? git : openGit(root, env, signal);
  return (await known.isRepository()) ? openHistory(root, env, signal) : undefined;
}

/**
 * The same without compiling them: only which they are; `history` is undefined without a git repository. Throws
 * trouble where one is not there.
 */
export async function baselineNames(
  workspace: Workspace,
  { env, against, amends = false }: Pick<Resolving, "env" | "against" | "amends">,
  history: History | undefined,
): Promise<Named[]> {
  const words =
    against?.names.map((text): Word => ({ text, from: against.from, where: undefined })) ??
    configuredWords(workspace);
  let named: (Named | undefined)[] = [];
  if (words.length === 0 && history !== undefined)
    named = [await defaultBaseline(history, amends, await ciChange(workspace.root, env))];
  // One after the other, so that the trouble that is told is the first one's.
  for (const word of words) {
    const meant = amends && history ? await wordBeforeHead(word, history) : word;
    if (meant !== undefined) named = named.concat(await baselinesNamed(meant, history));
  }
  const unique = new Map(named.flatMap((one) => (one === undefined ? [] : [[one.name, one]])));
  return [...unique.values()];
}

function configuredWords({ root, configuration, configurationSource: source }: Workspace): Word[] {
  const { baseline } = configuration;
  if (baseline === undefined || source === undefined) return [];
  const from = dirname(join(root, source.locate([]).path));
  return [baseline].flat().map((text, i) => ({
    text,
    from,
    where: source.locate(typeof baseline === "string" ? ["baseline"] : ["baseline", i]),
  }));
}
