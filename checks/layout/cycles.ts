// Packages do not import each other in a circle.
import { compareText, type Finding, finding, type OwnRule } from "../../core/finding.js";
import { type LayoutFile, placeAt } from "./facts.js";

export const LAYOUT_IMPORT_CYCLE: OwnRule<{
  cycle: readonly string[];
  from: string;
  to: string;
  types: readonly string[];
}> = {
  id: "LAYOUT_IMPORT_CYCLE",
  severity: "error",
  finds: "Packages import each other in a circle.",
  purpose: "Packages that import each other can only be read, versioned and generated together.",
  example: {
    wrong: "// a/v1/a.proto imports b/v1/b.proto\n// b/v1/b.proto imports a/v1/types.proto",
    right: "// both import common/v1/types.proto",
  },
  message: (a) => `This import closes a circle of packages: ${a.cycle.join(" -> ")}.`,
  help: (a) =>
    a.types.length === 0
      ? "Nothing of the imported file is used here: remove the import."
      : `Move ${a.types.join(", ")} to a file of a package that both ${a.from} and ${a.to} may import.`,
};

export const CYCLE_RULES = [LAYOUT_IMPORT_CYCLE];

/** The imports, each in one finding, through which a package imports itself in a roundabout way. */
export function cycleFindings(files: readonly LayoutFile[]): Finding[] {
  const imports = files
    .flatMap((from) => from.imports.map((to) => ({ from, to })))
    .filter(({ from, to }) => from.package !== to.package);
  const packages = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const known = packages.get(from.package) ?? new Set();
    packages.set(from.package, known.add(to.package));
  }
  const ways = new Map<string, string[] | undefined>();
  return imports.flatMap(({ from, to }) => {
    const key = `${to.package} ${from.package}`;
    if (!ways.has(key)) ways.set(key, wayFrom(to.package, from.package, packages));
    const back = ways.get(key);
    if (back === undefined) return [];
    const args = {
      cycle: [from.package, ...back],
      from: from.package,
      to: to.package,
      types: to.types,
    };
    const place = placeAt(from, to.span);
    return [
      finding(LAYOUT_IMPORT_CYCLE, args, place, {
        instead: `PACKAGE_NO_IMPORT_CYCLE ${from.path}:${place.line}`,
      }),
    ];
  });
}

/** The shortest way of imports from one package to another, both included; undefined where there is none. */
function wayFrom(
  start: string,
  end: string,
  packages: ReadonlyMap<string, ReadonlySet<string>>,
): string[] | undefined {
  const ways = new Map([[start, [start]]]);
  for (const [name, way] of ways) {
    if (name === end) return way;
    for (const next of [...(packages.get(name) ?? [])].sort(compareText)) {
      if (!ways.has(next)) ways.set(next, [...way, next]);
    }
  }
  return undefined;
}
