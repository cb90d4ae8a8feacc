// A change that may break a peer: what it is, and the messages that show whether it does.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Evidence, OwnRule, Severity } from "../../core/finding.js";
import type { Described } from "../../core/source-info.js";
import type { Probe } from "./evidence/prove.js";
import type { Format } from "./evidence/runtime.js";
import type { Field, Type } from "./pairs.js";

export interface Suspect {
  readonly rule: OwnRule<never>;
  readonly args: unknown;
  readonly symbol: string;
  /** The element of the new version that the finding stands at; undefined where nothing is left of it. */
  readonly at: Described | undefined;
  /** The element of the old version that it is about. */
  readonly was: Described | undefined;
  /** How bad it is by itself; `proven` where that is what becomes of the probes. */
  readonly severity: Severity | "proven";
  /** How bad it is where no probe comes to harm; undefined where it is nothing then. */
  readonly harmless?: Severity | undefined;
  readonly probes: readonly Probe[];
  /** The formats that the change is about; both where it is undefined. */
  readonly formats?: readonly Format[];
  /** What is known without a message: of an RPC, who answers. */
  readonly evidence?: readonly Evidence[];
  /** The rules of buf's that say the same of the element, or of the type that it is in. */
  readonly covers: readonly string[];
  /** What it is about as well: the other elements of a shift, what is nested in a type that moved. */
  readonly also?: readonly Also[];
  readonly remedy?: Remedy;
}

export interface Also {
  readonly old?: Described;
  readonly now?: Described;
}

/** What puts a change right: other numbers, and numbers and names that nobody may use again. */
export interface Remedy {
  readonly renumber?: readonly { readonly element: Field | DescEnumValue; readonly to: number }[];
  readonly reserve?: {
    readonly in: Type;
    readonly numbers: readonly number[];
    readonly names: readonly string[];
  };
}

/** A suspect with the arguments that its rule's words take. */
export function suspect<A>(
  rule: OwnRule<A>,
  args: A,
  about: Omit<Suspect, "rule" | "args">,
): Suspect {
  return { rule, args, ...about };
}
