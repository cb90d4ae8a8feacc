// The gate against a table of changes: one row for each kind and direction, written from Protobuf's rules.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { type Finding, helpOf, messageOf } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import { compileScratch } from "../../core/scratch.js";
import { type Format, judgePair } from "./judge.js";
import { partsOf } from "./part.js";
import {
  type Expected,
  isExpectedCase,
  mirrored,
  type Protos,
  type Row,
  type Syntax,
} from "./row.js";
import { ROWS as CARDINALITY } from "./table/cardinality.js";
import { ROWS as CLOSED_ENUMS } from "./table/closed-enums.js";
import { ROWS as DEFAULTS } from "./table/defaults.js";
import { ROWS as EDITIONS } from "./table/editions.js";
import { ROWS as ENUMS } from "./table/enums.js";
import { ROWS as EXTENSIONS } from "./table/extensions.js";
import { ROWS as NUMBERS } from "./table/fields-number.js";
import { ROWS as TYPES } from "./table/fields-type.js";
import { ROWS as GROUPS } from "./table/groups.js";
import { ROWS as HARMLESS } from "./table/harmless.js";
import { ROWS as JSON_NAMES } from "./table/json.js";
import { ROWS as MAPS } from "./table/maps.js";
import { ROWS as ONEOFS } from "./table/oneof.js";
import { ROWS as PRESENCE } from "./table/presence.js";
import { ROWS as REMOVAL } from "./table/removal.js";
import { ROWS as SERVICES } from "./table/services.js";
import { ROWS as MOVED } from "./table/types-moved.js";

const TABLE: Readonly<Record<string, readonly Row[]>> = {
  "values of open enums": ENUMS,
  "closed enums": CLOSED_ENUMS,
  "numbers and names of fields": NUMBERS,
  "types of fields": TYPES,
  cardinality: CARDINALITY,
  presence: PRESENCE,
  oneofs: ONEOFS,
  maps: MAPS,
  defaults: DEFAULTS,
  groups: GROUPS,
  editions: EDITIONS,
  "JSON names": JSON_NAMES,
  services: SERVICES,
  types: MOVED,
  extensions: EXTENSIONS,
  removal: REMOVAL,
  "harmless changes": HARMLESS,
};

const EVERYTHING: readonly Format[] = ["binary", "json", "rpc"];

/** A row in one direction, in a package of its own, so that all of them compile at once. */
interface Change {
  readonly topic: string;
  readonly title: string;
  readonly name: string;
  readonly before: { readonly protos: Protos; readonly syntax: Syntax };
  readonly after: { readonly protos: Protos; readonly syntax: Syntax };
  readonly expect: readonly Expected[];
  readonly speaks: readonly Format[];
  readonly message: RegExp | undefined;
}

const CHANGES: readonly Change[] = Object.entries(TABLE)
  .flatMap(([topic, rows]) => rows.map((row) => ({ topic, row })))
  .flatMap(({ topic, row }, i) => changesOf(topic, row, `r${i}`));

function changesOf(topic: string, row: Row, name: string): Change[] {
  const [one, other] = Array.isArray(row.syntax) ? row.syntax : [row.syntax, row.syntax];
  const before = { protos: row.before, syntax: one ?? "proto3" } as const;
  const after = { protos: row.after, syntax: other ?? "proto3" } as const;
  const both = { topic, speaks: row.speaks ?? EVERYTHING };
  const forth = { ...both, title: row.title, name, before, after, expect: row.expect };
  const changes: Change[] = [{ ...forth, message: row.message }];
  if (row.back !== undefined) {
    changes.push({
      ...both,
      title: `${row.title}, the other way round`,
      name: `${name}b`,
      before: after,
      after: before,
      expect: row.back === "same" ? mirrored(row.expect) : row.back,
      message: undefined,
    });
  }
  return changes;
}

/** The files of one version of every change; each has its package's name for the `t` of its row. */
function filesOf(side: "before" | "after"): Map<string, string> {
  const files = new Map<string, string>();
  for (const change of CHANGES) {
    const { protos, syntax } = change[side];
    const texts = typeof protos === "string" ? { "a.proto": protos } : protos;
    for (const [path, text] of Object.entries(texts)) {
      const folder = posix.dirname(path);
      const name = folder === "." ? change.name : `${change.name}.${folder.replaceAll("/", ".")}`;
      const first = syntax.startsWith("proto") ? `syntax = "${syntax}";` : `edition = "${syntax}";`;
      const own = text
        .replace(/\bt(?=\.[A-Za-z])/g, change.name)
        .replaceAll('"t/', `"${change.name}/`);
      files.set(`proto/${change.name}/${path}`, `${first}\npackage ${name};\n${own}\n`);
    }
  }
  return files;
}

async function compiled(side: "before" | "after"): Promise<Schema> {
  const result = await compileScratch(async (folder) => {
    await writeFile(join(folder, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
    for (const [path, text] of filesOf(side)) {
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
  }, process.env);
  if ("schema" in result) return result.schema;
  const errors = result.annotations.map(({ path, start_line: line, message }) => {
    const change = CHANGES.find(({ name }) => path?.startsWith(`proto/${name}/`));
    return `${change?.topic}, ${change?.title}, ${side}: ${path}:${line}: ${message}`;
  });
  throw new Error(`The rows do not compile.\n${errors.join("\n")}`);
}

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
