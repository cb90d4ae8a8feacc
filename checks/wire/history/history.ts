// Whether a number or name that is added was removed before, by any commit that the baselines descend from.
import type { Cache } from "../../../core/cache.js";
import { type Finding, finding, type Place } from "../../../core/finding.js";
import type { History } from "../../../core/git-history.js";
import type { Log } from "../../../core/git-log.js";
import { trouble } from "../../../core/trouble.js";
import type { Unreadable } from "./facts.js";
import { eachFacts } from "./kept.js";
import { type Removal, removalsOf, type Version, versionOf } from "./removals.js";
import {
  HISTORY_UNREADABLE,
  NAME_REUSED_AFTER_REMOVAL,
  type NotRead,
  NUMBER_REUSED_AFTER_REMOVAL,
} from "./rules.js";
import { sameType } from "./type.js";

/** An element of the changed protos with a number or a name that the baseline does not have there. */
export interface Added {
  readonly kind: "field" | "value";
  /** The full name of the message (of an extension: of the extended message) or enum that it is in. */
  readonly parent: string;
  /** Of an extension its full name. */
  readonly name: string;
  /** The full name of the element itself. */
  readonly symbol: string;
  readonly number: number;
  /** Fields only: as `typeOf` writes it. */
  readonly type?: string;
  /** Which of the two the baseline has on nothing in the parent; what it has is for the comparison to judge. */
  readonly numberIsNew: boolean;
  readonly nameIsNew: boolean;
  readonly place: Place;
}

/** What the history is read with. */
export interface Reading {
  readonly log: Log;
  readonly history: Pick<History, "isShallow">;
  readonly cache: Cache;
}

/** What the changed protos have in a message or enum, by its full name. */
export interface Now {
  hasName(parent: string, name: string): boolean;
  /** Whether the number is neither reserved nor of an element, other than those whose numbers are leaving. */
  canHave(parent: string, number: number, leaving: ReadonlySet<number>): boolean;
  /** The next number that is neither used nor reserved, nor among the taken. Gives each once. */
  nextFree(parent: string, taken: ReadonlySet<number>): number;
}

/**
 * The findings on what was added, given the commits of the baselines. Where nothing was added, git is not
 * asked. Throws trouble where the clone lacks a part of the history.
 */
export async function judgeHistory(
  added: readonly Added[],
  baselines: readonly string[],
  reading: Reading,
  now: Now,
): Promise<Finding[]> {
  const judged = added.filter((one) => one.numberIsNew || one.nameIsNew);
  if (judged.length === 0) return [];
  const parents = new Set(judged.map((one) => one.parent));
  const { removals, unreadable } = await readRemovals(parents, baselines, reading);
  return [
    ...historyFindings(judged, removals, now),
    ...unreadable.map((one) => finding(HISTORY_UNREADABLE, one, { path: one.path })),
  ];
}

/**
 * What the commits that the baselines descend from removed from those messages and enums, the oldest
 * first; and of each proto the last version that may have had something of them and cannot be read.
 */
export async function readRemovals(
  parents: ReadonlySet<string>,
  baselines: readonly string[],
  { log, history, cache }: Reading,
): Promise<{ removals: Removal[]; unreadable: NotRead[] }> {
  if (await history.isShallow()) {
    const rules = [NUMBER_REUSED_AFTER_REMOVAL.id, NAME_REUSED_AFTER_REMOVAL.id];
    throw trouble("HISTORY_SHALLOW", { rules });
  }
  const commits = await log.commits(baselines);
  const blobs = new Set(
    commits.flatMap(({ changes }) =>
      changes.flatMap(({ blob }) => (blob === undefined ? [] : [blob])),
    ),
  );
  const mentioned = [...parents].map((parent) => parent.slice(parent.lastIndexOf(".") + 1));
  const versions = new Map<string, Version | Unreadable>();
  await eachFacts(blobs, log, cache, (blob, facts) => {
    if ("why" in facts) {
      if (mentioned.some((name) => facts.words.includes(name))) versions.set(blob, facts);
      return;
    }
    const version = versionOf(facts, parents);
    if (version !== undefined) versions.set(blob, version);
  });
  const unreadable = new Map<string, NotRead>();
  for (const { id, changes } of commits) {
    for (const { path, blob } of changes) {
      const version = versions.get(blob ?? "");
      if (version === undefined || !("why" in version)) continue;
      unreadable.set(path, { path, commit: id, why: version.why });
    }
  }
  return { removals: removalsOf(commits, versions), unreadable: [...unreadable.values()] };
}

