// A package has one folder, named for it and its version.
import { posix } from "node:path";
import { type Finding, finding, type OwnRule } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import { packagePath, placeOfPath } from "../../core/source-info.js";
import type { Judged } from "../check.js";

export const LAYOUT_PACKAGE_FOLDER: OwnRule<{ package: string; folder: string; target: string }> = {
  id: "LAYOUT_PACKAGE_FOLDER",
  severity: "error",
  finds: "A file is not in the folder of its package, version included.",
  purpose: "The folder of a file tells its package and version, and an import tells both.",
  example: {
    wrong: "// proto/gaius/service.proto\npackage gaius.engine.v1;",
    right: "// proto/gaius/engine/v1/service.proto\npackage gaius.engine.v1;",
  },
  message: (a) => `Package ${a.package} does not live in ${a.folder}.`,
  help: (a) => `Move this file to ${a.target}, and correct the imports of it.`,
};

export const PACKAGE_RULES = [LAYOUT_PACKAGE_FOLDER];

/** Files whose folder, within their module, is not that of their package. */
export async function packageFindings(judged: Judged, schema: Schema): Promise<Finding[]> {
  const findings = schema.files.flatMap((file) => {
    const name = file.proto.package;
    const folder = posix.dirname(file.proto.name);
    const wanted = name.replaceAll(".", "/");
    if (name === "" || folder === wanted) return [];
    const path = schema.pathOf(file.proto.name);
    const module = path.slice(0, path.length - file.proto.name.length);
    const target = posix.join(module, wanted, posix.basename(path));
    const args = { package: name, folder: posix.dirname(path), target };
    const place = placeOfPath(file, packagePath, path, judged.sources);
    return [
      place.then((at) =>
        finding(LAYOUT_PACKAGE_FOLDER, args, at, {
          instead: `PACKAGE_DIRECTORY_MATCH ${path}:${at.line}`,
        }),
      ),
    ];
  });
  return Promise.all(findings);
}
