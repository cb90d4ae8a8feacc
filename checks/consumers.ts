// What hand-written code imports from the bindings exists.
import { type Finding, finding, type OwnRule, type Place } from "../core/finding.js";

export const CONSUMER_IMPORT_UNRESOLVED: OwnRule<{
  specifier: string;
  /** Undefined where the module itself does not exist. */
  name: string | undefined;
  near: string | undefined;
  in: readonly string[];
}> = {
  id: "CONSUMER_IMPORT_UNRESOLVED",
  severity: "error",
  finds: "Code imports a name that the bindings do not export, or a module that is not generated.",
  purpose: "A program that imports a name which the bindings do not export does not start.",
  example: {
    wrong: 'import { ProcesStatus } from "../generated/index.js";',
    right: 'import { ProcessStatus } from "../generated/index.js";',
  },
  message: (a) =>
    a.name === undefined
      ? `Nothing is generated that "${a.specifier}" could mean.`
      : `"${a.specifier}" does not export ${a.name}.`,
  help: (a) => {
    if (a.in.length > 0) {
      return a.in.some((where) => where.includes("/"))
        ? `It is exported by ${a.in.join(" and ")}.`
        : `Several packages define it. Use ${a.in.join(" or ")}.`;
    }
    return a.near === undefined
      ? "Remove the import, or bring back in the protos what it names."
      : `Did you mean "${a.near}"?`;
  },
};

export const CONSUMER_SYNTAX: OwnRule<{ message: string }> = {
  id: "CONSUMER_SYNTAX",
  severity: "error",
  finds: "A file that imports something generated does not parse.",
  purpose: "Whether the imports of a file resolve cannot be told where the file does not parse.",
  example: {
    wrong: 'import { ProcessStatus from "../generated/index.js";',
    right: 'import { ProcessStatus } from "../generated/index.js";',
  },
  message: (a) => `This file names something generated and does not parse: ${a.message}`,
  help: () => "Correct the syntax and run again.",
};

export const CONSUMER_RULES = [CONSUMER_IMPORT_UNRESOLVED, CONSUMER_SYNTAX];

/** An import that does not resolve. */
export type Unresolved = { readonly place: Place } & (
  | { readonly kind: "syntax"; readonly message: string }
  | { readonly kind: "module"; readonly specifier: string; readonly near: string | undefined }
  | {
      readonly kind: "name";
      readonly specifier: string;
      readonly name: string;
      readonly near: string | undefined;
      readonly in: readonly string[];
    }
);

/** What is wrong with imports, as findings. */
export function consumerFindings(unresolved: readonly Unresolved[]): Finding[] {
  return unresolved.map((one) => {
    if (one.kind === "syntax") return finding(CONSUMER_SYNTAX, { message: one.message }, one.place);
    const { specifier, near } = one;
    const args =
      one.kind === "name"
        ? { specifier, near, name: one.name, in: one.in }
        : { specifier, near, name: undefined, in: [] };
    return finding(CONSUMER_IMPORT_UNRESOLVED, args, one.place);
  });
}
