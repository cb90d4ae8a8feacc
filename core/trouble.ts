// Trouble: the run itself could not be done (exit code 2). One error class, one table of messages.

interface Told {
  message: string;
  help: string;
}

/** A file, and a line and column in it (from 1) where they are known. */
export interface Where {
  path: string;
  line?: number;
  column?: number;
}

/** What a CI system has to be told where its clone lacks a part of the history. */
export const WHOLE_CLONE =
  "In CI, clone the whole history: fetch-depth: 0 for actions/checkout, GIT_DEPTH: 0 for GitLab.";

const TABLE = {
  BAD_FLAG: (a: { message: string }): Told => ({
    message: a.message,
    help: 'Run "lockstep --help" for the commands and their flags.',
  }),
  BAD_OPTION: (a: { call: string; why: string }): Told => ({
    message: `${a.call} cannot be called like that: ${a.why}.`,
    help: "docs/api.md in the package lockstep has the options.",
  }),
  NODE_TOO_OLD: (a: { version: string; oldest: string }): Told => ({
    message: `Node.js ${a.version} is too old: Lockstep takes ${a.oldest} or later.`,
    help: "Install a later one, and the packages anew with it: npm install",
  }),
  WORKSPACE_MISSING: (a: { from: string }): Told => ({
    message: `No buf.yaml in ${a.from}, nor in a folder above it.`,
    help: "Run the command inside a workspace, name one with --cwd, or create one with a buf.yaml that lists your modules.",
  }),
  FILE_MISSING: (a: { what: string; help: string }): Told => ({
    message: `${a.what} does not exist.`,
    help: a.help,
  }),
  CONFIGURATION_INVALID: (a: { message: string; help: string }): Told => a,
  GENERATED_UNUSABLE: (a: { folder: string; why: string }): Told => ({
    message: `Cannot write to ${a.folder}: ${a.why}.`,
    help: `${a.folder} has to be a real folder inside the workspace that you may write to. Nothing was changed.`,
  }),
  APPLY_FAILED: (a: { folder: string; why: string }): Told => ({
    message: `Not everything could be written to ${a.folder}: ${a.why}.`,
    help: "Every file there is whole. Mend that and run again: it does what is left to do.",
  }),
  PATH_LEAVES_FOLDER: (a: { path: string; folder: string; why: string }): Told => ({
    message: `${a.path} leaves ${a.folder}: ${a.why}.`,
    help: `Lockstep writes only inside ${a.folder}. Remove the link or correct the plugin. Nothing was changed.`,
  }),
  RESERVED_PATH: (a: { path: string; by: string }): Told => ({
    message: `${a.path} would be written by ${a.by}, but Lockstep keeps its own files in that folder.`,
    help: "Correct the plugin, or give it another `out` in buf.gen.yaml. Nothing was changed.",
  }),
  IN_THE_WAY: (a: { path: string; is: "a file" | "a folder"; wanted: string }): Told => ({
    message: `${a.path} is in the way: it is ${a.is}, and ${a.wanted} has to be generated.`,
    help: `Move or delete that ${a.is.slice(2)}, then run again. Nothing was changed.`,
  }),
  FOREIGN_FILE: (a: { path: string }): Told => ({
    message: `${a.path} is in the way: it was not generated, and generating would overwrite it.`,
    help: "Move or delete that file, then run again. Nothing was changed.",
  }),
  TWO_PLANS: (a: { path: string; first: string; second: string }): Told => ({
    message: `${a.path} would be written twice: by ${a.first} and by ${a.second}.`,
    help: "Give one of them another `out` in buf.gen.yaml. Nothing was changed.",
  }),
  LOCKED: (a: { folder: string; owner: string }): Told => ({
    message: `Another run (${a.owner}) is still at work on ${a.folder}.`,
    help: "Wait for it to end, or stop it, then run again.",
  }),
  LOCK_LOST: (a: { folder: string; why: string }): Told => ({
    message: `${a.folder} was deleted, or another run took it over, while this run was at work: ${a.why}.`,
    help: "Run again: it mends whatever was left undone.",
  }),
  PACKAGES_MISSING: (a: { why: string }): Told => ({
    message: `A package that Lockstep runs on cannot be loaded: ${a.why}.`,
    help: "Install the packages without leaving out optional dependencies: npm install",
  }),
  BUF_NOT_RUNNABLE: (a: { why: string }): Told => ({
    message: `buf could not be started: ${a.why}.`,
    help: "Reinstall the packages without leaving out optional dependencies: npm install @bufbuild/buf",
  }),
  BUF_FAILED: (a: { doing: string; said: string }): Told => ({
    message: `buf could not ${a.doing}: ${a.said}`,
    help: "Correct what buf names above. Nothing was changed.",
  }),
  PLUGIN_FAILED: (a: { plugin: string; why: string; help: string }): Told => ({
    message: `The plugin ${a.plugin} failed: ${a.why}`,
    help: `${a.help} Nothing was changed.`,
  }),
  NOTHING_GENERATED: (a: { plugins: readonly string[] }): Told => ({
    message: `Nothing was generated: ${a.plugins.join(" and ")} answered without a file.`,
    help: "A plugin has to print a CodeGeneratorResponse to standard output. See that it is the right one for these protos. Nothing was changed.",
  }),
  GIT_MISSING: (_: Record<string, never>): Told => ({
    message: "git could not be started.",
    help: "Install git and see that it is on the PATH.",
  }),
  NOT_A_REPOSITORY: (a: { folder: string; rules: readonly string[] }): Told => ({
    message: `${a.folder} is not in a git repository, so whether git ignores the generated folder cannot be judged.`,
    help: `Run "git init", or do without this check in lockstep.yaml: severity: { ${a.rules.map((r) => `${r}: off`).join(", ")} }`,
  }),
  STAGED_OUTSIDE: (a: { folder: string }): Told => ({
    message: `${a.folder} is not in a git work tree, so nothing is staged there.`,
    help: 'Run the command in the repository, or make it one: "git init".',
  }),
  STAGED_WITHOUT: (a: { file: string; isThere: boolean }): Told => ({
    message: `${a.file} is not among what git tracks, so what is staged cannot be judged.`,
    help: a.isThere
      ? `Stage it: git add ${a.file}`
      : "Name the workspace's folder with --cwd. Where it has gone for good, take its hook out: lockstep hook uninstall --cwd FOLDER",
  }),
  HOOK_BROKEN: (a: { message: string; help: string }): Told => a,
  HOOK_BY_HAND: (a: { file: string; why: string; help: string }): Told => ({
    message: `The hook cannot be added to ${a.file}: ${a.why}.`,
    help: a.help,
  }),
  GIT_FAILED: (a: { command: string; said: string }): Told => ({
    message: `git ${a.command} failed: ${a.said}`,
    help: "Run that command in the workspace to see the whole story.",
  }),
  SYSTEM_REFUSED: (a: { why: string }): Told => ({
    message: `The system refused: ${a.why}.`,
    help: "Mend that (permissions, space on the disk, a folder where a file belongs), then run again.",
  }),
  BUG: (a: { why: string; stack: string }): Told => ({
    message: `Lockstep itself failed: ${a.why}`,
    help: `This is a mistake in Lockstep. Report it with these lines:\n${a.stack}`,
  }),
  EDITS_OVERLAP: (a: { path: string }): Told => ({
    message: `Two fixes of ${a.path} change the same place.`,
    help: "Correct one of the two findings by hand, then run lockstep fix again. Nothing was changed.",
  }),
  FIX_CHANGES_SCHEMA: (a: { path: string; what: string }): Told => ({
    message: `The fix of ${a.path} would change what it compiles to: ${a.what}.`,
    help: "Nothing was changed. This is a defect of Lockstep; please report it with that file.",
  }),
  SOURCE_CHANGED: (a: { path: string }): Told => ({
    message: `${a.path} was changed while this run was at work.`,
    help: "Nothing of it was lost, and it was not written to. Run again.",
  }),
  SOURCE_READ_ONLY: (a: { path: string }): Told => ({
    message: `${a.path} may not be written to.`,
    help: "Make the file and its folder writable, then run again. The file was not changed.",
  }),
  SOURCE_NOT_UTF8: (a: { path: string }): Told => ({
    message: `${a.path} is not UTF-8, so editing it would damage it.`,
    help: "Save the file as UTF-8, then run again. The file was not changed.",
  }),
  EDIT_BREAKS_SOURCE: (a: { path: string; why: string }): Told => ({
    message: `The edit of ${a.path} would leave code that does not parse: ${a.why}`,
    help: "Nothing was changed. This is a defect of Lockstep; please report it with that file.",
  }),
  FIX_LEAVES_BREAK: (a: { path: string; rule: string; symbol: string }): Told => ({
    message: `The fix of ${a.path} would leave ${a.rule} for ${a.symbol}.`,
    help: "Nothing was changed. Correct it by hand, as its help says, then run lockstep fix again.",
  }),
  BASELINE_MISSING: (a: { what: string; help: string }): Told => ({
    message: `${a.what}, so changes cannot be judged against it.`,
    help: a.help,
  }),
  BASELINE_UNNAMED: (a: { folder: string }): Told => ({
    message: `${a.folder} is not in a git repository, and no baseline is named, so there is nothing to judge the protos against.`,
    help: "Name a folder or an image file: lockstep breaking --against ../released/proto",
  }),
  BASELINE_UNCLEAR: (a: { name: string; why: string; help: string }): Told => ({
    message: `The baseline "${a.name}" cannot be used: ${a.why}.`,
    help: a.help,
  }),
  BASELINE_BROKEN: (a: { name: string; said: string; help?: string }): Told => ({
    message: `The baseline ${a.name} does not compile: ${a.said}`,
    help: a.help ?? "Name a baseline that compiles, in lockstep.yaml: baseline: REF",
  }),
  HISTORY_SHALLOW: (a: { rules: readonly string[] }): Told => ({
    message:
      "This clone lacks the older commits, so whether a number or name was removed before cannot be judged.",
    help: `Fetch them: git fetch --unshallow\n${WHOLE_CLONE}\nOr do without it, in lockstep.yaml: severity: { ${a.rules.map((r) => `${r}: off`).join(", ")} }`,
  }),
  HISTORY_PARTIAL: (a: { fetch: string }): Told => ({
    message: "This clone lacks the contents of older commits, and nothing is fetched unasked.",
    help: `Fetch them: ${a.fetch}`,
  }),
  REPORT_UNWRITABLE: (a: { format: string; path: string; why: string }): Told => ({
    message: `The ${a.format} report could not be written to ${a.path}: ${a.why}.`,
    help: "Name another file, as in --format FORMAT:FILE, or mend that.",
  }),
  SEVERAL_WORKSPACES: (a: { folders: readonly string[] }): Told => ({
    message: `There are several workspaces here: ${a.folders.join(", ")} each have a buf.yaml, not all of version v1.`,
    help: `Set up each by itself: ${a.folders.map((folder) => `lockstep init --cwd ${folder}`).join("; ")}`,
  }),
  NO_PROTOS: (a: { folder: string; passedOver: string }): Told => ({
    message: `There are no protos in ${a.folder}${a.passedOver}.`,
    help: "Write the first one, such as proto/acme/v1/acme.proto, or name the folder that has them with --cwd. Nothing was written.",
  }),
  DOES_NOT_COMPILE: (a: { modules: readonly string[]; said: string; help: string }): Told => ({
    message: `The protos do not compile (${a.modules.join(", ")}):\n  ${a.said}`,
    help: `${a.help} Nothing was written.`,
  }),
  NOT_CONFIRMED: (_: Record<string, never>): Told => ({
    message: "Nothing was written: there is no terminal to ask on.",
    help: "Run it again with --yes to write this, or with --dry-run to see it as a diff.",
  }),
  CHANGED_MEANWHILE: (a: { path: string }): Told => ({
    message: `${a.path} was changed while lockstep init was at work.`,
    help: "Run it again. Nothing was written.",
  }),
  UNWRITABLE: (a: { path: string; why: string }): Told => ({
    message: `${a.path} cannot be written: ${a.why}.`,
    help: "Mend that, then run again. Nothing was written.",
  }),
  STOPPED: (_: Record<string, never>): Told => ({
    message: "Stopped.",
    help: "Run the command again: it mends whatever was left undone.",
  }),
} as const;

