// What the layout rules read of a file: who declares and uses what, and where it stands.
import type { DescFile, DescMessage, DescService } from "@bufbuild/protobuf";
import type { Place } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import {
  importPath,
  type LineSource,
  namePath,
  packagePath,
  placeOfPath,
} from "../../core/source-info.js";
import { directUses, topLevel } from "./uses.js";

export interface LayoutFile {
  /** The name that it is imported as. */
  readonly name: string;
  /** From the workspace. */
  readonly path: string;
  readonly package: string;
  readonly packageSpan: Span;
  readonly imports: readonly LayoutImport[];
  readonly services: readonly LayoutElement[];
  readonly messages: readonly LayoutElement[];
  readonly enums: readonly LayoutElement[];
}

export interface LayoutImport {
  readonly name: string;
  readonly package: string;
  readonly span: Span;
  /** The names of the types of the imported file that the file uses, sorted. */
  readonly types: readonly string[];
}

/** A service, or a message or enum that is not inside another. */
export interface LayoutElement {
  readonly name: string;
  readonly typeName: string;
  readonly span: Span;
  /** The full names of the types that it names, each by the one that it is inside, itself excluded. */
  readonly uses: readonly string[];
}

/** A place in the file: line, column, end line, end column; from 1, columns in UTF-16 units. */
export type Span = readonly [number, number] | readonly [number, number, number, number];

/** What the layout rules read of the schema's own files, by their paths. */
export async function layoutFiles(
  schema: Schema,
  sources: LineSource,
): Promise<Map<string, LayoutFile>> {
  const files = await Promise.all(schema.files.map((file) => layoutFile(file, schema, sources)));
  return new Map(files.map((file) => [file.path, file]));
}

async function layoutFile(
  file: DescFile,
  { pathOf }: Schema,
  sources: LineSource,
): Promise<LayoutFile> {
  const path = pathOf(file.proto.name);
  const spanOf = async (at: readonly number[]): Promise<Span> => {
    const { line = 1, column = 1, endLine, endColumn } = await placeOfPath(file, at, path, sources);
    if (endLine === undefined || endColumn === undefined) return [line, column];
    return [line, column, endLine, endColumn];
  };
  const elementsIn = (all: readonly (DescMessage | DescService)[]): Promise<LayoutElement[]> =>
    Promise.all(
      all.map(async (desc) => ({
        name: desc.name,
        typeName: desc.typeName,
        span: await spanOf(namePath(desc)),
        uses: [...directUses(desc)].map(({ typeName }) => typeName),
      })),
    );
  const used = usedTypes(file);
  return {
    name: file.proto.name,
    path,
    package: file.proto.package,
    packageSpan: await spanOf(packagePath),
    imports: await Promise.all(
      file.proto.dependency.flatMap((name, index) => {
        const to = file.dependencies.find((one) => one.proto.name === name);
        if (to === undefined) return [];
        const types = used.get(to) ?? [];
        return [
          spanOf(importPath(index)).then((span) => ({
            name,
            package: to.proto.package,
            span,
            types,
          })),
        ];
      }),
    ),
    services: await elementsIn(file.services),
    messages: await elementsIn(file.messages),
    enums: await Promise.all(
      file.enums.map(async (desc) => ({
        name: desc.name,
        typeName: desc.typeName,
        span: await spanOf(namePath(desc)),
        uses: [],
      })),
    ),
  };
}

/** The names of the top-level types that a file uses, sorted, by the files that declare them. */
function usedTypes(file: DescFile): Map<DescFile, string[]> {
  const used = new Set([...file.messages, ...file.services].flatMap((one) => [...directUses(one)]));
  for (const { extendee, message, enum: values } of file.extensions)
    for (const type of [extendee, message, values])
      if (type !== undefined) used.add(topLevel(type));
  const names = new Map<DescFile, string[]>();
  for (const type of used) names.set(type.file, [...(names.get(type.file) ?? []), type.name]);
  for (const all of names.values()) all.sort();
  return names;
}

/** The place of a span in a file of the workspace. */
export function placeAt({ path }: LayoutFile, [line, column, endLine, endColumn]: Span): Place {
  return {
    path,
    line,
    column,
    ...(endLine === undefined || endColumn === undefined ? {} : { endLine, endColumn }),
  };
}
