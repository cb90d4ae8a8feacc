// Which program a plugin is, as a text that changes with it.
import { closeSync, existsSync, openSync, readSync, realpathSync, statSync } from "node:fs";
import { isAbsolute, join } from "node:path";

/**
 * What each plugin of the template runs, in their order, as found in those folders. Undefined where that
 * cannot be told from the outside: of a command with arguments, a script that may read other files, or a remote
 * plugin without a version.
 */
export function pluginIdentities(
  template: Readonly<Record<string, unknown>>,
  folders: readonly string[],
): readonly string[] | undefined {
  const identities = (template.plugins as Record<string, unknown>[]).map((plugin) => {
    const { local, remote, plugin: v1, name, path } = plugin;
    if (path !== undefined || plugin.protoc_builtin !== undefined) return undefined;
    const called = remote ?? local ?? v1 ?? name;
    if (typeof called !== "string") return undefined;
    // A remote plugin is named with its host: buf.build/bufbuild/es:v2.2.0.
    if (remote !== undefined || called.split("/")[0]?.includes("."))
      return called.includes(":") ? called : undefined;
    return programIdentity(local === undefined ? `protoc-gen-${called}` : called, folders);
  });
  return identities.every((one) => one !== undefined) ? identities : undefined;
}

function programIdentity(program: string, folders: readonly string[]): string | undefined {
  const candidates = isAbsolute(program) ? [program] : folders.map((one) => join(one, program));
  const found = candidates
    .flatMap((one) => [one, `${one}.cmd`, `${one}.exe`])
    .find((one) => existsSync(one));
  // None but our own runs without being installed, and that is a part of this package.
  if (found === undefined) return `${program} of this package`;
  const path = realpathSync(found);
  // Not the change time: a package manager that links to the file elsewhere, as pnpm does, changes it.
  const { size, mtimeMs, ino } = statSync(path);
  const isPackaged = /[\\/]node_modules[\\/]/.test(path) || /[\\/]node_modules[\\/]/.test(found);
  if (!isPackaged && isScript(path)) return undefined;
  return [path, size, mtimeMs, ino].join(" ");
}

function isScript(path: string): boolean {
  const start = Buffer.alloc(2);
  const file = openSync(path, "r");
  try {
    readSync(file, start, 0, 2, 0);
  } finally {
    closeSync(file);
  }
  return start.toString("latin1") === "#!" || /\.(cmd|bat|ps1)$/.test(path);
}
