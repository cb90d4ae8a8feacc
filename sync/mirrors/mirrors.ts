// The target of mirrors: hand-written declarations that repeat an enum. Plans what is to be added to
// them and tells what is wrong with them; writes nothing.
import { realpath } from "node:fs/promises";
import type { DescEnum } from "@bufbuild/protobuf";
import { nestedTypes } from "@bufbuild/protobuf/reflect";
import type { CodeFiles } from "../../core/code-files.js";
import type { Edit } from "../../core/edit.js";
import type { Place } from "../../core/finding.js";
import type { History } from "../../core/git-history.js";
import type { MirrorProblem } from "../../core/mirror.js";
import { nearest } from "../../core/nearest.js";
import type { Schema } from "../../core/schema.js";
import type { Sources } from "../../core/sources.js";
import { realPathInside, workspacePath } from "../../core/workspace.js";
import { languageOf } from "../code-languages.js";
import type { CodeLanguage, References } from "../languages/code.js";
import { nearValue } from "./cause.js";
import type { Declaration, MirrorFile, Range } from "./declaration.js";
import { fates } from "./history.js";
import { type Around, judgeMirror } from "./judge.js";
import { valuesNamed } from "./naming.js";
import { placeIn } from "./place.js";
import { type FindMirror, isBindingsName, type Reading, readMirror } from "./reading.js";
import { parseTag, TAG } from "./tag.js";
import { SHOWN, usesOf } from "./uses.js";

/** What a mirror lacks, and the edits that add it. */
export interface MirrorAddition {
  readonly mirror: string;
  readonly symbol: string;
  readonly place: Place;
  readonly names: readonly string[];
  readonly edits: readonly Edit[];
}

export interface MirrorPlan {
  /** How many declarations have a tag, and in how many files. */
  readonly mirrors: number;
  readonly files: number;
  readonly problems: readonly MirrorProblem[];
  readonly additions: readonly MirrorAddition[];
}

/** What planning mirrors reads. */
export interface MirrorSources {
  readonly code: CodeFiles;
  readonly sources: Sources;
  /** All that the protos compile to; asked for only where a file has a tag. */
  readonly whole: () => Promise<Schema>;
  /** The folders with bindings. */
  readonly generated: readonly string[];
  /** Undefined without a git repository. */
  readonly history: History | undefined;
}

/**
 * Reads every mirror in the files and judges it. Files without a tag are not parsed. Throws trouble
 * where a file with a tag is a link that leaves the workspace.
 */
export async function planMirrors(from: MirrorSources): Promise<MirrorPlan> {
  const { code, sources, whole, history, generated } = from;
  const { root } = code;
  const paths = code.paths.filter((path) => languageOf(path) !== undefined);
  const problems: MirrorProblem[] = [];
  const files: MirrorFile[] = [];
  const texts = new Map<string, string>();
  const base = await realpath(root);
  for (const path of paths) {
    if (code.bytes(path)?.includes(TAG) !== true) continue;
    // A link within the workspace is left alone: what it leads to is read under its own name.
    if (workspacePath(base, await realPathInside(root, path)) !== path) continue;
    const text = (await sources.read(path)) ?? "";
    texts.set(path, text);
    const language = languageOf(path) as CodeLanguage;
    files.push(language.readMirrors(path, text, (one) => code.has(one)));
  }
  if (files.length === 0) return { mirrors: 0, files: 0, problems: [], additions: [] };
  const schema = await whole();
  const placeOf = (path: string, range: Range): Place =>
    placeIn(path, texts.get(path) ?? "", range);
  const tagged: Tagged[] = [];
  const enums = enumsOf(schema);
  for (const { path, error, unsupported, declarations } of files) {
    if (error !== undefined) {
      problems.push({
        kind: "syntax",
        place: placeOf(path, error),
        args: { message: error.message },
      });
    }
    for (const { what, ...range } of unsupported) {
      problems.push({ kind: "unsupported", place: placeOf(path, range), args: { what } });
    }
    for (const declaration of declarations) {
      const place = placeOf(path, declaration.tag);
      const read = readTag(declaration, enums, schema, place);
      if ("kind" in read) problems.push(read);
      else tagged.push({ declaration, ...read });
    }
  }
  const readings = readAll(tagged);
  const opened = new Map<CodeLanguage, Promise<References>>();
  const referencesOf = ({ path }: Declaration): Promise<References> => {
    const language = languageOf(path) as CodeLanguage;
    const open = opened.get(language) ?? language.openReferences(code, sources, generated);
    opened.set(language, open);
    return open;
  };
  const around: Omit<Around, "place"> = {
    findMirror: readings.findMirror,
    fateOf: fates(schema, history),
    usesOf: async (reading, member, names) => {
      const references = await referencesOf(reading.declaration);
      const using = { code, sources, references, readings: readings.all() };
      return usesOf(reading, member, names, using);
    },
  };
  const additions: MirrorAddition[] = [];
  for (const reading of readings.all()) {
    const { declaration, desc } = reading;
    const place = (range: Range): Place => placeOf(declaration.path, range);
    const judged = await judgeMirror(reading, { ...around, place });
    problems.push(...judged.problems);
    if (judged.additions.length === 0) continue;
    additions.push({
      mirror: declaration.name,
      symbol: desc.typeName,
      place: place(declaration.head),
      names: judged.missing,
      edits: judged.additions,
    });
  }
  return {
    mirrors: tagged.length,
    files: new Set(tagged.map(({ declaration }) => declaration.path)).size,
    problems: problems.map((one) => togetherOrNot(one, problems)),
    additions,
  };
}

