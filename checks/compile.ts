// What keeps the protos from compiling, as findings.
import { posix } from "node:path";
import type { Annotation } from "../core/buf.js";
import { type Finding, finding, type OwnRule } from "../core/finding.js";
import { nearest } from "../core/nearest.js";
import { columnFromBytes } from "../core/position.js";
import { isInside, type Workspace } from "../core/workspace.js";
import { placeOf } from "./annotation.js";
import type { Judged } from "./check.js";

export const COMPILE: OwnRule<{ message: string }> = {
  id: "COMPILE",
  severity: "error",
  finds: "A proto does not compile.",
  purpose: "The protos have to compile before anything else can be judged or generated.",
  example: {
    wrong: "message Endpoint { strin name = 1; }",
    right: "message Endpoint { string name = 1; }",
  },
  message: (a) => `${sentence(a.message)}`,
  help: () => "Correct it and run again; nothing was generated.",
};

export const IMPORT_MISSING: OwnRule<{
  imported: string;
  outside: string | undefined;
  near: string | undefined;
  modules: readonly string[];
}> = {
  id: "IMPORT_MISSING",
  severity: "error",
  finds: "A proto imports a file that does not exist.",
  purpose:
    "An import has to name a file that is in a module of buf.yaml, or in one of its dependencies.",
  example: { wrong: 'import "navarch/v1/flet.proto";', right: 'import "navarch/v1/fleet.proto";' },
  message: (a) => `Imported file "${a.imported}" does not exist.`,
  help: (a) => {
    if (a.outside !== undefined) {
      return `${a.outside} is outside the modules of buf.yaml (${a.modules.join(", ")}): move it into one, or add its folder to \`modules\`.`;
    }
    if (a.near !== undefined) return `Did you mean "${a.near}"?`;
    return `Imports are relative to a module (${a.modules.join(", ")}). Add the file, or the module that has it to \`deps\` in buf.yaml.`;
  },
};

/** buf's compile errors as findings. */
export async function compileFindings(
  annotations: readonly Annotation[],
  judged: Judged,
): Promise<Finding[]> {
  const { workspace, sources } = judged;
  return Promise.all(
    annotations.map(async (annotation) => {
      const path = posix.normalize(annotation.path ?? "buf.yaml");
      const place = await placeOf(annotation, path, sources, columnFromBytes);
      const text = (await sources.lines(path))[(place.line ?? 1) - 1] ?? "";
      const imported = /^\s*import\s+(?:public\s+|weak\s+|option\s+)?["']([^"']+)["']/.exec(
        text.slice((place.column ?? 1) - 1),
      )?.[1];
      if (imported === undefined || !/imported file does not exist/.test(annotation.message)) {
        return finding(COMPILE, { message: annotation.message }, place);
      }
      const protos = await judged.protoFiles();
      return finding(IMPORT_MISSING, whereImportIs(imported, path, protos, workspace), place);
    }),
  );
}

function whereImportIs(
  imported: string,
  by: string,
  protos: readonly string[],
  workspace: Workspace,
): Parameters<typeof IMPORT_MISSING.message>[0] {
  const modules = workspace.buf.modules.map((module) => module.path);
  const inModule = (path: string): string | undefined => modules.find((m) => isInside(path, m));
  const importable = protos.flatMap((path) => {
    const module = inModule(path);
    return module === undefined || path === by ? [] : [posix.relative(module, path)];
  });
  return {
    imported,
    modules,
    outside: protos.find(
      (path) =>
        inModule(path) === undefined && (path === imported || path.endsWith(`/${imported}`)),
    ),
    near:
      importable.find((path) => posix.basename(path) === posix.basename(imported)) ??
      nearest(imported, importable),
  };
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(capital) ? capital : `${capital}.`;
}
