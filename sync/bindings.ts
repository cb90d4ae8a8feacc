// The bindings: what the plugins of buf.gen.yaml make of the compiled image.
import { readFileSync } from "node:fs";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Buf } from "../core/buf.js";
import { compareText } from "../core/finding.js";
import type { PlannedFile } from "../core/plan.js";
import { trouble } from "../core/trouble.js";
import { type BufGenYaml, type Plugin, workspacePath } from "../core/workspace.js";

/**
 * The files that the plugins generate, planned at the places that their `out` names. Throws trouble
 * where there are none: all that was generated before would be taken for left over.
 */
export async function planBindings(
  buf: Buf,
  image: Uint8Array,
  gen: BufGenYaml,
): Promise<PlannedFile[]> {
  const staging = await mkdtemp(join(tmpdir(), "lockstep-"));
  try {
    await buf.generate(image, gen, staging);
    const entries = await readdir(staging, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length === 0) {
      const [first] = gen.plugins as [Plugin, ...Plugin[]];
      const plugins = gen.plugins.map((plugin) => plugin.name);
      throw trouble("NOTHING_GENERATED", { plugins }, { where: first.where });
    }
    // One after the other: the system bounds how many files may be open at once.
    return files.sort(compareText).map((file) => ({
      path: workspacePath(staging, file),
      content: readFileSync(file),
      by: "a plugin of buf.gen.yaml",
    }));
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
