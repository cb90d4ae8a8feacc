// Whether two types of fields, as people write them, mean the same.

/** Whether two types are the same, though one is written in full and the other from within a scope. */
export function sameType(one: string | undefined, other: string | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  const [a, b] = [partsOf(one), partsOf(other)];
  if (a.around !== b.around) return false;
  return a.name === b.name || a.name.endsWith(`.${b.name}`) || b.name.endsWith(`.${a.name}`);
}

/** `map<string, .a.B>` as what is around the name, `map<string, >`, and the name, `a.B`. */
function partsOf(type: string): { around: string; name: string } {
  const [, before = "", name = "", after = ""] = /^(.*?)\.?([\w.]+)(>?)$/.exec(type) ?? [];
  return { around: `${before}|${after}`, name };
}
