// The wire gate: what a change breaks for peers that still speak an earlier version of the protos.
import type { Baseline } from "../../core/baseline.js";
import type { Finding } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import { fileOf, symbolOf } from "../../core/source-info.js";
import { WAIVER_RULES } from "../../core/waivers.js";
import type { Judged, SchemaCheck, Verdict } from "../check.js";
import { addedTo, nowOf, parentOf, remedyOf } from "./added.js";
import { bufComplaints, type Complaint, mergeComplaints } from "./buf-breaking.js";
import { isSame } from "./compare.js";
import { ENUM_RULES } from "./enums/rules.js";
import { FIELD_RULES } from "./fields/rules.js";
import { Fixer } from "./fix.js";
import { judgeHistory, readRemovals } from "./history/history.js";
import { HISTORY_RULES, REUSE_RULES } from "./history/rules.js";
import { leavesOut, type Subject } from "./ignores.js";
import { type Judged as JudgedChange, judgeVersions, type PlacedVersion } from "./judge.js";
import { SERVICE_RULES } from "./services/rules.js";
import type { Remedy } from "./suspect.js";
import { readingOf, waived } from "./waived.js";

/** What the gate can report, by what it is about. */
export const WIRE_RULES = {
  "enum values": ENUM_RULES,
  fields: FIELD_RULES,
  "services and types": SERVICE_RULES,
  history: HISTORY_RULES,
  waivers: WAIVER_RULES,
} as const;

export const wire: SchemaCheck = {
  name: "wire",
  reads: "changes",
  rules: Object.values(WIRE_RULES).flat(),
  async judge(judged, schema) {
    const baselines = await judged.baselines();
    if (baselines.length === 0) return nothingToJudge(judged);
    const now = placed(schema, judged.sources);
    const isLeftOut = await leavesOut(judged.workspace.buf, judged.buf);
    const changes = await changesAgainst(judged, baselines, now, schema, isLeftOut);
    const handedOut = changes.flatMap(({ own }) =>
      own.flatMap(({ suspect }) => suspect.remedy ?? []),
    );
    const history = await historyOf(judged, baselines, now, handedOut, isLeftOut);
    const found: Finding[] = [];
    const remedies: (Remedy | undefined)[] = [];
    for (const { baseline, own, complaints } of changes) {
      const merged = await mergeComplaints(own, complaints, judged);
      const name = baselines.length === 1 ? {} : { baseline };
      found.push(...merged.map((one) => ({ ...one, ...name })));
      remedies.push(...merged.map((_, i) => own[i]?.suspect.remedy));
    }
    found.push(...history.map(({ finding }) => finding));
    remedies.push(...history.map(({ remedy }) => remedy));
    const judgedAll = await waived(judged, found, baselines, schema);
    const findings = onceEach(await withFixes(judgedAll, remedies, judged, schema));
    const names = baselines.map(({ name }) => name);
    const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
    return { findings, summary: `against ${shown.join(", ")}` };
  },
};

/** The findings with the edits of their remedies, but those that stay as they are: waived, or switched off. */
async function withFixes(
  findings: readonly Finding[],
  remedies: readonly (Remedy | undefined)[],
  { sources, workspace }: Judged,
  { pathOf }: Schema,
): Promise<Finding[]> {
  const { severity } = workspace.configuration;
  const wanted = findings.map(({ rule, waived }, i) =>
    waived !== undefined || severity[rule.id] === "off" ? undefined : remedies[i],
  );
  const fixer = new Fixer(wanted, sources, pathOf);
  return Promise.all(findings.map((one, i) => fixer.fixed(one, wanted[i])));
}

async function nothingToJudge({ git }: Judged): Promise<Verdict> {
  const isRepository = await git.isRepository();
  return {
    findings: [],
    summary: isRepository
      ? "nothing to judge: there is no commit yet"
      : "nothing to judge: there is no git repository, and no baseline is named",
  };
}

function placed(
  schema: Schema,
  source: { lines(path: string): Promise<readonly string[]> },
): PlacedVersion {
  const { registry, files, pathOf } = schema;
  return { registry, files, pathOf, lines: (path) => source.lines(path) };
}

interface Change {
  /** The baseline's name. */
  readonly baseline: string;
  readonly own: readonly JudgedChange[];
  readonly complaints: readonly Complaint[];
}

