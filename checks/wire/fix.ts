// What puts a breaking change right: moved numbers go back, new elements get free ones, and what is gone is
// reserved.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Edit } from "../../core/edit.js";
import type { Finding } from "../../core/finding.js";
import { type Lexeme, ProtoText } from "../../core/proto-text.js";
import { elementOf, fileOf, spansOf } from "../../core/source-info.js";
import type { Sources } from "../../core/sources.js";
import { reservations } from "./numbers.js";
import type { Field, Type } from "./pairs.js";
import type { Remedy } from "./suspect.js";

/** Turns remedies into edits. It knows all of them, because a type gets one statement for all that it reserves. */
export class Fixer {
  readonly #reserved = new Map<string, { numbers: number[]; names: string[] }>();

  constructor(
    remedies: readonly (Remedy | undefined)[],
    private readonly sources: Sources,
    private readonly pathOf: (name: string) => string,
  ) {
    for (const { reserve } of remedies.flatMap((one) => one ?? [])) {
      if (reserve === undefined) continue;
      const known = this.#reserved.get(reserve.in.typeName) ?? { numbers: [], names: [] };
      known.numbers.push(...reserve.numbers);
      known.names.push(...reserve.names);
      this.#reserved.set(reserve.in.typeName, known);
    }
  }

  /** The finding with the edits of its remedy; without, where it has none or its text cannot be found. */
  async fixed(finding: Finding, remedy: Remedy | undefined): Promise<Finding> {
    if (remedy === undefined) return finding;
    const edits = await Promise.all([
      ...(remedy.renumber ?? []).map(({ element, to }) =>
        renumbered(element, to, this.sources, this.pathOf),
      ),
      ...(remedy.reserve === undefined ? [] : [this.#reserve(remedy.reserve.in)]),
    ]);
    const found = edits.filter((edit) => edit !== undefined);
    return found.length < edits.length ? finding : { ...finding, fix: found };
  }

  /** The edit that reserves all that is to be reserved in that type, whichever finding it is for. */
  async #reserve(type: Type): Promise<Edit | undefined> {
    const { numbers, names } = this.#reserved.get(type.typeName) ?? { numbers: [], names: [] };
    const statements = reservations(type, numbers, names);
    const path = this.pathOf(type.file.proto.name);
    const source = await this.sources.read(path);
    const element = elementOf(type)?.path;
    const span = element === undefined ? undefined : spansOf(type.file).get([...element, 1].join());
    if (source === undefined || span === undefined) return undefined;
    const [line = 0, column = 0] = span;
    const text = new ProtoText(source);
    const brace = openingBrace(text, text.tokenStartingAt(line, column));
    return brace === undefined ? undefined : { path, ...addedBehind(text, brace, statements) };
  }
}

/** The statements on lines of their own behind a brace, or on its line where the body goes on there. */
function addedBehind(
  text: ProtoText,
  brace: number,
  statements: readonly string[],
): Omit<Edit, "path"> {
  const { start, end } = text.lexemes[brace] as Lexeme;
  const first = text.lexemes[text.tokenAfter(brace)];
  const comments = text.lexemes.slice(brace + 1, text.tokenAfter(brace));
  // Comments that begin on the brace's line are about what the brace opens.
  let last = text.lineAt(end);
  for (const comment of comments) {
    if (text.lineAt(comment.start) === last) last = text.lineAt(comment.end);
  }
  if (first === undefined || text.lineAt(first.start) <= last) {
    const isClosed = first !== undefined && first.start === end;
    return { start: end, end, text: ` ${statements.join(" ")}${isClosed ? " " : ""}` };
  }
  const isEmpty = text.text.charAt(first.start) === "}";
  const indent =
    !isEmpty && text.startsLine(first.start)
      ? text.indentation(text.lineAt(first.start))
      : `${text.indentation(text.lineAt(start))}${unitOf(text)}`;
  // Before the line's ending: what is inserted at the start of the next line is about what stands there.
  const at = text.offset(last, text.line(last).length);
  const added = statements.map((one) => `${text.eol}${indent}${one}`).join("");
  const isFollowed = !/^\s*\}|^\s*$/.test(text.line(last + 1));
  return { start: at, end: at, text: added + (isFollowed ? text.eol : "") };
}

/** The field number of `number` in the descriptors of fields and of enum values (descriptor.proto). */
const NUMBER = { field: 3, enum_value: 2 } as const;

async function renumbered(
  element: Field | DescEnumValue,
  to: number,
  sources: Sources,
  pathOf: (name: string) => string,
): Promise<Edit | undefined> {
  const file = fileOf(element);
  const path = pathOf(file.proto.name);
  const source = await sources.read(path);
  const place = elementOf(element)?.path ?? groupPath(element);
  if (source === undefined || place === undefined) return undefined;
  const field = element.kind === "enum_value" ? NUMBER.enum_value : NUMBER.field;
  const span = spansOf(file).get([...place, field].join());
  if (span === undefined) return undefined;
  const [line = 0, column = 0, third = 0, fourth] = span;
  const [endLine, endColumn] = fourth === undefined ? [line, third] : [third, fourth];
  const text = new ProtoText(source);
  const first = text.lexemes[text.tokenStartingAt(line, column)];
  const last = text.lexemes[text.tokenEndingAt(endLine, endColumn)];
  if (first === undefined || last === undefined) return undefined;
  return { path, start: first.start, end: last.end, text: String(to) };
}

/** A group has its number in the field's descriptor, beside the message's. */
function groupPath(element: Field | DescEnumValue): number[] | undefined {
  if (element.kind !== "field") return undefined;
  const parent = elementOf(element.parent)?.path;
  const index = element.parent.proto.field.indexOf(element.proto);
  return parent === undefined ? undefined : [...parent, 2, index];
}

/** The index of the first brace behind a name. */
function openingBrace(text: ProtoText, name: number): number | undefined {
  for (let i = name; i < text.lexemes.length; i = text.tokenAfter(i)) {
    const lexeme = text.lexemes[i];
    if (lexeme !== undefined && text.text.charAt(lexeme.start) === "{") return i;
  }
  return undefined;
}

/** What one level of indentation is in this file: that of the first token that is indented. */
function unitOf(text: ProtoText): string {
  const indented = text.lexemes.find(
    ({ kind, start }) =>
      kind === "token" && text.startsLine(start) && text.indentation(text.lineAt(start)) !== "",
  );
  return indented === undefined ? "  " : text.indentation(text.lineAt(indented.start));
}
