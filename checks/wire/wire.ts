// The wire gate: what a change breaks for peers that still speak an earlier version of the protos.
import type { Baseline } from "../../core/baseline.js";
import type { Finding } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import { fileOf } from "../../core/source-info.js";
import { WAIVER_RULES } from "../../core/waivers.js";
import type { Judged, SchemaCheck, Verdict } from "../check.js";
import { addedTo, nowOf, remedyOf } from "./added.js";
import { bufComplaints, type Complaint, mergeComplaints } from "./buf-breaking.js";
import { isSame } from "./compare.js";
import { ENUM_RULES } from "./enum-rules.js";
import { FIELD_RULES } from "./field-rules.js";
import { Fixer } from "./fix.js";
import { judgeHistory } from "./history/history.js";
import { HISTORY_RULES } from "./history/rules.js";
import { leavesOut, type Subject } from "./ignores.js";
import { type Judged as JudgedChange, judgeVersions, type PlacedVersion } from "./judge.js";
import { SERVICE_RULES } from "./service-rules.js";
import type { Remedy } from "./suspect.js";
import { readingOf, waived } from "./waived.js";

export const wire: SchemaCheck = {
  name: "wire",
  reads: "schema",
  rules: [...ENUM_RULES, ...FIELD_RULES, ...SERVICE_RULES, ...HISTORY_RULES, ...WAIVER_RULES],
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
    const fixer = new Fixer(
      [...handedOut, ...history.map(({ remedy }) => remedy)],
      judged.sources,
      schema.pathOf,
    );
    const found: Finding[] = [];
    for (const { baseline, own, complaints } of changes) {
      const fixed = await Promise.all(
        own.map(async (one) => ({
          ...one,
          finding: await fixer.fixed(one.finding, one.suspect.remedy),
        })),
      );
      const merged = await mergeComplaints(fixed, complaints, judged);
      const name = baselines.length === 1 ? {} : { baseline };
      found.push(...merged.map((one) => ({ ...one, ...name })));
    }
    for (const { finding, remedy } of history) found.push(await fixer.fixed(finding, remedy));
    const findings = onceEach(await waived(judged, found, baselines, schema));
    const names = baselines.map(({ name }) => name);
    const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
    return { findings, summary: `against ${shown.join(", ")}` };
  },
};

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
    const [own, complaints] = await Promise.all([
      judgeVersions(old, now, configuration.wire.speaks),
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
  const { severity } = judged.workspace.configuration;
  if (HISTORY_RULES.every(({ id }) => severity[id] === "off")) return [];
  const commits = baselines.filter(({ commit }) => commit !== undefined);
  // What is new against one baseline may be old against another: it is judged if it is new to any.
  const added = await Promise.all(
    [...new Set(commits.map(({ schema }) => schema))].map((schema) =>
      addedTo(schema && placed(schema, judged.sources), now),
    ),
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
  return findings.map((finding) => ({ finding, remedy: remedyOf(finding, now) }));
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
