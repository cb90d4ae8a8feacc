// What the generated index really exports, against what the schema defines.

import { count } from "../core/count.js";
import { type Finding, finding, type OwnRule } from "../core/finding.js";

export const IMPORT_FAILED: OwnRule<{ error: string }> = {
  id: "IMPORT_FAILED",
  severity: "error",
  finds: "An index cannot be imported.",
  purpose: "An index that cannot be imported keeps every program that uses it from starting.",
  example: {
    wrong: "# buf.gen.yaml\nopt: [target=js+dts]",
    right: "# buf.gen.yaml\nopt: [target=js+dts, import_extension=js]",
  },
  message: (a) => `Importing this module fails: ${a.error}`,
  help: (a) =>
    /Cannot find (package|module) '@bufbuild\/protobuf/.test(a.error)
      ? "Install the runtime that the bindings import: npm install @bufbuild/protobuf"
      : /Cannot find module|ERR_MODULE_NOT_FOUND|ERR_UNSUPPORTED_DIR_IMPORT/.test(a.error)
        ? "Have the plugins write complete import paths (opt: import_extension=js in buf.gen.yaml) and generate what is imported (include_imports: true)."
        : "Run the plugins by hand with buf generate, and see what is wrong with that module.",
};

export const EXPORT_MISSING: OwnRule<{ elements: readonly string[] }> = {
  id: "EXPORT_MISSING",
  severity: "error",
  finds: "An index does not export something that the protos define.",
  purpose: "Everything that the protos define has to be importable from the index.",
  example: {
    wrong: "# a plugin that leaves out Endpoint",
    right: '# import { EndpointSchema } from "./generated/index.js" works',
  },
  message: (a) =>
    `The index does not export ${count(a.elements.length, "element")} of the schema: ${some(a.elements)}.`,
  help: () => "Check the options of the plugins in buf.gen.yaml, and run lockstep generate again.",
};

export const EXPORT_UNKNOWN: OwnRule<{ elements: readonly string[] }> = {
  id: "EXPORT_UNKNOWN",
  severity: "error",
  finds: "An index exports something that the protos do not define.",
  purpose: "An export that the protos do not define is left over from another version of them.",
  example: {
    wrong: "# a module of a proto that was deleted",
    right: "# lockstep generate removes it",
  },
  message: (a) =>
    `The index exports ${count(a.elements.length, "element")} that the schema does not define: ${some(a.elements)}.`,
  help: () => "Run lockstep generate again; if it stays, a plugin generates it.",
};

export const IMPORT_RULES = [IMPORT_FAILED, EXPORT_MISSING, EXPORT_UNKNOWN];

/** What importing an index from disk showed. Elements are named with their kind: "enum a.v1.Status". */
export interface Proof {
  /** The path of the index, relative to the workspace. */
  readonly path: string;
  readonly error?: string;
  readonly missing: readonly string[];
  readonly unknown: readonly string[];
}

/** What the proofs show to be wrong, as findings. */
export function importFindings(proofs: readonly Proof[]): Finding[] {
  return proofs.flatMap(({ path, error, missing, unknown }) => [
    ...(error === undefined ? [] : [finding(IMPORT_FAILED, { error }, { path })]),
    ...(missing.length === 0 ? [] : [finding(EXPORT_MISSING, { elements: missing }, { path })]),
    ...(unknown.length === 0 ? [] : [finding(EXPORT_UNKNOWN, { elements: unknown }, { path })]),
  ]);
}

function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")}, ...` : names.join(", ");
}
