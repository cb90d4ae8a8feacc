// The gate against a table of changes: one row for each kind and direction, written from Protobuf's rules.
import { beforeAll, describe, expect, it } from "vitest";
import { type Finding, helpOf, messageOf } from "../../core/finding.js";
import { CHANGES, type Change, compiled, TABLE } from "./changes.js";
import { judgePair } from "./judge.js";
import { partsOf } from "./part.js";
import { isExpectedCase } from "./row.js";

const found = new Map<Change, readonly Finding[]>();

beforeAll(async () => {
  const [before, after] = [partsOf(await compiled("before")), partsOf(await compiled("after"))];
  for (const change of CHANGES) {
    const { name, speaks } = change;
    found.set(change, await judgePair(before(name), after(name), { speaks }));
  }
});

const titleOf = (finding: { rule: string; severity: string; symbol: string }): string =>
  `${finding.severity} ${finding.rule} ${finding.symbol}`;

it("has a row of its own for each change", () => {
  const titles = CHANGES.map(({ topic, title }) => `${topic}: ${title}`);
  expect(titles).toEqual([...new Set(titles)]);
  expect(CHANGES.length).toBeGreaterThan(200);
});

for (const topic of Object.keys(TABLE)) {
  const changes = CHANGES.filter((change) => change.topic === topic);
  describe(topic, () => {
    it.each(changes.map((change) => [change.title, change] as const))("%s", (_, change) => {
      const findings = found.get(change) ?? [];
      const got = findings.map(({ rule, severity, symbol }) =>
        titleOf({ rule: rule.id, severity, symbol: (symbol ?? "").slice(change.name.length + 1) }),
      );
      expect(got.sort()).toEqual(change.expect.map(titleOf).sort());
      for (const finding of findings) holds(change, finding);
      if (change.message !== undefined) {
        const words = findings
          .map((one) => [messageOf(one), helpOf(one), ...subjectsOf(one)])
          .join("\n");
        expect(words).toMatch(change.message);
      }
    });
  });
}

/** What was sent or called. */
const subjectsOf = ({ evidence = [] }: Finding): string[] => evidence.map(({ subject }) => subject);

/** What has to be true of a finding beside its rule: words that say something, and evidence for an error. */
function holds(change: Change, finding: Finding): void {
  const what = `${finding.rule.id} ${finding.symbol}`;
  for (const words of [messageOf(finding), helpOf(finding)]) {
    expect(words, what).toMatch(/\w/);
    expect(words, what).not.toMatch(/undefined|\[object/);
  }
  const evidence = finding.evidence ?? [];
  const bad = evidence.filter(({ fate }) => fate !== "unaffected");
  const spoken = bad.filter(({ format }) => change.speaks.includes(format));
  if (finding.severity === "error")
    expect(spoken, `${what}: an error has evidence`).not.toEqual([]);
  // An element that only one version has may fare as it will: the other cannot know what it meant.
  else if (!/ADDED|REMOVED/.test(finding.rule.id)) expect(spoken, `${what}: no error`).toEqual([]);
  const cases =
    change.expect.find(
      ({ rule, symbol }) =>
        rule === finding.rule.id && `${change.name}.${symbol}` === finding.symbol,
    )?.cases ?? [];
  const verdicts = bad.map((one) => isExpectedCase(cases, one));
  const seen = bad.map(({ sender, format, fate }) => `${sender} ${format} ${fate}`).join(", ");
  expect(verdicts, `${what}: ${seen} is not ${cases.join(" or ")}`).not.toContain(false);
  if (cases.length > 0) {
    expect(verdicts, `${what}: ${seen} is none of ${cases.join(" or ")}`).toContain(true);
  }
}
