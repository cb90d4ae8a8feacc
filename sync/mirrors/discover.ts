// Declarations that look like mirrors and have no tag: most of their members are an enum's names.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import type { CodeFiles } from "../../core/code-files.js";
import type { Edit } from "../../core/edit.js";
import type { Place } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import type { Sources } from "../../core/sources.js";
import { languageOf } from "../code-languages.js";
import type { Declaration, Slot } from "./declaration.js";
import { enumsOf } from "./mirrors.js";
import { normalized, requiredValues, shortName } from "./naming.js";
import { placeIn } from "./place.js";
import { type Reading, readMirror } from "./reading.js";
import { TAG } from "./tag.js";

/** A declaration that looks like a mirror of an enum, and how it differs from it today. */
export interface Discovery {
  readonly mirror: string;
  readonly symbol: string;
  readonly place: Place;
  /** The values that it lacks, beside those that its tag would leave out. */
  readonly missing: readonly string[];
  /** Its members that the enum does not have. */
  readonly unknown: readonly string[];
  /** The edit that gives it its tag. */
  readonly tag: Edit;
}

/** How many members a mirror has at least, and which part of them and of the enum has to agree. */
const LEAST = 3;
const PART = 0.6;
/** Files beyond that size, in bytes, are data or bundles. */
const LARGEST = 500_000;

/**
 * Finds untagged mirrors of the workspace's own enums. Only files in which most names of an enum occur
 * are parsed.
 */
export async function discoverMirrors(
  code: CodeFiles,
  sources: Sources,
  whole: () => Promise<Schema>,
): Promise<Discovery[]> {
  const paths = code.paths.filter((path) => languageOf(path) !== undefined);
  if (paths.length === 0) return [];
  const schema = await whole();
  const own = new Set(schema.files);
  const sought = [...enumsOf(schema).values()]
    .filter(({ file }) => own.has(file))
    .map(soughtOf)
    .filter(({ words }) => words.length >= LEAST);
  if (sought.length === 0) return [];
  const likely = firstLook(sought);
  const discoveries: Discovery[] = [];
  for (const path of paths) {
    const language = languageOf(path);
    const bytes = language && code.bytes(path);
    if (bytes === undefined || bytes.length > LARGEST) continue;
    const candidates = likely(bytes);
    if (language === undefined || candidates.length === 0) continue;
    const text = (await sources.read(path)) ?? "";
    const exists = (one: string): boolean => code.has(one);
    for (const { declaration, tagged } of language.readUntagged(path, text, exists)) {
      const [best, second] = candidates
        .filter((one) => mayAgree(declaration, one))
        .map(({ desc }) => readMirror(declaration, desc, new Set(), () => undefined))
        .filter(isLikely)
        .sort((a, b) => agreeing(b) - agreeing(a));
      // What fits two enums equally well says nothing of which is meant.
      if (best === undefined || (second && agreeing(second) === agreeing(best))) continue;
      discoveries.push(discoveryOf(best, text, tagged));
    }
  }
  return discoveries;
}

/** An enum that copies are looked for, without its zero value. */
interface Sought {
  readonly desc: DescEnum;
  /** The short names of its values, normalized. */
  readonly words: readonly string[];
  readonly numbers: ReadonlySet<number>;
}

function soughtOf(desc: DescEnum): Sought {
  const values = desc.values.filter(({ number }) => number !== 0);
  const words = values.map((value) => normalized(shortName(value)));
  return {
    desc,
    words: [...new Set(words)].filter((word) => word !== ""),
    numbers: new Set(values.map(({ number }) => number)),
  };
}

/** Tells of a file's bytes which enums most names of occur in it. */
function firstLook(sought: readonly Sought[]): (bytes: Buffer) => Sought[] {
  // The longest names of each: a mirror with most names has one of these, and few other files have.
  const probes = sought.flatMap(({ words }) => {
    const needed = words.length - Math.ceil(words.length * PART) + 1;
    return [...words].sort((a, b) => b.length - a.length).slice(0, needed);
  });
  const pattern = new RegExp([...new Set(probes)].join("|"));
  return (bytes) => {
    const lower = bytes.toString("latin1").toLowerCase();
    const joined = lower.includes("_") || lower.includes("-") ? lower.replace(/[_-]/g, "") : lower;
    if (!pattern.test(joined)) return [];
    return sought.filter(({ words }) => {
      const found = words.filter((word) => joined.includes(word));
      return found.length >= Math.max(LEAST, words.length * PART);
    });
  };
}

/**
 * Whether enough members could stand for values of the enum, before it is found out how their names are written:
 * in whatever way that is, a name ends with the short name.
 */
function mayAgree({ rows }: Declaration, { words, numbers }: Sought): boolean {
  const mayBe = ({ form }: Slot): boolean => {
    switch (form.kind) {
      case "name": {
        const text = normalized(form.text);
        return words.some((word) => text.endsWith(word));
      }
      case "number":
      case "implicit":
        return numbers.has(form.value);
      default:
        return form.kind === "reference";
    }
  };
  const agreeing = rows.filter(({ slots }) => slots.some(mayBe)).length;
  return agreeing >= Math.max(LEAST, Math.max(rows.length, numbers.size) * PART);
}

function isLikely(reading: Reading): boolean {
  const { members, key, desc, columns } = reading;
  if (key === undefined || members.length < LEAST || isOfCode(reading)) return false;
  // A list of values from the bindings is a choice of them, or an order.
  if (columns.length === 1 && columns[key]?.kind === "reference") return false;
  const values = new Set(desc.values.filter(({ number }) => number !== 0).map((one) => one.number));
  const known = agreeing(reading);
  return known >= LEAST && known >= members.length * PART && known >= values.size * PART;
}

/** Whether members lead to code, such as the functions that handle values. */
function isOfCode({ columns, members }: Reading): boolean {
  return members.some(({ row }) =>
    row.slots.some(({ form }, i) => columns[i]?.kind === "free" && form.kind === "other"),
  );
}

/** How many values the members stand for, the zero one not counted. */
function agreeing({ members, key }: Reading): number {
  const numbers = members.map(({ values }) => values[key as number]?.number);
  return new Set(numbers.filter((number) => number !== undefined && number !== 0)).size;
}

function discoveryOf(
  { declaration, desc, members, key }: Reading,
  text: string,
  tagged: (tag: string) => Edit,
): Discovery {
  const present = new Set(members.map(({ values }) => values[key as number]?.number));
  const lacking = requiredValues(desc, new Set()).filter(({ number }) => !present.has(number));
  // Few programs have a name for the value that says nothing.
  const isZero = ({ number }: DescEnumValue): boolean => number === 0;
  const zero = lacking.find(isZero);
  const except = zero === undefined ? "" : ` except ${shortName(zero)}`;
  return {
    mirror: declaration.name,
    symbol: desc.typeName,
    place: placeIn(declaration.path, text, declaration.head),
    missing: lacking.filter((value) => !isZero(value)).map(({ name }) => name),
    unknown: members
      .filter(({ values }) => values[key as number] === undefined)
      .flatMap(({ row }) => row.slots[key as number]?.code ?? []),
    tag: tagged(`${TAG} ${desc.typeName}${except}`),
  };
}
