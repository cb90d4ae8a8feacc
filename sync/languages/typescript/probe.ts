// Imports generated indexes in a fresh process and prints what they really export, as JSON.
// Standard input: the absolute paths of the folder to work in, of modules and of indexes, as JSON. It is started by
// import-indexes.ts.
import { readFileSync } from "node:fs";
import { register } from "node:module";
import { pathToFileURL } from "node:url";

/** How many modules are imported at once. */
const AT_ONCE = 4;

interface Probed {
  error?: string;
  elements: string[];
  tables: Record<string, number>[];
}

const input = readFileSync(0, "utf8");
// It was started ahead, and nothing is to be imported.
if (input === "") process.exit();
const { folder, modules, indexes } = JSON.parse(input) as {
  folder: string;
  modules: string[];
  indexes: string[];
};
process.chdir(folder);
if (indexes.some((path) => path.endsWith(".ts")))
  register("./typescript-hooks.js", import.meta.url);
// Node opens all that a module imports at once, and an index imports more than the system lets a process
// open. So modules are imported before it, a few at a time. What is wrong with one, the import of its index tells.
const waiting = modules.values();
const work = async (): Promise<void> => {
  for (const path of waiting) await import(pathToFileURL(path).href).catch(() => {});
};
await Promise.all(Array.from({ length: AT_ONCE }, work));
const probed: Probed[] = [];
for (const path of indexes) probed.push(await probe(path));
process.stdout.write(JSON.stringify(probed));

async function probe(path: string): Promise<Probed> {
  const found: Probed = { elements: [], tables: [] };
  try {
    collect((await import(pathToFileURL(path).href)) as object, found);
  } catch (thrown) {
    found.error = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
  }
  return found;
}

function collect(exported: object, found: Probed): void {
  for (const value of Object.values(exported) as unknown[]) {
    if (typeof value !== "object" || value === null) continue;
    if (Object.prototype.toString.call(value) === "[object Module]") collect(value, found);
    else if ("kind" in value) found.elements.push(element(value));
    else found.tables.push(numbers(value));
  }
}

/** The descriptors of protobuf-es: a `kind`, and a `typeName`, or for a file its name without `.proto`. */
function element(descriptor: { kind: unknown; typeName?: unknown; name?: unknown }): string {
  return descriptor.kind === "file"
    ? `file ${String(descriptor.name)}.proto`
    : `${String(descriptor.kind)} ${String(descriptor.typeName)}`;
}

function numbers(table: object): Record<string, number> {
  // An enum object also has an entry from each number back to its name.
  const entries = Object.entries(table) as [string, unknown][];
  return Object.fromEntries(
    entries.filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
}
