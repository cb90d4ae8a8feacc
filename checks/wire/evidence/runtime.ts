// What the evidence needs of a Protobuf runtime: values in, bytes or JSON out, and back.
import type { DescMessage } from "@bufbuild/protobuf";

/**
 * A value as code sees it, whatever the runtime: every integer and every enum number a bigint, float and
 * double a number, and the fields of a message by their numbers.
 */
export type Value =
  | bigint
  | number
  | boolean
  | string
  | Uint8Array
  | Fields
  | readonly Value[]
  | ReadonlyMap<MapKey, Value>;

export type MapKey = bigint | boolean | string;

/**
 * The fields of a message that are present: those with presence if they are set, those without if they
 * are not zero, lists and maps if they have an element. Extensions are among them, by their numbers.
 */
export class Fields extends Map<number, Value> {}

export type Format = "binary" | "json";

export interface Runtime {
  readonly name: string;
  /** Why the runtime has no support for that message or what is in it; what it then does shows nothing. */
  cannot(desc: DescMessage): string | undefined;
  /** Throws where the runtime refuses to write that. */
  encode(desc: DescMessage, value: Fields): Uint8Array;
  /** Throws where the runtime refuses the bytes. */
  decode(desc: DescMessage, bytes: Uint8Array): Fields;
  /** The message in ProtoJSON. Throws where the runtime refuses to write that. */
  toJson(desc: DescMessage, value: Fields): string;
  /** Throws where the runtime refuses the JSON; `lenient` ignores fields and enum names it does not know. */
  fromJson(desc: DescMessage, json: string, lenient: boolean): Fields;
}

/**
 * Whether both are the same to the code that gets them. NaN is the same as NaN; -0 is not the same as 0,
 * since a field without presence is sent for the one and not for the other. The order of map entries and
 * of fields means nothing.
 */
export function sameValue(a: Value, b: Value): boolean {
  if (typeof a !== "object" || typeof b !== "object") return Object.is(a, b);
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0;
  }
  if (a instanceof Map || b instanceof Map) {
    return (
      a instanceof Map &&
      b instanceof Map &&
      a.size === b.size &&
      a instanceof Fields === b instanceof Fields &&
      [...a].every(([key, one]) => b.has(key) && sameValue(one, b.get(key) as Value))
    );
  }
  const [list, other] = [a, b] as (readonly Value[])[] as [readonly Value[], readonly Value[]];
  return (
    list.length === other.length &&
    list.every((one, index) => sameValue(one, other[index] as Value))
  );
}
