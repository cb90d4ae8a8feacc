// Where the elements of a file stand, from the source info that the compiler kept.
import type {
  DescEnum,
  DescEnumValue,
  DescExtension,
  DescField,
  DescFile,
  DescMessage,
  DescMethod,
  DescService,
} from "@bufbuild/protobuf";
import { type Element, elementsOf } from "./elements.js";
import type { Place } from "./finding.js";
import { columnFromCells } from "./position.js";

/** Field numbers of FileDescriptorProto, which paths in SourceCodeInfo begin with (descriptor.proto). */
const PACKAGE = 2;
const DEPENDENCY = 3;
const FIELD_OF_KIND = { message: 4, enum: 5, service: 6 } as const;
/** The field number of `name` in the descriptors of messages, enums and services. */
const NAME = 1;

/** The path in SourceCodeInfo of the name of a top-level element. */
export function namePath(desc: DescMessage | DescEnum | DescService): number[] {
  const { file } = desc;
  const list: readonly unknown[] =
    desc.kind === "message" ? file.messages : desc.kind === "enum" ? file.enums : file.services;
  return [FIELD_OF_KIND[desc.kind], list.indexOf(desc), NAME];
}

/** The path in SourceCodeInfo of the file's `package`. */
export const packagePath: readonly number[] = [PACKAGE];

/** The path in SourceCodeInfo of the file's import with that index. */
export function importPath(index: number): number[] {
  return [DEPENDENCY, index];
}

/** The lines of files by their paths. */
export interface LineSource {
  lines(path: string): Promise<readonly string[]>;
}

/** Anything in a file that a finding may be about. */
export type Described =
  | DescMessage
  | DescField
  | DescExtension
  | DescEnum
  | DescEnumValue
  | DescService
  | DescMethod;

/** The full name of an element: of a value, with its enum's. */
export function symbolOf(desc: Described): string {
  return desc.kind === "field" || desc.kind === "enum_value" || desc.kind === "rpc"
    ? `${desc.parent.typeName}.${desc.name}`
    : desc.typeName;
}

/** The file that an element is declared in. */
export function fileOf(desc: Described): DescFile {
  return "file" in desc ? desc.file : desc.parent.file;
}

const ELEMENTS = new WeakMap<DescFile, ReadonlyMap<string, Element>>();

/** Where the element stands in the descriptor of its file; undefined for a field that is a group. */
export function elementOf(desc: Described): Element | undefined {
  const file = fileOf(desc);
  const known = ELEMENTS.get(file);
  if (known !== undefined) return known.get(symbolOf(desc));
  const elements = new Map(
    elementsOf(file)
      .filter(({ kind }) => kind !== "package")
      .map((element) => [element.symbol, element]),
  );
  ELEMENTS.set(file, elements);
  return elements.get(symbolOf(desc));
}

/** The docstring of an element, as the compiler attached it; empty where it has none. */
export function docOf(desc: Described): string {
  const path = elementOf(desc)?.path.join();
  if (path === undefined) return "";
  return commentsOf(fileOf(desc)).get(path) ?? "";
}

const COMMENTS = new WeakMap<DescFile, ReadonlyMap<string, string>>();

function commentsOf(file: DescFile): ReadonlyMap<string, string> {
  const known = COMMENTS.get(file);
  if (known !== undefined) return known;
  const locations = file.proto.sourceCodeInfo?.location ?? [];
  const comments = new Map(
    locations.flatMap(({ path, leadingComments, trailingComments }) => {
      const comment = leadingComments || trailingComments;
      return comment === "" ? [] : [[path.join(), comment] as const];
    }),
  );
  COMMENTS.set(file, comments);
  return comments;
}

/** The place of what that path in SourceCodeInfo names; of the whole file where it has none. */
export async function placeOfPath(
  file: DescFile,
  path: readonly number[],
  shown: string,
  sources: LineSource,
): Promise<Place> {
  const span = spansOf(file).get(path.join());
  const [line, column, third, fourth] = span ?? [];
  if (line === undefined || column === undefined || third === undefined)
    return { path: shown, line: 1, column: 1 };
  // A span is [line, column, end column] where it ends on the line on which it starts; all from 0.
  const [endLine, endColumn] = fourth === undefined ? [line, third] : [third, fourth];
  const lines = await sources.lines(shown);
  return {
    path: shown,
    line: line + 1,
    column: columnFromCells(lines[line] ?? "", column + 1),
    endLine: endLine + 1,
    endColumn: columnFromCells(lines[endLine] ?? "", endColumn + 1),
  };
}

const SPANS = new WeakMap<DescFile, ReadonlyMap<string, readonly number[]>>();

/** The span of each path of the file, looked through once. */
export function spansOf(file: DescFile): ReadonlyMap<string, readonly number[]> {
  const known = SPANS.get(file);
  if (known !== undefined) return known;
  const locations = file.proto.sourceCodeInfo?.location ?? [];
  const spans = new Map(locations.map(({ path, span }) => [path.join(), span]));
  SPANS.set(file, spans);
  return spans;
}
