// Runs whose inputs are what they were are not done again: what came of them is told from the cache.

import { deserialize, serialize } from "node:v8";
import { allEnded } from "../core/all-ended.js";
import { type Buf, openBuf, programFolders } from "../core/buf.js";
import { type Cache, cacheOf } from "../core/cache.js";
import { FileHashes, objectFormatOf } from "../core/file-hashes.js";
import { type Git, openGit } from "../core/git.js";
import { ownPluginsOf } from "../core/own-plugins.js";
import type { Coverage } from "../core/report/report.js";
import { Sources } from "../core/sources.js";
import type { Mark, Step, Watcher } from "../core/steps.js";
import { errorCode, Trouble } from "../core/trouble.js";
import {
  type BufGenYaml,
  generatedFolders,
  openWorkspace,
  readBufGenYaml,
  type Workspace,
} from "../core/workspace.js";
import { prepareThread } from "../sync/plugin-threads.js";
import { contents, type Fingerprint, fingerprint, hashOf, pastOf } from "./fingerprint.js";
import { type GeneratedFiles, generatedFiles, withWritten } from "./generated-state.js";
import { type KeptFinding, keptFinding, withRules } from "./kept-findings.js";
import type { Call, Outcome } from "./pipeline.js";

/** What a watcher was told. */
type Event =
  | { readonly kind: "step"; readonly step: Step; readonly mark: Mark }
  | { readonly kind: "note"; readonly text: string };

interface Remembered {
  readonly findings: readonly KeptFinding[];
  readonly steps: readonly Step[];
  readonly events: readonly Event[];
  readonly diff: string | undefined;
  readonly coverage: readonly Coverage[] | undefined;
}

/** Loads what does a run. */
export type Load = () => Promise<(call: Call) => Promise<Outcome>>;

/**
 * The outcome of the run, from the cache where all that it reads is what it was when it ran last. `name` tells
 * runs apart that read the same; a run that generates reads the template and the generated folders, too.
 */
export async function remembered(
  call: Call,
  { name, generates }: { readonly name: string; readonly generates: boolean },
  load: Load,
): Promise<Outcome> {
  const opened = call.cached === false ? undefined : await open(call, generates);
  const ahead = opened?.hashes.isNew === true ? headStart(opened, call, load) : undefined;
  const before = await opened?.look(ahead?.compile).catch(leaveToRun);
  if (opened === undefined || before === undefined)
    return (await load())({ ...call, buf: ahead?.buf() });
  const { cache, hashes, git, workspace } = opened;
  const { inputs, past } = before.inputs;
  const keyOf = (generated: GeneratedFiles, withHead: boolean): string =>
    JSON.stringify([name, inputs, hashOf(contents(generated)), withHead ? past.head : null]);
  const kept =
    (await cache.get("runs", keyOf(before.generated, false))) ??
    (await cache.get("runs", keyOf(before.generated, true)));
  if (kept !== undefined) {
    await hashes.save();
    return replay(deserialize(kept) as Remembered, call.watcher, workspace.root);
  }
  const { watcher, events } = recorder(call.watcher);
  const run = await load();
  const buf = ahead?.buf();
  const outcome = await run({ ...call, watcher, inputs: before.inputs, hashes, git, buf });
  if (outcome.troubles.length > 0) return outcome;
  // What was edited meanwhile was read before or after the edit: nobody knows.
  if (!(await isStill(before, outcome, opened).catch(leaveToRun))) return outcome;
  await outcome.keep?.();
  const written = outcome.written ?? new Map<string, string>();
  if (outcome.again !== undefined) {
    const withHead = outcome.findings.some(({ rule }) => rule.id.startsWith("MIRROR_"));
    const key = keyOf(withWritten(before.generated, written), withHead);
    await cache.put("runs", key, serialize(toKeep(outcome, events, outcome.again)));
  }
  // What was written is hashed now, and not by the next run.
  hashes.forget(written.keys());
  for (const path of written.keys()) hashes.hash(path);
  await hashes.save();
  await cache.trim();
  return outcome;
}

/** The call with what it will read, so that only what has changed is judged; as it is where that is not known. */
export async function withInputs(call: Call, generates: boolean): Promise<Call> {
  const opened = call.cached === false ? undefined : await open(call, generates);
  const before = await opened?.look().catch(leaveToRun);
  if (opened === undefined || before === undefined) return call;
  const { hashes, git } = opened;
  return { ...call, inputs: before.inputs, hashes, git };
}

/** What a run will read, as it was looked at. */
interface Look {
  readonly inputs: Fingerprint;
  readonly generated: GeneratedFiles;
}

/** What tells whether anything changed. */
interface Opened {
  readonly workspace: Workspace;
  readonly gen: BufGenYaml | undefined;
  readonly cache: Cache;
  readonly hashes: FileHashes;
  readonly git: Git;
  /** Looks at everything; calls `protosSeen` with their number once that was done for all that compiling reads. */
  look(protosSeen?: (count: number) => void): Promise<Look | undefined>;
  /** Whether the inputs are what they were. */
  isSame(inputs: Fingerprint): Promise<boolean>;
  /** Whether git's history is what it was. */
  isSamePast(inputs: Fingerprint): Promise<boolean>;
}

