// How code writes the names of an enum's values, and what a value would be called in that way.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";
import { canonicalValues, shortNames } from "../../core/enum-names.js";

/** A way to write names: `status.NotFound` is the affix `status.` before the short name in PascalCase. */
export interface Naming {
  readonly affix: string;
  /** Whether the prefix that repeats the enum's name is written, too. */
  readonly full: boolean;
  readonly style: Style;
}

type Style = (words: readonly string[], verbatim: string) => string;

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
const filled = (words: readonly string[]): string[] => words.filter((word) => word !== "");
const pascal: Style = (words) => filled(words).map(capital).join("");

const STYLES: readonly Style[] = [
  (words) => words.join("_").toUpperCase(),
  (words) => words.join("_"),
  (words) => filled(words).join("-"),
  (words) => pascal(words, "").replace(/^./, (first) => first.toLowerCase()),
  pascal,
  (words) => filled(words).map(capital).join(" "),
  (words) => capital(filled(words).join(" ")),
  (words) => filled(words).join(" "),
  (_, verbatim) => verbatim,
];

/** Styles that few people mean: they are taken only where no other one fits as well. */
const RARE: readonly Style[] = [(words) => words.join(""), (words) => words.join("").toUpperCase()];

/** What is read of the names in one place of all members. */
export interface Names {
  /** The value that a text stands for, in whatever way it is written. */
  valueOf(text: string): DescEnumValue | undefined;
  /** Those of the texts that follow the way in which most are written. */
  readonly regular: ReadonlySet<string>;
  /** Everything that a value may be called there: one text where the way to write it is known. */
  candidates(value: DescEnumValue, isAllowed: (text: string) => boolean): string[];
  /** What the proto may have called a text that stands for no value. */
  protoName(text: string): string;
}

/** Reads how those texts name the values of the enum. */
export function readNames(texts: readonly string[], desc: DescEnum): Names {
  const parts = new Map(desc.values.map((value) => [value, partsOf(desc, value)]));
  const render = ({ affix, full, style }: Naming, value: DescEnumValue): string => {
    const { prefix, rest } = parts.get(value) as Parts;
    return affix + style(wordsOf(full ? prefix + rest : rest), full ? prefix + rest : rest);
  };
  const table = (naming: Naming): Map<string, DescEnumValue> => {
    const names = new Map<string, DescEnumValue>();
    for (const value of desc.values) {
      const name = render(naming, value);
      if (!names.has(name)) names.set(name, value);
    }
    return names;
  };
  const plain = (styles: readonly Style[]): Naming[] =>
    [false, true].flatMap((full) => styles.map((style) => ({ affix: "", full, style })));
  const hasPrefix = [...parts.values()].some(({ prefix }) => prefix !== "");
  const distinct = [...new Set(texts)];
  const groups = [
    plain(STYLES).filter(({ full }) => hasPrefix || !full),
    plain(RARE).filter(({ full }) => hasPrefix || !full),
    affixed(distinct.slice(0, 6), desc, render),
  ];
  const fits = groups.flatMap((namings, rank) =>
    namings.map((naming) => {
      const names = table(naming);
      return { naming, names, rank, regular: distinct.filter((text) => names.has(text)) };
    }),
  );
  const most = Math.max(0, ...fits.map(({ regular }) => regular.length));
  const fitting = fits.filter(
    ({ regular, rank }) => regular.length === most && (rank < 2 || most > 1),
  );
  const rank = Math.min(...fitting.map((one) => one.rank));
  // One short name in capitals may be a full name of an enum without prefix: the shorter way is meant.
  const best = fitting.filter((one) => one.rank === rank);
  const isShort = best.some(({ naming }) => !naming.full);
  const chosen = most === 0 ? [] : best.filter(({ naming }) => !isShort || !naming.full);

  const loose = new Map<string, DescEnumValue | undefined>();
  const addLoose = (name: string, value: DescEnumValue): void => {
    const key = normalized(name);
    loose.set(key, loose.has(key) && loose.get(key) !== value ? undefined : value);
  };
  for (const value of desc.values) {
    const { prefix, rest } = parts.get(value) as Parts;
    addLoose(rest, value);
    if (prefix !== "") addLoose(prefix + rest, value);
  }
  return {
    valueOf: (text) =>
      chosen.map(({ names }) => names.get(text)).find((value) => value !== undefined) ??
      loose.get(normalized(text)),
    regular: new Set(chosen.flatMap(({ regular }) => regular)),
    candidates(value, isAllowed) {
      const namings = chosen.length > 0 ? chosen.map(({ naming }) => naming) : plain(STYLES);
      const all = [...new Set(namings.map((naming) => render(naming, value)))];
      const allowed = all.filter(isAllowed);
      return allowed.length > 0 ? allowed : all;
    },
    protoName(text) {
      const prefix = [...parts.values()][0]?.prefix ?? "";
      const affix = chosen[0]?.naming.affix ?? "";
      const own = text.startsWith(affix) ? text.slice(affix.length) : text;
      const name = wordsOf(own.replace(/[^A-Za-z0-9]+/g, "_"))
        .join("_")
        .toUpperCase();
      return name.startsWith(prefix.toUpperCase()) ? name : prefix + name;
    },
  };
}

