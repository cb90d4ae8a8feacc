// `lint.ignore` of buf.yaml: protos that are not for this workspace to mend, such as vendored ones.
import { posix } from "node:path";
import { type BufYaml, isInside } from "./workspace.js";

/** Whether buf.yaml exempts a file, by its path from the workspace, from all linting. */
export function lintIgnores({ modules, lint }: BufYaml): (path: string) => boolean {
  const exempt = modules.flatMap((module) => {
    const { ignore } = module.lint ?? lint ?? {};
    const paths = [ignore].flat().filter((path) => typeof path === "string");
    return paths.map((path) => ({ module: module.path, path: posix.join(path, ".") }));
  });
  return (file) =>
    exempt.some(({ module, path }) => isInside(file, module) && isInside(file, path));
}
