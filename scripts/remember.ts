// Runs whose inputs are what they were are not done again: what came of them is told from the cache.
import { deserialize, serialize } from "node:v8";
import { type Cache, cacheOf } from "../core/cache.js";
import { FileHashes } from "../core/file-hashes.js";
import { type Git, openGit } from "../core/git.js";
import type { Coverage } from "../core/report/report.js";
import { Sources } from "../core/sources.js";
import type { Mark, Step, Watcher } from "../core/steps.js";
import { errorCode, Trouble } from "../core/trouble.js";
import { openWorkspace, readBufGenYaml, type Workspace } from "../core/workspace.js";
import { type Fingerprint, fingerprint } from "./fingerprint.js";
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

/**
 * The outcome of `run`, from the cache where all that it reads is what it was when it ran last. `name` tells
 * runs apart that read the same; a run that generates reads the template and the generated folders, too.
 */
export async function remembered(
  call: Call,
  { name, generates }: { readonly name: string; readonly generates: boolean },
  run: (call: Call) => Promise<Outcome>,
): Promise<Outcome> {
  const opened = call.cached === false ? undefined : await open(call, generates);
  if (opened === undefined) return run(call);
  const { cache, workspace } = opened;
  const git = openGit(workspace.root, call.env, call.signal);
  const before = await opened.look(git).catch(leaveToRun);
  if (before === undefined) return run(call);
  const keyOf = ({ inputs, generated, head }: Fingerprint, withHead: boolean): string =>
    JSON.stringify([name, inputs, generated, withHead ? head : null]);
  const kept =
    (await cache.get("runs", keyOf(before, false))) ??
    (await cache.get("runs", keyOf(before, true)));
  if (kept !== undefined) {
    await opened.save();
    return replay(deserialize(kept) as Remembered, call.watcher, workspace.root);
  }
  const { watcher, events } = recorder(call.watcher);
  const outcome = await run({ ...call, watcher, inputs: before, hashes: opened.hashes, git });
  if (outcome.troubles.length > 0) return outcome;
  opened.hashes.forget();
  const anew = openGit(workspace.root, call.env, call.signal);
  const after = await opened.look(anew).catch(leaveToRun);
  // What was edited meanwhile was read before or after the edit: nobody knows.
  if (after?.inputs !== before.inputs || after.head !== before.head) return outcome;
  await outcome.keep?.();
  if (outcome.again !== undefined) {
    const withHead = outcome.findings.some(({ rule }) => rule.id.startsWith("MIRROR_"));
    const key = keyOf(after, withHead);
    await cache.put("runs", key, serialize(toKeep(outcome, events, outcome.again)));
  }
  await opened.save();
  await cache.trim();
  return outcome;
}

/** The call with what it will read, so that only what has changed is judged; as it is where that is not known. */
export async function withInputs(call: Call, generates: boolean): Promise<Call> {
  const opened = call.cached === false ? undefined : await open(call, generates);
  if (opened === undefined) return call;
  const git = openGit(opened.workspace.root, call.env, call.signal);
  const inputs = await opened.look(git).catch(leaveToRun);
  return inputs === undefined ? call : { ...call, inputs, hashes: opened.hashes, git };
}

/** Opens what tells whether anything changed; undefined in trouble, which the run itself will tell. */
async function open(
  call: Call,
  generates: boolean,
): Promise<
  | {
      readonly workspace: Workspace;
      readonly cache: Cache;
      readonly hashes: FileHashes;
      look(git: Git): Promise<Fingerprint | undefined>;
      save(): Promise<void>;
    }
  | undefined
> {
  try {
    const workspace = await openWorkspace(call.cwd, call.config);
    const { root, buf, configuration } = workspace;
    const gen = generates
      ? await readBufGenYaml(root, buf.modules, configuration.template)
      : undefined;
    const cache = cacheOf(call, workspace.root);
    const hashes = await FileHashes.open(root, cache);
    return {
      workspace,
      cache,
      hashes,
      look: (git) => fingerprint(call, workspace, gen, git, { hashes, cache }),
      save: () => hashes.save(),
    };
  } catch (thrown) {
    return leaveToRun(thrown);
  }
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
