// The large public set of protos that benchmarks run on: Google's APIs, from their npm package, installed
// on demand below bench/corpus/.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const corpus = join(root, "bench", "corpus");
const installed = join(corpus, "node_modules", "google-proto-files");

/**
 * A workspace of its own in a temporary folder with those protos in proto/, in a git repository; the caller
 * removes it. `only` picks files by their path below proto/; what is picked has to compile.
 */
export function corpusWorkspace(only = () => true) {
  if (!existsSync(installed)) {
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const options = { cwd: corpus, stdio: "inherit", shell: process.platform === "win32" };
    const { status } = spawnSync(
      npm,
      ["install", "--ignore-scripts", "--no-package-lock"],
      options,
    );
    if (status !== 0) throw new Error("npm could not install google-proto-files");
  }
  const folder = mkdtempSync(join(tmpdir(), "lockstep-corpus-"));
  for (const part of ["google", "grafeas"])
    cpSync(join(installed, part), join(folder, "proto", part), { recursive: true });
  // Legacy test protos that do not compile.
  rmSync(join(folder, "proto", "google", "protobuf"), { recursive: true });
  for (const path of readdirSync(join(folder, "proto"), { recursive: true })) {
    const isLeftOut = path.endsWith(".proto") && !only(path.replaceAll("\\", "/"));
    if (isLeftOut) rmSync(join(folder, "proto", path));
  }
  writeFileSync(
    join(folder, "buf.yaml"),
    "version: v2\nmodules:\n  - path: proto\nlint:\n  use: [SYNTAX_SPECIFIED]\n",
  );
  cpSync(join(root, "buf.gen.yaml"), join(folder, "buf.gen.yaml"));
  writeFileSync(join(folder, ".gitignore"), "node_modules\ngenerated/\n");
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  spawnSync("git", ["init", "--quiet"], { cwd: folder });
  return folder;
}
