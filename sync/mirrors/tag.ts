// The tag that says what a declaration mirrors: `@proto a.v1.Status except UNSPECIFIED, STOPPED`.

/** What a file with a tag has to contain: a first look, before anything is parsed. */
export const TAG = "@proto";

export type Tag =
  | { readonly symbol: string; readonly except: readonly string[] }
  | { readonly why: string };

/** The tag in the text behind `@proto`, up to the end of its line. */
export function parseTag(text: string): Tag {
  const [symbol = "", ...rest] = text.trim().split(/\s+/);
  if (symbol === "") return { why: "it names no enum" };
  if (!/^\.?[A-Za-z_]\w*(\.[A-Za-z_]\w*)*$/.test(symbol)) {
    return { why: `"${symbol}" is not the name of an enum` };
  }
  const named = symbol.replace(/^\./, "");
  if (rest.length === 0) return { symbol: named, except: [] };
  const [word, ...listed] = rest;
  const except = listed
    .join(" ")
    .split(/[\s,]+/)
    .filter((name) => name !== "");
  if (word !== "except") return { why: `"${word}" stands where only "except" may` };
  if (except.length === 0) return { why: '"except" names no value' };
  const odd = except.find((name) => !/^\w+$/.test(name));
  return odd === undefined
    ? { symbol: named, except }
    : { why: `"${odd}" is not the name of a value` };
}
