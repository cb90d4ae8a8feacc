// The names that code gives to the values of a proto enum.
import type { DescEnum, DescEnumValue } from "@bufbuild/protobuf";

/**
 * The short name of each value, by its proto name: without the prefix that repeats the enum's name,
 * in lower case. `PROCESS_STATUS_HEALTHY` of `ProcessStatus` is `healthy`. Where not every value has
 * the prefix, none loses it; where two names would differ only in case, they keep theirs.
 */
export function shortNames(desc: DescEnum): Map<string, string> {
  const length = prefixLength(desc);
  const rests = desc.values.map((value) => value.name.slice(length));
  const lower = rests.map((rest) => rest.toLowerCase());
  return new Map(
    desc.values.map((value, i) => {
      const isAmbiguous = lower.filter((name) => name === lower[i]).length > 1;
      return [value.name, (isAmbiguous ? rests[i] : lower[i]) as string];
    }),
  );
}

/** The value that JSON and reflection print for a number: of aliases, the one declared first. */
export function canonicalValues(desc: DescEnum): DescEnumValue[] {
  const seen = new Set<number>();
  return desc.values.filter((value) => !seen.has(value.number) && seen.add(value.number));
}

/**
 * How many characters the shared prefix has: the enum's name as a style guide writes it before its
 * values, `HTTP_STATUS_` for `HTTPStatus` and `HttpStatus` alike, so underscores and case are not
 * compared. A prefix is none if a value would have nothing left.
 */
function prefixLength(desc: DescEnum): number {
  const wanted = desc.name.replaceAll("_", "").toLowerCase();
  const lengths = new Set(desc.values.map((value) => lengthIn(value.name, wanted)));
  const [length] = lengths;
  return lengths.size === 1 && length !== undefined ? length : 0;
}

function lengthIn(name: string, wanted: string): number {
  let matched = 0;
  for (let i = 0; i < name.length; i++) {
    const char = name.charAt(i).toLowerCase();
    if (char === "_") {
      if (matched === wanted.length) return i + 1 < name.length ? i + 1 : 0;
    } else if (char === wanted.charAt(matched)) matched++;
    else return 0;
  }
  return 0;
}
