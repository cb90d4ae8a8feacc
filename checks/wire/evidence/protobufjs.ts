// protobufjs as the evidence uses it: types that are made from the descriptors when they are asked for.
import type { DescMessage, FileRegistry } from "@bufbuild/protobuf";
import type { Field, Type } from "protobufjs";
import { protobufJsRoots } from "./protobufjs-roots.js";
import { Fields, type MapKey, type Runtime, type Value } from "./runtime.js";

/** The runtime for messages of that registry. Loads protobufjs, which is too heavy to load for nothing. */
export async function protobufJs(registry: FileRegistry): Promise<Runtime> {
  const { default: protobuf } = await import("protobufjs/light.js");
  const { default: protojson } = await import("protobufjs/ext/protojson.js");
  const roots = await protobufJsRoots(registry);
  const messages = new Messages(protobuf.util as unknown as Longs);

  function typeOf(desc: DescMessage, packed: readonly DescMessage[] = []): Type {
    const made = roots.of([desc, ...packed]);
    if ("reason" in made) throw new Error(`protobufjs: ${made.reason}`);
    return made.root.lookupType(`.${desc.typeName}`);
  }

  /** An Any can hold a message of any file, which is looked for when the JSON is made or read. */
  function withPacked<T>(desc: DescMessage, action: (type: Type) => T): T {
    const packed: DescMessage[] = [];
    for (;;) {
      try {
        return action(typeOf(desc, packed));
      } catch (error) {
        const [, name = ""] = /^no such type: (.+)/.exec((error as Error).message) ?? [];
        const message = registry.getMessage(name);
        if (message === undefined || packed.includes(message)) throw error;
        packed.push(message);
      }
    }
  }

  return {
    name: "protobufjs",
    cannot(desc) {
      const made = roots.of([desc]);
      return "reason" in made ? made.reason : undefined;
    },
    encode(desc, value) {
      const type = typeOf(desc);
      return Uint8Array.from(type.encode(messages.write(type, value)).finish());
    },
    decode(desc, bytes) {
      const type = typeOf(desc);
      return messages.read(type, type.decode(Buffer.from(bytes)), true);
    },
    toJson: (desc, value) =>
      withPacked(desc, (type) => protojson.toJsonString(type, messages.write(type, value))),
    fromJson(desc, json, lenient) {
      const options = { ignoreUnknownFields: lenient };
      return withPacked(desc, (type) =>
        messages.read(type, protojson.fromJsonString(type, json, options), false),
      );
    },
  };
}

/** How protobufjs holds 64-bit integers: in objects of long.js, or hashed where they are keys. */
interface Longs {
  readonly Long: { fromString(decimal: string, unsigned: boolean): object };
  longFromHash(hash: string, unsigned: boolean): object;
}

class Messages {
  constructor(private readonly longs: Longs) {
    if (!longs.Long)
      throw new Error("protobufjs runs without long.js, so its integers are not exact");
  }

  write(type: Type, fields: Fields): object {
    const properties: Record<string, unknown> = Object.create(null);
    for (const [number, value] of fields) {
      const field = type.fieldsById[number]?.resolve();
      if (field === undefined) throw new Error(`${type.fullName} has no field ${number}`);
      properties[field.name] = this.writeField(field, value);
    }
    return type.create(properties);
  }

  private writeField(field: Field, value: Value): unknown {
    if (field.repeated) return (value as readonly Value[]).map((one) => this.writeOne(field, one));
    if (!field.map) return this.writeOne(field, value);
    const entries: Record<string, unknown> = Object.create(null);
    for (const [key, one] of value as ReadonlyMap<MapKey, Value>) {
      entries[String(key)] = this.writeOne(field, one);
    }
    return entries;
  }

  private writeOne(field: Field, value: Value): unknown {
    if (value instanceof Fields) return this.write(field.resolvedType as Type, value);
    if (typeof value !== "bigint") return value;
    if (!field.long) return Number(value);
    return this.longs.Long.fromString(String(value), isUnsigned(field.type));
  }

  /** Keys of 64 bits are hashed in a message that was read from bytes, and decimal in one from JSON. */
  read(type: Type, message: object, hashed: boolean): Fields {
    const fields = new Fields();
    for (const field of type.fieldsArray) {
      if (!Object.hasOwn(message, field.name)) continue;
      const value = (message as Record<string, unknown>)[field.name];
      if ((field.repeated || field.map) && Object.keys(value as object).length === 0) continue;
      fields.set(field.id, this.readField(field, value, hashed));
    }
    return fields;
  }

  private readField(field: Field, value: unknown, hashed: boolean): Value {
    if (field.repeated) return (value as unknown[]).map((one) => this.readOne(field, one, hashed));
    if (!field.map) return this.readOne(field, value, hashed);
    const { keyType } = field as Field & { keyType: string };
    const map = new Map<MapKey, Value>();
    for (const [key, one] of Object.entries(value as object)) {
      map.set(this.readKey(keyType, key, hashed), this.readOne(field, one, hashed));
    }
    return map;
  }

  private readKey(type: string, key: string, hashed: boolean): MapKey {
    if (type === "string") return key;
    if (type === "bool") return key === "true";
    // A key that is missing on the wire is "0", which is no hash.
    const isHash = hashed && type.endsWith("64") && key.length === HASH_LENGTH;
    return BigInt(isHash ? String(this.longs.longFromHash(key, isUnsigned(type))) : key);
  }

  private readOne(field: Field, value: unknown, hashed: boolean): Value {
    const type = field.resolvedType;
    if (type !== null && "fieldsById" in type) return this.read(type, value as object, hashed);
    // An array in a map entry that has no value on the wire.
    if (field.type === "bytes") return Uint8Array.from(value as ArrayLike<number>);
    if (field.type === "float" || field.type === "double") return value as number;
    if (field.long || typeof value === "number") return BigInt(String(value));
    return value as string | boolean;
  }
}

const HASH_LENGTH = 8;

function isUnsigned(type: string): boolean {
  return type === "uint64" || type === "fixed64";
}
