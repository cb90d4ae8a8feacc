// The rows of the table as changes, each in a package of its own, so that all of them compile at once.
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, posix } from "node:path";
import type { Schema } from "../../core/schema.js";
import { compileScratch } from "../../core/scratch.js";
import type { Format } from "./judge.js";
import { type Expected, mirrored, type Protos, type Row, type Syntax } from "./row.js";
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
import { ROWS as RANDOM } from "./table/random.js";
import { ROWS as REMOVAL } from "./table/removal.js";
import { ROWS as SERVICES } from "./table/services.js";
import { ROWS as MOVED } from "./table/types-moved.js";

export const TABLE: Readonly<Record<string, readonly Row[]>> = {
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
  "several changes at once": RANDOM,
  removal: REMOVAL,
  "harmless changes": HARMLESS,
};

export const EVERYTHING: readonly Format[] = ["binary", "json", "rpc"];

/** A row in one direction. */
export interface Change {
  readonly topic: string;
  readonly title: string;
  readonly name: string;
  readonly before: { readonly protos: Protos; readonly syntax: Syntax };
  readonly after: { readonly protos: Protos; readonly syntax: Syntax };
  readonly expect: readonly Expected[];
  readonly speaks: readonly Format[];
  readonly message: RegExp | undefined;
}

export const CHANGES: readonly Change[] = Object.entries(TABLE)
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

/** The files of one version of those changes; each has its package's name for the `t` of its row. */
function filesOf(side: "before" | "after", changes: readonly Change[]): Map<string, string> {
  const files = new Map<string, string>();
  for (const change of changes) {
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

/** One version of those changes, compiled together. */
export async function compiled(
  side: "before" | "after",
  changes: readonly Change[] = CHANGES,
): Promise<Schema> {
  const result = await compileScratch(async (folder) => {
    await writeFile(join(folder, "buf.yaml"), "version: v2\nmodules:\n  - path: proto\n");
    for (const [path, text] of filesOf(side, changes)) {
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
