// What a version of a proto declares: names, numbers and types, as plain data that is kept between runs.
import type { Enum, Field, NamespaceBase, ReflectionObject, Service, Type } from "protobufjs";
import { reason } from "../../../core/trouble.js";

/** A field as `[name, number, type as it is written]`; an enum value as `[name, number]`. */
export type Element = readonly [name: string, number: number, type?: string];

export interface Facts {
  /** Messages and enums with what is in them, each by its full name. */
  readonly messages: readonly (readonly [name: string, fields: readonly Element[]])[];
  readonly enums: readonly (readonly [name: string, values: readonly Element[]])[];
  /**
   * Extensions, each by its full name, with what it extends: a full name with a dot before it, or a name
   * as it is written, to be looked for in the scopes around the extension.
   */
  readonly extensions: readonly (readonly [extended: string, extension: Element])[];
  /** Services by their full names, with the names of their RPCs. */
  readonly services: readonly (readonly [name: string, rpcs: readonly string[]])[];
}

/** A version that the parser cannot read. */
export interface Unreadable {
  readonly why: string;
  /** Every word in it: what it does not mention, it does not declare. */
  readonly words: readonly string[];
}

/** What a proto declares, or why it cannot be read. Its imports are not needed. */
export async function factsOf(source: string): Promise<Facts | Unreadable> {
  // Loaded only where there is something to parse: most runs find all facts kept.
  const protobuf = (await import("protobufjs")).default;
  let root: NamespaceBase;
  try {
    root = protobuf.parse(source, { keepCase: true }).root;
  } catch (thrown) {
    const words = new Set(source.match(/[A-Za-z_]\w*/g));
    return { why: reason(thrown), words: [...words] };
  }
  const facts: { [K in keyof Facts]: Facts[K][number][] } = {
    messages: [],
    enums: [],
    extensions: [],
    services: [],
  };
  const add = (one: ReflectionObject, scope: NamespaceBase, delimited: boolean): void => {
    const within = delimited || encodingOf(one) === "DELIMITED";
    if (one instanceof protobuf.Field) {
      facts.extensions.push([extendedBy(one, scope), elementOf(one, scope, within, true)]);
    } else if (one instanceof protobuf.Enum) {
      facts.enums.push([nameOf(one), Object.entries((one as Enum).values)]);
    } else if (one instanceof protobuf.Type) {
      const type = one as Type;
      const fields = type.fieldsArray.filter((field) => field.declaringField === null);
      facts.messages.push([nameOf(type), fields.map((f) => elementOf(f, type, within, false))]);
      for (const nested of type.nestedArray) add(nested, type, within);
    } else if (one instanceof protobuf.Service) {
      facts.services.push([nameOf(one), (one as Service).methodsArray.map(({ name }) => name)]);
    } else if (one instanceof protobuf.Namespace) {
      for (const nested of one.nestedArray) add(nested, one, within);
    }
  };
  for (const one of root.nestedArray) add(one, root, false);
  return facts;

  function elementOf(
    field: Field,
    scope: NamespaceBase,
    delimited: boolean,
    full: boolean,
  ): Element {
    const scalar = Object.hasOwn(protobuf.types.basic, field.type);
    const type = scalar ? undefined : declaredAs(field.type, scope);
    // A group is a message that is declared beside its field, which has its name in lower case.
    const group = type?.parent === scope && "group" in type && type.group === true;
    const own = group ? field.type.toLowerCase() : field.name;
    const encoding = encodingOf(field) ?? (delimited ? "DELIMITED" : undefined);
    const message = !scalar && !field.map && !(type instanceof protobuf.Enum);
    return [
      full ? [nameOf(scope), own].filter(Boolean).join(".") : own,
      field.id,
      written(field, group || (message && encoding === "DELIMITED")),
    ];
  }
}

function written(field: Field, delimited: boolean): string {
  const type = field.type.replace(/^\./, "");
  if ("keyType" in field) return `map<${field.keyType}, ${type}>`;
  return `${field.rule === "repeated" ? "repeated " : ""}${delimited ? "group " : ""}${type}`;
}

/** What the field extends, as a full name with a dot before it where the file itself declares it. */
function extendedBy(field: Field, scope: NamespaceBase): string {
  const as = field.extend as string;
  return as.startsWith(".") ? as : (declaredAs(as, scope)?.fullName ?? as);
}

/**
 * The type of the same file that a name means in a scope. protobufjs's own look-up finds more: it also
 * looks into what is nested deeper.
 */
function declaredAs(name: string, scope: NamespaceBase): ReflectionObject | undefined {
  if (name.startsWith(".")) return declaredAs(name.slice(1), scope.root);
  for (let at: NamespaceBase | null = scope; at !== null; at = at.parent) {
    let found: ReflectionObject | undefined = at;
    for (const part of name.split(".")) {
      const nested: NamespaceBase["nested"] = (found as NamespaceBase | undefined)?.nested;
      found = nested !== undefined && Object.hasOwn(nested, part) ? nested[part] : undefined;
    }
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The full name, without the dot that protobufjs puts before it. */
function nameOf(one: ReflectionObject): string {
  return one.fullName.slice(1);
}

/** How an element of an edition says that its messages are encoded; the parser gives a file's to what is in it. */
function encodingOf(one: ReflectionObject): string | undefined {
  const features = one.options?.features as { message_encoding?: string } | undefined;
  return features?.message_encoding;
}
