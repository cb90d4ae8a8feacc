// The bindings: what the plugins of buf.gen.yaml make of the compiled image.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Buf } from "../core/buf.js";
import { compareText } from "../core/finding.js";
import type { PlannedFile } from "../core/plan.js";
import { type BufGenYaml, workspacePath } from "../core/workspace.js";

/** The files that the plugins generate, planned at the places that their `out` names. */
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