interface Parts {
  /** The part of the proto's name that repeats the enum's, as it is declared. */
  readonly prefix: string;
  readonly rest: string;
}

function partsOf(desc: DescEnum, value: DescEnumValue): Parts {
  const short = shortNamesOf(desc).get(value.name) as string;
  const length = value.name.length - short.length;
  return { prefix: value.name.slice(0, length), rest: value.name.slice(length) };
}

const SHORT_NAMES = new WeakMap<DescEnum, ReadonlyMap<string, string>>();

function shortNamesOf(desc: DescEnum): ReadonlyMap<string, string> {
  const known = SHORT_NAMES.get(desc) ?? shortNames(desc);
  SHORT_NAMES.set(desc, known);
  return known;
}

/** The name of a value without the prefix, as it is declared: `NOT_FOUND`. */
export function shortName(value: DescEnumValue): string {
  return partsOf(value.parent, value).rest;
}

/** The values of the enum that a text names: by the full name or the short one, in whatever case. */
export function valuesNamed(desc: DescEnum, text: string): DescEnumValue[] {
  const wanted = text.toLowerCase();
  return desc.values.filter(
    (value) => value.name.toLowerCase() === wanted || shortName(value).toLowerCase() === wanted,
  );
}

/** The values that a mirror has to have: of aliases, the one declared first. */
export function requiredValues(desc: DescEnum, except: ReadonlySet<number>): DescEnumValue[] {
  return canonicalValues(desc).filter(({ number }) => !except.has(number));
}

/** Ways to write names with something constant before them, such as `kHealthy` or `status.healthy`. */
function affixed(
  texts: readonly string[],
  desc: DescEnum,
  render: (naming: Naming, value: DescEnumValue) => string,
): Naming[] {
  const found = new Map<string, Naming>();
  for (const text of texts) {
    for (const [i, style] of [...STYLES, ...RARE].entries()) {
      for (const value of desc.values) {
        const name = render({ affix: "", full: false, style }, value);
        const affix = text.slice(0, text.length - name.length);
        if (affix === "" || name.length < 2 || !text.endsWith(name)) continue;
        // The `un` of `unhealthy` is not an affix of `healthy`.
        const isApart = !/[A-Za-z]$/.test(affix) || (/[a-z]$/.test(affix) && /^[A-Z]/.test(name));
        if (isApart) found.set(`${i} ${affix}`, { affix, full: false, style });
      }
    }
  }
  return [...found.values()];
}

/** The words of a name in lower case: at underscores, and where a capital follows a small letter. */
function wordsOf(name: string): string[] {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase()
    .split("_");
}

/** A name without what sets its words apart, in lower case. */
export function normalized(text: string): string {
  return text.replace(/[^A-Za-z0-9]/g, "").toLowerCase();
}
