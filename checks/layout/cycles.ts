// Packages do not import each other in a circle.
import type { DescFile } from "@bufbuild/protobuf";
import { compareText, type Finding, finding, type OwnRule } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import { importPath, placeOfPath } from "../../core/source-info.js";
import type { Judged } from "../check.js";
import { typesUsedBy } from "./uses.js";

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

interface Import {
  readonly from: DescFile;
  readonly index: number;
  readonly to: DescFile;
}

/** The imports, each in one finding, through which a package imports itself in a roundabout way. */
export async function cycleFindings(judged: Judged, schema: Schema): Promise<Finding[]> {
  const imports = schema.files
    .flatMap(importsOf)
    .filter(({ from, to }) => from.proto.package !== to.proto.package);
  const packages = new Map<string, Set<string>>();
  for (const { from, to } of imports) {
    const known = packages.get(from.proto.package) ?? new Set();
    packages.set(from.proto.package, known.add(to.proto.package));
  }
  const findings = imports.flatMap(({ from, index, to }) => {
    const back = wayFrom(to.proto.package, from.proto.package, packages);
    if (back === undefined) return [];
    const path = schema.pathOf(from.proto.name);
    const args = {
      cycle: [from.proto.package, ...back],
      from: from.proto.package,
      to: to.proto.package,
      types: typesUsedBy(from, to),
    };
    const place = placeOfPath(from, importPath(index), path, judged.sources);
    return [
      place.then((at) =>
        finding(LAYOUT_IMPORT_CYCLE, args, at, {
          instead: `PACKAGE_NO_IMPORT_CYCLE ${path}:${at.line}`,
        }),
      ),
    ];
  });
  return Promise.all(findings);
}

function importsOf(from: DescFile): Import[] {
  return from.proto.dependency.flatMap((name, index) => {
    const to = from.dependencies.find((file) => file.proto.name === name);
    return to === undefined ? [] : [{ from, index, to }];
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