/** What our own comparison says against each baseline, and what buf does. */
async function changesAgainst(
  judged: Judged,
  baselines: readonly Baseline[],
  now: PlacedVersion,
  schema: Schema,
  isLeftOut: (subject: Subject) => boolean,
): Promise<Change[]> {
  const { configuration } = judged.workspace;
  const compare = async (
    baseline: Baseline,
    before: Schema,
  ): Promise<Pick<Change, "own" | "complaints">> => {
    const old = placed(before, baseline);
    if (isSame(old, now)) return { own: [], complaints: [] };
    const { speaks } = configuration.wire;
    const [own, complaints] = await Promise.all([
      judgeVersions(old, now, speaks).then(async (made) => {
        const taken = await takenBefore(judged, baseline, made);
        return taken.size === 0 ? made : judgeVersions(old, now, speaks, taken);
      }),
      bufComplaints(judged, schema, before),
    ]);
    return { own: own.filter((one) => !isLeftOut(subjectOf(one))), complaints };
  };
  // Baselines with the same protos have the same schema.
  const known = new Map<Schema, Promise<Pick<Change, "own" | "complaints">>>();
  return Promise.all(
    baselines.map(async (baseline) => {
      const { name, schema: before } = baseline;
      if (before === undefined) return { baseline: name, own: [], complaints: [] };
      const change = known.get(before) ?? compare(baseline, before);
      known.set(before, change);
      return { baseline: name, ...(await change) };
    }),
  );
}

/** The numbers that earlier commits had in types in which a finding gives out free ones; none where it does not. */
async function takenBefore(
  judged: Judged,
  { commit }: Baseline,
  changes: readonly JudgedChange[],
): Promise<ReadonlyMap<string, ReadonlySet<number>>> {
  const taken = new Map<string, Set<number>>();
  if (commit === undefined || !isHistoryJudged(judged)) return taken;
  const given = changes.flatMap(({ suspect }) => suspect.remedy?.renumber ?? []);
  const parents = new Set(given.map(({ element }) => parentOf(element).typeName));
  if (parents.size === 0) return taken;
  const { removals } = await readRemovals(parents, [commit], readingOf(judged));
  for (const { parent, number } of removals) {
    if (!given.some(({ to }) => to === number)) continue;
    const numbers = taken.get(parent) ?? new Set<number>();
    taken.set(parent, numbers);
  }
  for (const { parent, number } of removals) taken.get(parent)?.add(number);
  return taken;
}

function isHistoryJudged({ workspace }: Judged): boolean {
  const { severity } = workspace.configuration;
  return REUSE_RULES.some(({ id }) => severity[id] !== "off");
}

function subjectOf({ suspect, finding }: JudgedChange): Subject {
  const about = suspect.at ?? suspect.was;
  const own = about === undefined ? "" : fileOf(about).proto.package;
  return { path: finding.place.path, package: own, rules: suspect.covers };
}

/** Numbers and names that come back, where the baselines are commits; and what puts that right. */
async function historyOf(
  judged: Judged,
  baselines: readonly Baseline[],
  now: PlacedVersion,
  handedOut: readonly Remedy[],
  isLeftOut: (subject: Subject) => boolean,
): Promise<{ finding: Finding; remedy: Remedy | undefined }[]> {
  if (!isHistoryJudged(judged)) return [];
  const commits = baselines.filter(({ commit }) => commit !== undefined);
  // What is new against one baseline may be old against another: it is judged if it is new to any.
  const added = await Promise.all(
    [...new Set(commits.map(({ schema }) => schema))].map((schema) => {
      const old = schema && placed(schema, judged.sources);
      return old !== undefined && isSame(old, now) ? [] : addedTo(old, now);
    }),
  );
  const packages = new Map(
    now.files.map(({ proto }) => [now.pathOf(proto.name), proto.package] as const),
  );
  const judgeable = added.flat().filter(({ place: { path } }) => {
    return !isLeftOut({ path, package: packages.get(path) ?? "", rules: [] });
  });
  const unique = new Map(
    judgeable.map((one) => [`${one.symbol} ${one.numberIsNew} ${one.nameIsNew}`, one]),
  );
  const ids = commits.flatMap(({ commit }) => commit ?? []);
  const findings = await judgeHistory(
    [...unique.values()],
    ids,
    readingOf(judged),
    nowOf(now, handedOut),
  );
  // An element that moves back already needs no other number.
  const moving = new Set(
    handedOut.flatMap(({ renumber }) => renumber ?? []).map(({ element }) => symbolOf(element)),
  );
  return findings.map((finding) => ({
    finding,
    remedy: moving.has(finding.symbol ?? "") ? undefined : remedyOf(finding, now),
  }));
}

/** What was found against several baselines in the same words, once, with the names of all of them. */
function onceEach(findings: readonly Finding[]): Finding[] {
  const groups = new Map<string, Finding>();
  for (const one of findings) {
    const key = JSON.stringify([one.rule.id, one.symbol, one.place, one.args, one.waived]);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, one);
    else if (one.baseline !== undefined && known.baseline !== undefined) {
      groups.set(key, { ...known, baseline: `${known.baseline}, ${one.baseline}` });
    }
  }
  return [...groups.values()];
}
