// What puts a breaking change right: moved numbers go back, new elements get free ones, and what is gone is
// reserved.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Edit } from "../../core/edit.js";
import { type Lexeme, ProtoText } from "../../core/proto-text.js";
import { elementOf, fileOf, spansOf } from "../../core/source-info.js";
import type { Sources } from "../../core/sources.js";
import type { Judged } from "./judge.js";
import { reservations } from "./numbers.js";
import type { Field, Type } from "./pairs.js";

/** The finding with the edits of its remedy; without where its text cannot be found. */
export async function withFix(
  one: Judged,
  all: readonly Judged[],
  sources: Sources,
  pathOf: (name: string) => string,
): Promise<Judged> {
  const { remedy } = one.suspect;
  if (remedy === undefined) return one;
  const edits: Edit[] = [];
  for (const { element, to } of remedy.renumber ?? []) {
    const edit = await renumbered(element, to, sources, pathOf);
    if (edit === undefined) return one;
    edits.push(edit);
  }
  if (remedy.reserve !== undefined) {
    const edit = await reserved(remedy.reserve.in, all, sources, pathOf);
    if (edit === undefined) return one;
    edits.push(edit);
  }
  return { ...one, finding: { ...one.finding, fix: edits } };
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

/** The one edit that reserves all that is to be reserved in that type, whichever finding it is for. */
async function reserved(
  type: Type,
  all: readonly Judged[],
  sources: Sources,
  pathOf: (name: string) => string,
): Promise<Edit | undefined> {
  const wanted = all.flatMap(({ suspect }) => {
    const reserve = suspect.remedy?.reserve;
    return reserve?.in === type ? [reserve] : [];
  });
  const statements = reservations(
    type,
    wanted.flatMap(({ numbers }) => numbers),
    wanted.flatMap(({ names }) => names),
  );
  const path = pathOf(type.file.proto.name);
  const source = await sources.read(path);
  const name = elementOf(type)?.path;
  const span = name === undefined ? undefined : spansOf(type.file).get([...name, 1].join());
  if (source === undefined || span === undefined) return undefined;
  const [line = 0, column = 0] = span;
  const text = new ProtoText(source);
  const brace = openingBrace(text, text.tokenStartingAt(line, column));
  if (brace === undefined) return undefined;
  const rest = text.text.slice(brace.end, text.lineStart(text.lineAt(brace.end) + 1));
  // On a line of their own, unless the whole body is on the line of the brace.
  if (rest.trim() !== "" && !/^\s*\/[/*]/.test(rest)) {
    return { path, start: brace.end, end: brace.end, text: ` ${statements.join(" ")}` };
  }
  const indent = `${text.indentation(text.lineAt(brace.start))}${unitOf(text)}`;
  const start = text.lineStart(text.lineAt(brace.end) + 1);
  const added = statements.map((one) => `${indent}${one}${text.eol}`).join("");
  return { path, start, end: start, text: added };
}

function openingBrace(text: ProtoText, name: number): Lexeme | undefined {
  for (let i = name; i < text.lexemes.length; i = text.tokenAfter(i)) {
    const lexeme = text.lexemes[i];
    if (lexeme !== undefined && text.text.charAt(lexeme.start) === "{") return lexeme;
  }
  return undefined;
}

/** What one level of indentation is in this file: that of its first indented line. */
function unitOf(text: ProtoText): string {
  return /\n([ \t]+)\S/.exec(text.text)?.[1] ?? "  ";
}
