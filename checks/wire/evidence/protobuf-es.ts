// protobuf-es as the evidence uses it: without checks of what is set, as code with generated types sets it.
import {
  create,
  type DescExtension,
  type DescField,
  type DescMessage,
  fromBinary,
  fromJsonString,
  getExtension,
  type Message,
  type Registry,
  ScalarType,
  setExtension,
  toBinary,
  toJsonString,
} from "@bufbuild/protobuf";
import {
  type ReflectList,
  type ReflectMap,
  type ReflectMessage,
  reflect,
} from "@bufbuild/protobuf/reflect";
import { Reach, withMessageSet } from "./reach.js";
import { Fields, type MapKey, type Runtime, type Value } from "./runtime.js";

/** The runtime for messages of that registry, which also resolves extensions and what is in an Any. */
export function protobufEs(registry: Registry): Runtime {
  const reach = new Reach(registry);
  const messages = new Messages(registry);
  return {
    name: "protobuf-es",
    cannot: (desc) => withMessageSet(reach.from(desc)),
    encode: (desc, value) => toBinary(desc, messages.write(desc, value).message),
    decode: (desc, bytes) => messages.read(desc, fromBinary(desc, bytes)),
    toJson: (desc, value) => toJsonString(desc, messages.write(desc, value).message, { registry }),
    fromJson(desc, json, lenient) {
      const options = { registry, ignoreUnknownFields: lenient };
      return messages.read(desc, fromJsonString(desc, json, options));
    },
  };
}

const INT64: ReadonlySet<ScalarType | undefined> = new Set([
  ScalarType.INT64,
  ScalarType.UINT64,
  ScalarType.SINT64,
  ScalarType.FIXED64,
  ScalarType.SFIXED64,
]);

class Messages {
  constructor(private readonly registry: Registry) {}

  write(desc: DescMessage, fields: Fields): ReflectMessage {
    const made = reflect(desc, undefined, false);
    for (const [number, value] of fields) {
      const field = made.findNumber(number);
      if (field !== undefined) {
        this.writeField(made, field, value);
        continue;
      }
      const extension = this.registry.getExtensionFor(desc, number);
      if (extension === undefined) throw new Error(`${desc.typeName} has no field ${number}`);
      const holder = holderOf(extension);
      this.writeField(holder.message, holder.field, value);
      setExtension(made.message, extension, holder.properties[holder.field.localName]);
    }
    return made;
  }

  private writeField(made: ReflectMessage, field: DescField, value: Value): void {
    if (field.fieldKind === "list") {
      const list = made.get(field);
      for (const one of value as readonly Value[]) list.add(this.writeOne(field, one));
    } else if (field.fieldKind === "map") {
      const map = made.get(field);
      for (const [key, one] of value as ReadonlyMap<MapKey, Value>) {
        map.set(heldAs(field.mapKey, key), this.writeOne(field, one));
      }
    } else made.set(field, this.writeOne(field, value));
  }

  private writeOne(field: DescField, value: Value): unknown {
    return field.message === undefined
      ? heldAs(field.scalar, value)
      : this.write(field.message, value as Fields);
  }

  read(desc: DescMessage, message: Message): Fields {
    const fields = new Fields();
    const seen = reflect(desc, message, false);
    for (const field of desc.fields) {
      if (seen.isSet(field)) fields.set(field.number, this.readField(field, seen.get(field)));
    }
    for (const number of new Set(message.$unknown?.map((unknown) => unknown.no))) {
      const extension = this.registry.getExtensionFor(desc, number);
      if (extension === undefined) continue;
      const holder = holderOf(extension);
      holder.properties[holder.field.localName] = getExtension(message, extension);
      const value = this.readField(holder.field, holder.message.get(holder.field));
      if (!Array.isArray(value) || value.length > 0) fields.set(number, value);
    }
    return fields;
  }

  private readField(field: DescField, value: unknown): Value {
    if (field.fieldKind === "list") {
      return Array.from(value as ReflectList, (one) => this.readOne(field, one));
    }
    if (field.fieldKind !== "map") return this.readOne(field, value);
    const map = new Map<MapKey, Value>();
    for (const [key, one] of value as ReflectMap) {
      map.set(seenAs(field.mapKey, key) as MapKey, this.readOne(field, one));
    }
    return map;
  }

  private readOne(field: DescField, value: unknown): Value {
    return field.message === undefined
      ? seenAs(field.scalar, value)
      : this.read(field.message, (value as ReflectMessage).message);
  }
}

/** The value as protobuf-es holds it: a number for an enum (which has no scalar type) or for 32 bits. */
function heldAs(type: ScalarType | undefined, value: Value): unknown {
  return typeof value === "bigint" && !INT64.has(type) ? Number(value) : value;
}

function seenAs(type: ScalarType | undefined, value: unknown): Value {
  if (value instanceof Uint8Array) return Uint8Array.from(value);
  if (typeof value !== "number")
    return INT64.has(type) ? BigInt(value as string) : (value as Value);
  return type === ScalarType.FLOAT || type === ScalarType.DOUBLE ? value : BigInt(value);
}

/** An extension as the only field of an empty message: reflection reads and writes fields alone. */
function holderOf(extension: DescExtension): {
  readonly message: ReflectMessage;
  readonly properties: Record<string, unknown>;
  readonly field: DescField;
} {
  const field = {
    ...extension,
    kind: "field",
    parent: extension.extendee,
    localName: extension.typeName,
  } as DescField;
  const desc: DescMessage = {
    ...extension.extendee,
    fields: [field],
    members: [field],
    oneofs: [],
  };
  const message = create(desc);
  return {
    message: reflect(desc, message, false),
    properties: message as unknown as Record<string, unknown>,
    field,
  };
}