/**
 * How many protos buf may take more memory for: collecting its garbage less often saves a quarter of what compiling and
 * linting cost. For 318 of Google's it takes 280 MB then, and 240 MB else.
 */
const FEW = 500;

/** Begins what a run needs that surely has to do everything, while the rest is looked at. */
function headStart(
  { workspace: { root }, gen }: Opened,
  { env, signal }: Call,
  load: Load,
): { compile(protos: number): void; buf(): Buf | undefined } {
  if (gen !== undefined) prepareThread(gen, ownPluginsOf(gen, programFolders(root, env)));
  // Whoever needs what failed is told.
  load().catch(() => {});
  let compiling: Buf | undefined;
  return {
    compile(protos) {
      const buf = openBuf(root, protos > FEW ? env : { GOGC: "400", ...env }, signal);
      const built = buf.build();
      built.catch(() => {});
      compiling = { ...buf, build: (paths) => (paths === undefined ? built : buf.build(paths)) };
    },
    buf: () => compiling,
  };
}

/** Opens it; undefined in trouble, which the run itself will tell. */
async function open(call: Call, generates: boolean): Promise<Opened | undefined> {
  try {
    const workspace = await openWorkspace(call.cwd, call.config);
    const { root, buf, configuration } = workspace;
    const gen = generates
      ? await readBufGenYaml(root, buf.modules, configuration.template)
      : undefined;
    const cache = cacheOf(call, workspace.root);
    const hashes = await FileHashes.open(root, cache);
    const git = openGit(root, call.env, call.signal);
    return {
      workspace,
      gen,
      cache,
      hashes,
      git,
      async look(protosSeen) {
        const folders = gen === undefined ? [] : generatedFolders(gen);
        const [inputs, generated] = await allEnded([
          fingerprint(call, workspace, gen, { hashes, cache, git, protosSeen }),
          // While git lists the other files.
          git.isRepository().then(() => generatedFiles(root, folders, hashes)),
        ]);
        return inputs && generated && { inputs, generated };
      },
      async isSame({ inputs, past }) {
        hashes.forget();
        // Which files there are, and what git ignores of them, the run was told by the same git.
        const after = await fingerprint(call, workspace, gen, { hashes, cache, git });
        return after?.inputs === inputs && after.past.head === past.head;
      },
      async isSamePast({ past }) {
        return (
          JSON.stringify(await pastOf({ ...call, git }, workspace, cache)) === JSON.stringify(past)
        );
      },
    };
  } catch (thrown) {
    return leaveToRun(thrown);
  }
}

/**
 * Whether the run has read what was looked at before it: where it compiled all protos, all that there is; else what
 * it compiled, settings and code, and what it showed.
 */
async function isStill(
  { inputs, generated }: Look,
  { read, sources }: Outcome,
  { hashes, isSame, isSamePast }: Opened,
): Promise<boolean> {
  const own = read?.();
  if (own === undefined) return isSame(inputs);
  const looked = [inputs.protos, inputs.others, generated];
  const paths = new Set([...inputs.others.keys(), ...own, ...(sources?.paths() ?? [])]);
  hashes.forget(paths);
  for (const path of paths) {
    const files = looked.find((one) => one.has(path));
    const before = files?.get(path);
    const isProto = files === inputs.protos && before !== undefined;
    const now = isProto ? hashes.blob(path, objectFormatOf(before)) : hashes.hash(path);
    if (files !== undefined && before !== now) return false;
  }
  return isSamePast(inputs);
}

/** In trouble, or where the system refuses a file, nothing is known, and the run itself tells it. */
function leaveToRun(thrown: unknown): undefined {
  if (!(thrown instanceof Trouble) && errorCode(thrown) === undefined) throw thrown;
}

/** A watcher that tells another one, and writes down what it was told. */
function recorder(watcher: Watcher): { watcher: Watcher; events: readonly Event[] } {
  const events: Event[] = [];
  return {
    events,
    watcher: {
      started: (name) => watcher.started(name),
      ended(step, mark) {
        events.push({ kind: "step", step, mark });
        watcher.ended(step, mark);
      },
      note(text) {
        events.push({ kind: "note", text });
        watcher.note(text);
      },
    },
  };
}

function toKeep(
  { findings, steps, diff, coverage }: Outcome,
  events: readonly Event[],
  again: Readonly<Record<string, string>>,
): Remembered {
  const repeated = (step: Step): Step => ({
    ...step,
    ms: 0,
    summary: again[step.name] ?? step.summary,
  });
  return {
    findings: findings.map(keptFinding),
    steps: steps.map(repeated),
    events: events.map((one) => (one.kind === "step" ? { ...one, step: repeated(one.step) } : one)),
    diff,
    coverage,
  };
}

async function replay(kept: Remembered, watcher: Watcher, root: string): Promise<Outcome> {
  for (const event of kept.events) {
    if (event.kind === "note") watcher.note(event.text);
    else {
      watcher.started(event.step.name);
      watcher.ended(event.step, event.mark);
    }
  }
  watcher.note(
    "nothing has changed since the last run, whose results these are (--no-cache: do it anew)",
  );
  const { steps, diff, coverage } = kept;
  return {
    findings: await withRules(kept.findings),
    troubles: [],
    steps,
    sources: new Sources(root),
    ...(diff === undefined ? {} : { diff }),
    coverage,
  };
}
