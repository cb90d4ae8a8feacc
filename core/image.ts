// Images as bytes: a file of one is told apart, replaced and left out without decoding it.
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";

/** A file of an image: its FileDescriptorProto, of which only its name, package, imports and mark were read. */
export interface ImageFile {
  readonly name: string;
  /** Empty where it has none. */
  readonly package: string;
  /** The files that it imports, in the order of its imports. */
  readonly imports: readonly string[];
  /** Whether buf marks it as one that is only imported. */
  readonly isImport: boolean;
  readonly bytes: Uint8Array;
}

/** Fields of FileDescriptorSet and FileDescriptorProto (descriptor.proto). */
const FILE = 1;
const NAME = 1;
const PACKAGE = 2;
const DEPENDENCY = 3;

/**
 * buf marks its images in field 8042 of each file: a message whose field 1 says that the file is
 * only imported (buf.alpha.image.v1.ImageFileExtension).
 */
export const BUF_EXTENSION = 8042;
const IS_IMPORT = 1;

/** The files of an image, in its order. */
export function filesOf(image: Uint8Array): ImageFile[] {
  const files: ImageFile[] = [];
  const reader = new BinaryReader(image);
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (no === FILE) files.push(fileOf(reader.bytes()));
    else reader.skip(wireType, no);
  }
  return files;
}

function fileOf(bytes: Uint8Array): ImageFile {
  const reader = new BinaryReader(bytes);
  const imports: string[] = [];
  let name = "";
  let ownPackage = "";
  let isImport = false;
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (no === NAME) name = reader.string();
    else if (no === PACKAGE) ownPackage = reader.string();
    else if (no === DEPENDENCY) imports.push(reader.string());
    else if (no === BUF_EXTENSION) isImport = marksImport(reader.bytes()) ?? isImport;
    else reader.skip(wireType, no);
  }
  return { name, package: ownPackage, imports, isImport, bytes };
}

/** What a mark says; undefined where it does not say. */
function marksImport(mark: Uint8Array): boolean | undefined {
  const reader = new BinaryReader(mark);
  let said: boolean | undefined;
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (no === IS_IMPORT) said = reader.bool();
    else reader.skip(wireType, no);
  }
  return said;
}

/** Messages in a row are merged, so a mark at the end is the one that counts. */
const MARK = Uint8Array.of(
  ...varint((BUF_EXTENSION << 3) | WireType.LengthDelimited),
  2,
  IS_IMPORT << 3,
  1,
);

/** The file, marked as one that is only imported. */
export function asImport(file: ImageFile): ImageFile {
  if (file.isImport) return file;
  return { ...file, isImport: true, bytes: Buffer.concat([file.bytes, MARK]) };
}

/** The image that has those files, in that order. */
export function imageWith(files: readonly ImageFile[]): Uint8Array {
  return Buffer.concat(
    files.flatMap(({ bytes }) => [
      Uint8Array.of(...varint((FILE << 3) | WireType.LengthDelimited), ...varint(bytes.length)),
      bytes,
    ]),
  );
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  let left = value;
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80);
  return [...bytes, left];
}

/**
 * The order in which buf's image has those files and all that they import: sorted by name, but each after its
 * imports.
 */
export function inOrder(
  names: Iterable<string>,
  importsOf: (name: string) => readonly string[],
): string[] {
  const placed = new Set<string>();
  const entered = new Set<string>();
  const place = (name: string): void => {
    if (entered.has(name)) return;
    entered.add(name);
    for (const imported of importsOf(name)) place(imported);
    placed.add(name);
  };
  for (const name of [...names].sort()) place(name);
  return [...placed];
}

/**
 * Those of the files that are `own` and what they import, in the order of `files`; all that are not own are
 * marked as imports.
 */
export function cut(files: Iterable<ImageFile>, own: ReadonlySet<string>): ImageFile[] {
  const all = new Map([...files].map((file) => [file.name, file]));
  const needed = new Set(inOrder(own, (name) => all.get(name)?.imports ?? []));
  return [...all.values()]
    .filter(({ name }) => needed.has(name))
    .map((file) => (own.has(file.name) ? file : asImport(file)));
}
