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

export interface Runtime {
  readonly name: string;
  /** Throws where the runtime refuses to write that. */
  encode(desc: DescMessage, value: Fields): Uint8Array;
  /** Throws where the runtime refuses the bytes. */
  decode(desc: DescMessage, bytes: Uint8Array): Fields;
  /** The message in ProtoJSON. Throws where the runtime refuses to write that. */
  toJson(desc: DescMessage, value: Fields): string;
  /** Throws where the runtime refuses the JSON; `lenient` ignores fields and enum names it does not know. */
  fromJson(desc: DescMessage, json: string, lenient: boolean): Fields;
}
