// Random edits of small messages over many commits, against an oracle that keeps every version in memory.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Added, historyFindings } from "../../checks/wire/history/history.js";
import { removalsOf, type Version, versionOf } from "../../checks/wire/history/removals.js";
import type { Reused } from "../../checks/wire/history/rules.js";
import { type Commit, openLog } from "../../core/git-log.js";
import { added, NOTHING, proto, repository } from "./history-repository.js";

interface Field {
  readonly name: string;
  readonly number: number;
  readonly type: string;
}

/** The fields of the one message, in each of two files that may have it. */
type Files = readonly [readonly Field[], readonly Field[]];

interface Made {
  readonly files: Files;
  /** Which earlier commits it descends from, counted back from it. */
  readonly back: readonly number[];
}

const field = fc.record({
  name: fc.constantFrom("a", "b", "c"),
  number: fc.integer({ min: 1, max: 4 }),
  type: fc.constantFrom("int32", "string"),
});
const fields = fc.uniqueArray(field, {
  maxLength: 3,
  comparator: (x, y) => x.name === y.name || x.number === y.number,
});
const made: fc.Arbitrary<Made> = fc.record({
  // Mostly one file, as in a real tree; a message in two is one that is vendored.
  files: fc.oneof(
    { weight: 3, arbitrary: fields.map((f): Files => [f, []]) },
    { weight: 1, arbitrary: fields.map((f): Files => [[], f]) },
    { weight: 1, arbitrary: fc.tuple(fields, fields) },
  ),
  back: fc.oneof(
    { weight: 3, arbitrary: fc.constant([1]) },
    { weight: 1, arbitrary: fc.constant([2]) },
    { weight: 1, arbitrary: fc.constantFrom([1, 2], [2, 1], [1, 3], [3, 2]) },
  ),
});

/** The parents of the commit at that index. */
function parentsOf(commits: readonly Made[], i: number): number[] {
  return [...new Set((commits[i] as Made).back.map((n) => i - n).filter((p) => p >= 0))];
}

const all = ([one, other]: Files): Field[] => [...one, ...other];

/**
 * The oracle: whether the number of a field comes back with another meaning. Straight from the definition:
 * some commit has no field of that number and all of its parents have one, of another name or type. Renaming
 * is out of its sight: it tells only what is certain either way.
 */
function oracle(
  commits: readonly Made[],
  one: Field,
): { number: "yes" | "no" | "either"; name: boolean } {
  let number: "yes" | "no" | "either" = "no";
  let name = false;
  const everSame = commits.some(({ files }) =>
    all(files).some((f) => f.number === one.number && f.name === one.name && f.type === one.type),
  );
  commits.forEach(({ files }, i) => {
    const parents = parentsOf(commits, i).map((p) => all((commits[p] as Made).files));
    if (parents.length === 0) return;
    const gone = (has: (f: Field) => boolean): Field[] =>
      parents.every((p) => p.some(has)) && !all(files).some(has)
        ? (parents[0] as Field[]).filter(has)
        : [];
    const numbers = gone((f) => f.number === one.number);
    const same = numbers.some((f) => f.name === one.name && f.type === one.type);
    if (numbers.length > 0 && !same && number !== "yes") {
      number = everSame && numbers.some((f) => f.type === one.type) ? "either" : "yes";
    }
    if (gone((f) => f.name === one.name).some((f) => f.number !== one.number)) name = true;
  });
  return { number, name };
}

