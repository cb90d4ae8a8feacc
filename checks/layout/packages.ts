// A package has one folder, named for it and its version.
import { posix } from "node:path";
import { type Finding, finding, type OwnRule } from "../../core/finding.js";
import { type LayoutFile, placeAt } from "./facts.js";

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
export function packageFindings(files: readonly LayoutFile[]): Finding[] {
  return files.flatMap((file) => {
    const { name, package: own, path } = file;
    const folder = posix.dirname(name);
    const wanted = own.replaceAll(".", "/");
    if (own === "" || folder === wanted) return [];
    const module = path.slice(0, path.length - name.length);
    const target = posix.join(module, wanted, posix.basename(path));
    const place = placeAt(file, file.packageSpan);
    return [
      finding(LAYOUT_PACKAGE_FOLDER, { package: own, folder: posix.dirname(path), target }, place, {
        instead: `PACKAGE_DIRECTORY_MATCH ${path}:${place.line}`,
      }),
    ];
  });
}