/** A value is renamed in all its mirrors or in none: what leads from one to another may be a text. */
function togetherOrNot(problem: MirrorProblem, all: readonly MirrorProblem[]): MirrorProblem {
  if (problem.kind !== "unknownMember" || problem.args.cause.kind !== "renamed") return problem;
  const { symbol, cause } = problem.args;
  const uses = all.flatMap((one) =>
    one.kind === "unknownMember" &&
    one.args.symbol === symbol &&
    one.args.cause.kind === "renamed" &&
    one.args.cause.to === cause.to
      ? one.args.uses
      : [],
  );
  if (uses.length === 0) return problem;
  const { fix: _, ...rest } = problem;
  return { ...rest, args: { ...problem.args, uses: [...new Set(uses)].slice(0, SHOWN) } };
}

interface Tagged {
  readonly declaration: Declaration;
  readonly desc: DescEnum;
  readonly except: ReadonlySet<number>;
}

/** The enums that a tag may name, by their names. */
export function enumsOf({ registry }: Schema): Map<string, DescEnum> {
  const all = [...registry.files].flatMap((file) => [...nestedTypes(file)]);
  return new Map(all.flatMap((type) => (type.kind === "enum" ? [[type.typeName, type]] : [])));
}

/** Which enum a tag names and which values it leaves out; or what is wrong with it. */
function readTag(
  { tag }: Declaration,
  enums: ReadonlyMap<string, DescEnum>,
  schema: Schema,
  place: Place,
): Omit<Tagged, "declaration"> | MirrorProblem {
  const parsed = parseTag(tag.text);
  if ("why" in parsed)
    return { kind: "tag", place, args: { text: tag.text.trim(), why: parsed.why } };
  const { symbol, except } = parsed;
  const desc = enums.get(symbol);
  if (desc === undefined) {
    const other = schema.registry.get(symbol);
    const near =
      [...enums.keys()].find((name) => name.split(".").at(-1) === symbol.split(".").at(-1)) ??
      nearest(symbol, [...enums.keys()]);
    return { kind: "unknownSymbol", place, args: { symbol, is: other?.kind, near } };
  }
  const numbers = new Set<number>();
  for (const name of except) {
    const values = valuesNamed(desc, name);
    for (const { number } of values) numbers.add(number);
    if (values.length > 0) continue;
    const near = nearValue(name, name, desc.values)?.name;
    return {
      kind: "unknownSymbol",
      place,
      args: { symbol: `${symbol}.${name}`, is: undefined, near },
    };
  }
  return { desc, except: numbers };
}

/** Reads mirrors, those first that others refer to. */
function readAll(tagged: readonly Tagged[]): { all(): Reading[]; findMirror: FindMirror } {
  const read = new Map<Tagged, Reading | undefined>();
  const findMirror: FindMirror = (form, desc) => {
    const isBindings = form.path === undefined && isBindingsName(form, desc);
    const named = tagged.filter(
      ({ declaration, ...one }) =>
        one.desc === desc &&
        declaration.name === form.name &&
        (form.path === undefined || declaration.path === form.path),
    );
    const [only] = named;
    return isBindings || only === undefined || named.length > 1 ? undefined : readOne(only);
  };
  const readOne = (one: Tagged): Reading | undefined => {
    // A mirror that is asked for while it is read refers to itself.
    if (!read.has(one)) {
      read.set(one, undefined);
      read.set(one, readMirror(one.declaration, one.desc, one.except, findMirror));
    }
    return read.get(one);
  };
  return { all: () => tagged.flatMap((one) => readOne(one) ?? []), findMirror };
}