/** The same commits as git's log would give them. */
function logOf(commits: readonly Made[]): {
  log: Commit[];
  versions: Map<string, Version>;
} {
  const versions = new Map<string, Version>();
  const log = commits.map(({ files }, i): Commit => {
    const parents = parentsOf(commits, i);
    const before = parents[0] === undefined ? undefined : (commits[parents[0]] as Made).files;
    const changes = files.flatMap((own, f) => {
      if (JSON.stringify(own) === JSON.stringify(before?.[f] ?? [])) return [];
      const blob = JSON.stringify(own);
      const version = versionOf(
        {
          messages: [["a.M", own.map((x) => [x.name, x.number, x.type])]],
          enums: [],
          extensions: [],
          services: [],
        },
        new Set(["a.M"]),
      );
      if (version !== undefined) versions.set(blob, version);
      return [{ path: `${f}.proto`, blob: own.length === 0 ? undefined : blob }];
    });
    return { id: `${i}`, date: "2026-03-14", parents: parents.map(String), changes };
  });
  return { log, versions };
}

const asked = (one: Field): Added => added(`M.${one.name} = ${one.number} ${one.type}`);

describe("the history of random edits", () => {
  it("is what an oracle with every version in memory finds", () => {
    const seen = { yes: 0, no: 0, either: 0, name: 0 };
    fc.assert(
      fc.property(fc.array(made, { minLength: 1, maxLength: 12 }), field, (commits, one) => {
        const { log, versions } = logOf(commits);
        const findings = historyFindings([asked(one)], removalsOf(log, versions), NOTHING);
        const found = findings.map(({ rule }) => rule.id);
        const expected = oracle(commits, one);
        seen[expected.number]++;
        if (expected.name) seen.name++;
        expect(found.includes("NAME_REUSED_AFTER_REMOVAL")).toBe(expected.name);
        if (expected.number !== "either") {
          expect(found.includes("NUMBER_REUSED_AFTER_REMOVAL")).toBe(expected.number === "yes");
        }
        for (const { args } of findings) {
          const { old } = args as Reused;
          const parent = parentsOf(commits, Number(old.commit))[0] as number;
          expect(all((commits[parent] as Made).files)).toContainEqual({
            name: old.name,
            number: old.number,
            type: old.type,
          });
        }
      }),
      { numRuns: Number(process.env.HISTORY_RUNS ?? 2000) },
    );
    // The property would prove nothing if one side never came up.
    for (const count of [seen.yes, seen.no, seen.name]) expect(count).toBeGreaterThan(50);
    expect(seen.either).toBeLessThan(seen.yes);
  });

  it("is the same in a real repository, with its branches and merges", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(made, { minLength: 3, maxLength: 7 }),
        fc.array(field, { minLength: 4, maxLength: 4 }),
        async (commits, elements) => {
          const r = await repository();
          const ids: string[] = [];
          for (const [i, { files }] of commits.entries()) {
            for (const [f, own] of files.entries()) {
              const text = own.map((x) => `${x.type} ${x.name} = ${x.number};`).join(" ");
              // Without a field there is no file: what git has then is a deletion.
              if (own.length > 0) await r.w.write(`${f}.proto`, proto(`message M { ${text} }`));
              else await r.w.git("rm", "--quiet", "--force", "--ignore-unmatch", `${f}.proto`);
            }
            await r.w.git("add", "--all");
            const tree = (await r.w.git("write-tree")).trim();
            const parents = parentsOf(commits, i).flatMap((p) => ["-p", ids[p] as string]);
            ids.push((await r.w.git("commit-tree", tree, ...parents, "-m", `${i}`)).trim());
          }
          const { log, versions } = logOf(commits);
          // In git's order: of branches that are side by side, either may come first.
          const ordered = (await openLog(r.w.root, process.env).commits(ids)).map(
            ({ id }) => log[ids.indexOf(id)] as Commit,
          );
          const removals = removalsOf(ordered, versions);
          const expected = historyFindings(elements.map(asked), removals, NOTHING);
          const told = (args: unknown): string[] => {
            const { name, number, type, old } = args as Reused;
            return [
              `${name} ${number} ${type}: ${old.lost} of ${old.name} ${old.number} ${old.type}`,
            ];
          };
          const found = await r.findings(elements.map(asked), ids);
          expect(found.map(({ args }) => told(args))).toEqual(
            expected.map(({ args }) => told(args)),
          );
        },
      ),
      { numRuns: 12 },
    );
  });
});
