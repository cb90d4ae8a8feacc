// The bindings: what the plugins of buf.gen.yaml make of the compiled image.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Buf } from "../core/buf.js";
import { compareText } from "../core/finding.js";
import type { Part } from "../core/inputs.js";
import type { PlannedFile } from "../core/plan.js";
import { trouble } from "../core/trouble.js";
import { type BufGenYaml, type Plugin, workspacePath } from "../core/workspace.js";

/**
 * The files that the plugins generate of those parts, planned at the places that their `out` names. Throws trouble
 * where there are none: all that was generated before would be taken for left over.
 */
export async function planBindings(
  buf: Buf,
  parts: readonly Part[],
  gen: BufGenYaml,
): Promise<PlannedFile[]> {
  const staging = await mkdtemp(join(tmpdir(), "lockstep-"));
  try {
    for (const { image, flags } of parts) await buf.generate(image, gen, staging, flags);
    const entries = await readdir(staging, { recursive: true, withFileTypes: true });
    const files = entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    if (files.length === 0) {
      const [first] = gen.plugins as [Plugin, ...Plugin[]];
      const plugins = gen.plugins.map((plugin) => plugin.name);
      throw trouble("NOTHING_GENERATED", { plugins }, { where: first.where });
    }
    return await Promise.all(
      files.sort(compareText).map(async (file) => ({
        path: workspacePath(staging, file),
        content: await readFile(file),
        by: "a plugin of buf.gen.yaml",
      })),
    );
  } finally {
    await rm(staging, { recursive: true, force: true });
  }
}