export type TroubleName = keyof typeof TABLE;

/** The run could not be done. `message` says what and why, `help` what to do next. */
export class Trouble extends Error {
  override readonly name = "Trouble";
  readonly help: string;

  constructor(
    readonly code: TroubleName,
    told: Told,
    readonly where: Where | undefined,
    cause: unknown,
  ) {
    super(told.message, cause === undefined ? undefined : { cause });
    this.help = told.help;
  }
}

/** The trouble of that name, to be thrown. */
export function trouble<N extends TroubleName>(
  code: N,
  args: Parameters<(typeof TABLE)[N]>[0],
  about: { where?: Where; cause?: unknown } = {},
): Trouble {
  const tell = TABLE[code] as (a: Parameters<(typeof TABLE)[N]>[0]) => Told;
  return new Trouble(code, tell(args), about.where, about.cause);
}

/** Any thrown value as trouble: a refusal of the system's, or a mistake of Lockstep's own. */
export function asTrouble(thrown: unknown): Trouble {
  if (thrown instanceof Trouble) return thrown;
  const why = reason(thrown);
  if (thrown instanceof Error && "syscall" in thrown) {
    return trouble("SYSTEM_REFUSED", { why }, { cause: thrown });
  }
  const stack = (thrown instanceof Error && thrown.stack) || why;
  return trouble("BUG", { why, stack }, { cause: thrown });
}

/** The text of an unknown thrown value. */
export function reason(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}

/** The system's error code (`ENOENT`, ...) of a thrown value, if it has one. */
export function errorCode(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : undefined;
}
