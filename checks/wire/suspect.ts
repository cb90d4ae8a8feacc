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

/** An element that went in, with the lowest number that is free for it. */
interface Inserted {
  readonly name: string;
  readonly number: number;
  readonly free: number;
}

/** What elements of a type that moved to other numbers, and those that went in before them, are told with. */
export function shift<T extends Field | DescEnumValue>(
  moved: readonly { readonly old: T; readonly now: T }[],
  intruders: readonly T[],
  free: ReadonlyMap<T, number>,
): {
  moves: { name: string; from: number; to: number }[];
  inserted: Inserted[];
} {
  return {
    moves: moved.map(({ old, now }) => ({ name: now.name, from: old.number, to: now.number })),
    inserted: intruders.flatMap((one) => {
      const number = free.get(one);
      return number === undefined ? [] : [{ name: one.name, number: one.number, free: number }];
    }),
  };
}

/** The remedy that gives elements those numbers back; none where there are none. */
export function restoring<T extends Field | DescEnumValue>(
  numbers: ReadonlyMap<T, number> | undefined,
): { remedy?: Remedy } {
  if (numbers === undefined) return {};
  return { remedy: { renumber: [...numbers].map(([element, to]) => ({ element, to })) } };
}