/** A finding for each number and each name that comes back with another meaning; it names the newest. */
export function historyFindings(
  added: readonly Added[],
  removals: readonly Removal[],
  now: Now,
): Finding[] {
  const byParent = new Map<string, Removal[]>();
  for (const removal of removals) {
    const key = `${removal.kind} ${removal.parent}`;
    const others = byParent.get(key);
    if (others === undefined) byParent.set(key, [removal]);
    else others.push(removal);
  }
  const judged = added.map((one) => {
    const own = byParent.get(`${one.kind} ${one.parent}`) ?? [];
    const number = one.numberIsNew ? otherOfNumber(one, own) : undefined;
    const name = one.nameIsNew ? otherOfName(one, own) : undefined;
    return { one, number, name, taken: new Set(own.map((removal) => removal.number)) };
  });
  const leaving = new Map<string, Set<number>>();
  for (const { one, number } of judged) {
    if (number === undefined) continue;
    leaving.set(one.parent, (leaving.get(one.parent) ?? new Set()).add(one.number));
  }
  // What comes back as itself, but for its number, has a number of its own.
  const back = new Map<string, Map<Added, number>>();
  for (const { one, number, name } of judged) {
    if (number === undefined || name === undefined || !sameType(name.type, one.type)) continue;
    if (!now.canHave(one.parent, name.number, leaving.get(one.parent) ?? new Set())) continue;
    back.set(one.parent, (back.get(one.parent) ?? new Map()).set(one, name.number));
  }
  return judged.flatMap(({ one, number, name, taken }) => {
    const { place, symbol, numberIsNew: _, nameIsNew: __, ...element } = one;
    const findings: Finding[] = [];
    if (number !== undefined) {
      const isBack = back.get(one.parent);
      const own = isBack?.get(one);
      const args = {
        ...element,
        old: number,
        free: own ?? now.nextFree(one.parent, taken),
        isBack: own !== undefined,
        reservesNumber: ![...(isBack?.values() ?? [])].includes(one.number),
        reservesName:
          number.name !== one.name &&
          !number.name.includes(".") &&
          !now.hasName(one.parent, number.name),
      };
      findings.push(finding(NUMBER_REUSED_AFTER_REMOVAL, args, place, { symbol }));
    }
    if (name !== undefined) {
      const args = { ...element, old: name };
      findings.push(finding(NAME_REUSED_AFTER_REMOVAL, args, place, { symbol }));
    }
    return findings;
  });
}

/** The newest removal of the number from something else: of another name or type, renaming apart. */
function otherOfNumber(one: Added, removals: readonly Removal[]): Removal | undefined {
  const ofNumber = removals.filter((removal) => removal.number === one.number);
  /** What has had the number without a break until the removal that is looked at. */
  let names: Removal[] = [];
  let newest: Removal | undefined;
  for (let i = 0; i < ofNumber.length; ) {
    const { commit } = ofNumber[i] as Removal;
    const together: Removal[] = [];
    for (; ofNumber[i]?.commit === commit; i++) together.push(ofNumber[i] as Removal);
    names.push(...together);
    const gone = together.filter(({ lost }) => lost === "number");
    if (gone.length === 0) continue;
    const same =
      gone.some(({ type }) => sameType(type, one.type)) &&
      names.some(({ name, type }) => name === one.name && sameType(type, one.type));
    if (!same) newest = gone[0];
    names = [];
  }
  return newest;
}

/** The newest removal of the name from another number. */
function otherOfName(one: Added, removals: readonly Removal[]): Removal | undefined {
  return removals.findLast(
    ({ lost, name, number }) => lost === "name" && name === one.name && number !== one.number,
  );
}
