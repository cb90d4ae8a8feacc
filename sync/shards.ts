// Images for plugins to work on side by side: each has a part of the protos to generate, and what these need.
import { compareText } from "../core/finding.js";
import { asImport, cut, type ImageFile, imageWith } from "../core/image.js";

/**
 * How many bytes of descriptors a plugin is given at once, about: so many that what it decodes takes less memory
 * than Node.js itself, and so few that starting it is a small part of the work.
 */
const SHARD_BYTES = 8 << 20;

/** Protos that are generated together. */
export interface Shard {
  readonly protos: readonly string[];
  /** What they are generated from; it is made when it is asked for. */
  image(): Uint8Array;
}

/**
 * The shards of those protos. Beside what they import, each has
 * the other protos of their packages, whose names status maps keep clear of.
 */
export function shardsOf(
  files: ReadonlyMap<string, ImageFile>,
  protos: readonly string[],
): Shard[] {
  const members = new Map<string, string[]>();
  for (const { name, package: of } of files.values()) {
    const known = members.get(of);
    if (known === undefined) members.set(of, [name]);
    else known.push(name);
  }
  return parts(files, protos).map((own) => ({
    protos: own,
    image() {
      const isOwn = new Set(own);
      const mates = own.flatMap(
        (name) => members.get(files.get(name)?.package as string) as string[],
      );
      const image = cut(files.values(), new Set(mates));
      return imageWith(image.map((file) => (isOwn.has(file.name) ? file : asImport(file))));
    },
  }));
}

/** The protos in parts of about the same size; those of a folder, which import the same, are together. */
function parts(files: ReadonlyMap<string, ImageFile>, protos: readonly string[]): string[][] {
  const sizeOf = (name: string): number => (files.get(name) as ImageFile).bytes.length;
  const total = protos.reduce((sum, name) => sum + sizeOf(name), 0);
  const size = total / Math.ceil(total / SHARD_BYTES);
  const found = new Map<number, string[]>();
  let before = 0;
  for (const name of [...protos].sort(compareText)) {
    const part = Math.floor(before / size);
    found.set(part, [...(found.get(part) ?? []), name]);
    before += sizeOf(name);
  }
  return [...found.values()];
}
