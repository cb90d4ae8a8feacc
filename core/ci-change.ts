// What a CI system says of the change that it runs for: GitHub Actions and GitLab CI, by their variables.
// https://docs.github.com/actions/reference/workflows-and-actions/variables
// https://docs.gitlab.com/ci/variables/predefined_variables/
import { readFile, realpath } from "node:fs/promises";
import { sep } from "node:path";
import { errorCode, trouble } from "./trouble.js";

export interface CiChange {
  /** The branch that the pull request or merge request goes to. */
  readonly target?: string | undefined;
  /** The default branch of the repository. */
  readonly defaultBranch?: string | undefined;
  /** The commit that the branch was at before the push; undefined for a new branch. */
  readonly before?: string | undefined;
  /** Whether the target branch is checked out as a rule, and nothing of the pull request. */
  readonly checksOutTarget?: boolean;
}

/**
 * The change that CI runs for, in the repository that it checked out. Nothing is known anywhere else: a
 * repository that a job makes has another story. Throws where GitHub's file about the event cannot be read.
 */
export async function ciChange(root: string, env: NodeJS.ProcessEnv): Promise<CiChange> {
  if (env.GITHUB_ACTIONS === "true" && (await isWithin(root, env.GITHUB_WORKSPACE)))
    return githubChange(env);
  if (env.GITLAB_CI === "true" && (await isWithin(root, env.CI_PROJECT_DIR)))
    return {
      target: env.CI_MERGE_REQUEST_TARGET_BRANCH_NAME || undefined,
      defaultBranch: env.CI_DEFAULT_BRANCH || undefined,
      before: commitId(env.CI_COMMIT_BEFORE_SHA),
    };
  return {};
}

async function githubChange(env: NodeJS.ProcessEnv): Promise<CiChange> {
  const file = env.GITHUB_EVENT_PATH;
  const { before, repository } = file ? await readEvent(file) : {};
  const branch = repository?.default_branch;
  return {
    target: env.GITHUB_BASE_REF || undefined,
    defaultBranch: typeof branch === "string" ? branch : undefined,
    before: env.GITHUB_EVENT_NAME === "push" ? commitId(before) : undefined,
    checksOutTarget: env.GITHUB_EVENT_NAME === "pull_request_target",
  };
}

/** The parts of an event that matter here, of which some events have none. */
interface Event {
  readonly before?: unknown;
  readonly repository?: { readonly default_branch?: unknown };
}

async function readEvent(file: string): Promise<Event> {
  const text = await readFile(file, "utf8");
  try {
    return JSON.parse(text) as Event;
  } catch (cause) {
    const why = `${file}, which GITHUB_EVENT_PATH names, is not JSON`;
    throw trouble("SYSTEM_REFUSED", { why }, { cause });
  }
}

/** The id of a commit; undefined for anything else, such as the zeros that stand for none. */
function commitId(value: unknown): string | undefined {
  return typeof value === "string" && /^(?!0+$)(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(value)
    ? value
    : undefined;
}

async function isWithin(root: string, folder: string | undefined): Promise<boolean> {
  if (!folder) return false;
  const outer = await realpath(folder).catch((thrown: unknown) => {
    if (errorCode(thrown) === "ENOENT") return undefined;
    throw thrown;
  });
  return outer !== undefined && `${await realpath(root)}${sep}`.startsWith(`${outer}${sep}`);
}
