// What protoplugin computes again and again, computed once. The bundles put these functions into it:
// bundle/protoplugin.ts.
import type { DescFile } from "@bufbuild/protobuf";
import type { SourceCodeInfo, SourceCodeInfo_Location } from "@bufbuild/protobuf/wkt";

/** The same function, that computes once for each file. What it returns must depend on the file alone. */
export function oncePerFile<T extends object>(
  compute: (file: DescFile) => T,
): (file: DescFile) => T {
  const known = new WeakMap<DescFile, T>();
  return (file) => {
    const value = known.get(file) ?? compute(file);
    known.set(file, value);
    return value;
  };
}

const namesIn = new WeakMap<readonly DescFile[], Set<string>>();

/** Whether one of the files has that name. The list must stay as it is. */
export function hasFile(files: readonly DescFile[], name: string): boolean {
  const names = namesIn.get(files) ?? new Set(files.map((file) => file.name));
  namesIn.set(files, names);
  return names.has(name);
}

let indexed: SourceCodeInfo | undefined;
let locations = new Map<string, SourceCodeInfo_Location>();

/**
 * The first location at that path, if there is one. Files are generated one after the other, so only the
 * last one's locations are kept by path.
 */
export function firstLocation(
  info: SourceCodeInfo,
  path: readonly number[],
): SourceCodeInfo_Location | undefined {
  if (info !== indexed) {
    indexed = info;
    locations = new Map();
    for (const location of info.location) {
      const key = location.path.join();
      if (!locations.has(key)) locations.set(key, location);
    }
  }
  return locations.get(path.join());
}
