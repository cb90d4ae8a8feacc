// The truth about a change: what really becomes of values between peers of the two versions.
import type { DescMessage, FileRegistry } from "@bufbuild/protobuf";
import type { Fields, Format, Runtime } from "../../checks/wire/evidence/runtime.js";
import type { Random } from "../random.js";
import { Meaning } from "./meaning.js";
import { type Field, fullName, type Message, messagesOf, type Schema } from "./random-schema.js";
import { NOT_UTF8, valuesOf } from "./random-values.js";

/** A version as peers have it: the model says what it means, the descriptors how it is sent. */
export interface Version {
  readonly schema: Schema;
  readonly package: string;
  readonly registry: FileRegistry;
  readonly runtimes: readonly Runtime[];
}

/** In each format, a value that did not come back, in words. */
export type Breaks = Partial<Record<Format, string>>;

export const FORMATS: readonly Format[] = ["binary", "json"];

/** Sends values both ways, since during a rollout both happen. */
export function breaksBetween(old: Version, new_: Version, random: Random): Breaks {
  const breaks: Breaks = {};
  for (const format of FORMATS) {
    const broken =
      breakOf(old, new_, format, "old to new", random) ??
      breakOf(new_, old, format, "new to old", random);
    if (broken !== undefined) breaks[format] = broken;
  }
  return breaks;
}

function breakOf(
  writer: Version,
  reader: Version,
  format: Format,
  way: string,
  random: Random,
): string | undefined {
  for (const sent of messagesOf(writer.schema)) {
    const seen = messagesOf(reader.schema).find(({ id }) => id === sent.id);
    if (seen === undefined) continue;
    for (const value of valuesOf(writer.schema, sent, newlyExclusive(sent, seen), random)) {
      const broken = new Exchange(writer, reader, format).breakOf(sent, value, seen);
      if (broken !== undefined) return `${way}, ${sent.name}, ${show(value)}: ${broken}`;
    }
  }
  return undefined;
}

/** The pairs of fields that the writer may set both and the reader has in one oneof. */
function newlyExclusive(sent: Message, seen: Message): (readonly [Field, Field])[] {
  const oneofOf = (field: Field): string | undefined =>
    seen.fields.find(({ meaning }) => meaning === field.meaning)?.oneof;
  return sent.fields.flatMap((one, i) =>
    sent.fields.slice(i + 1).flatMap((other) => {
      const isFree = one.oneof === undefined || one.oneof !== other.oneof;
      const isExclusive = oneofOf(one) !== undefined && oneofOf(one) === oneofOf(other);
      return isFree && isExclusive ? [[one, other] as const] : [];
    }),
  );
}

class Exchange {
  constructor(
    private readonly writer: Version,
    private readonly reader: Version,
    private readonly format: Format,
  ) {}

  breakOf(sent: Message, value: Fields, seen: Message): string | undefined {
    const [from, to] = [descOf(this.writer, sent), descOf(this.reader, seen)];
    for (const wire of this.written(from, value)) {
      for (const [i, runtime] of this.reader.runtimes.entries()) {
        if (runtime.cannot(to) !== undefined) continue;
        const meant = wire.isRaw
          ? this.read(this.writer.runtimes[i] as Runtime, from, wire.data)
          : value;
        let got: Fields;
        try {
          got = this.read(runtime, to, wire.data);
        } catch (refusal) {
          return `${runtime.name} refuses ${wire.name}: ${(refusal as Error).message}`;
        }
        const what = new Meaning(this.writer.schema, this.reader.schema).difference(
          sent,
          meant,
          seen,
          got,
        );
        if (what !== undefined) return `${runtime.name} reads ${wire.name}: ${what}`;
      }
    }
    return undefined;
  }

  /** What the runtimes write for that value, each different outcome once. Throws where one refuses. */
  private written(desc: DescMessage, value: Fields): Wire[] {
    const wires = new Map<string, Wire>();
    for (const runtime of this.writer.runtimes) {
      if (runtime.cannot(desc) !== undefined) continue;
      const wire =
        this.format === "binary"
          ? binary(runtime.encode(desc, value))
          : json(runtime.toJson(desc, value));
      wires.set(wire.name, wire);
    }
    if (wires.size === 0)
      throw new Error(`No runtime can write ${desc.typeName} in ${this.format}.`);
    return [...wires.values()];
  }

  private read(runtime: Runtime, desc: DescMessage, data: Uint8Array | string): Fields {
    return typeof data === "string"
      ? runtime.fromJson(desc, data, true)
      : runtime.decode(desc, data);
  }
}

interface Wire {
  readonly name: string;
  readonly data: Uint8Array | string;
  /** Whether it has text that is not UTF-8: then the value is what a reader of the same version sees. */
  readonly isRaw: boolean;
}

const json = (data: string): Wire => ({ name: data, data, isRaw: false });

function binary(written: Uint8Array): Wire {
  const data = Buffer.from(written);
  let isRaw = false;
  for (let at = data.indexOf(NOT_UTF8); at >= 0; at = data.indexOf(NOT_UTF8, at)) {
    data.fill(0xff, at, at + NOT_UTF8.length);
    isRaw = true;
  }
  return { name: data.toString("hex"), data: Uint8Array.from(data), isRaw };
}

function descOf(version: Version, message: Message): DescMessage {
  const name = `${version.package}.${fullName(version.schema, message)}`;
  const desc = version.registry.getMessage(name);
  if (desc === undefined) throw new Error(`${name} was not compiled.`);
  return desc;
}

const show = (value: unknown): string =>
  JSON.stringify(value, (_, one) =>
    typeof one === "bigint" || Number.isNaN(one)
      ? String(one)
      : one instanceof Map
        ? Object.fromEntries([...one].map(([key, inside]) => [String(key), inside]))
        : one,
  );
