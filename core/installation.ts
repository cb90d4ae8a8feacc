// Where the installed package keeps the programs that it starts.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { reason, trouble } from "./trouble.js";

/** The folder of this package, whether the code runs from its sources or from its bundle. */
export const packageFolder = ((): string => {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, "package.json"))) return folder;
  }
})();

/** The version of this package. */
export function packageVersion(): string {
  return packageJson().version;
}

/** The oldest version of Node that this package runs on. */
export function packageEngine(): string {
  return packageJson().engines.node.replace(/^>=/, "");
}

/** Whether that version, of three numbers, is before the other one. */
export function isOlder(version: string, other: string): boolean {
  const numbers = version.split(".").map(Number);
  const others = other.split(".").map(Number);
  // Not by localeCompare: the first one costs every run some milliseconds.
  const place = others.findIndex((number, i) => number !== numbers[i]);
  return place >= 0 && (numbers[place] as number) < (others[place] as number);
}

function packageJson(): { version: string; engines: { node: string } } {
  return JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8"));
}

/** A program of ours in the bundle, as a path that `node` can run. */
export function bundledProgram(name: string): string {
  return join(packageFolder, "dist", `${name}.js`);
}

const require = createRequire(import.meta.url);

/** Which npm package holds buf's binary for which machine. */
const BUF_PACKAGES: Readonly<Record<string, string>> = {
  "darwin arm64": "@bufbuild/buf-darwin-arm64",
  "darwin x64": "@bufbuild/buf-darwin-x64",
  "linux arm": "@bufbuild/buf-linux-armv7",
  "linux arm64": "@bufbuild/buf-linux-aarch64",
  "linux x64": "@bufbuild/buf-linux-x64",
  "win32 arm64": "@bufbuild/buf-win32-arm64",
  "win32 x64": "@bufbuild/buf-win32-x64",
};

/** The path of buf's native binary. Throws trouble where npm did not install it. */
export function bufBinary(): string {
  const machine = `${process.platform} ${process.arch}`;
  const name = BUF_PACKAGES[machine];
  if (name === undefined)
    throw trouble("BUF_NOT_RUNNABLE", { why: `it has no binary for ${machine}` });
  try {
    const fromBuf = createRequire(require.resolve("@bufbuild/buf/package.json"));
    const binary = process.platform === "win32" ? "bin/buf.exe" : "bin/buf";
    return join(dirname(fromBuf.resolve(`${name}/package.json`)), binary);
  } catch (thrown) {
    throw trouble(
      "BUF_NOT_RUNNABLE",
      { why: reason(thrown).split("\n")[0] as string },
      { cause: thrown },
    );
  }
}

/** The version of buf that is installed. */
export function bufVersion(): string {
  const file = require.resolve("@bufbuild/buf/package.json");
  return (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version;
}
