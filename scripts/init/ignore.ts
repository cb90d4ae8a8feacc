// The line of .gitignore for what is generated.
import { readFile } from "node:fs/promises";
import { join, posix, relative, sep } from "node:path";
import { errorCode } from "../../core/trouble.js";
import { workspacePath } from "../../core/workspace.js";
import type { Change } from "./plan.js";
import type { Repository } from "./repository.js";
import type { TemplatePlan } from "./template.js";

/** Plans the .gitignore of the workspace, or the one above it that the repository has instead. */
export async function planIgnore(
  { root, top, isGit, git }: Repository,
  { generated, tracked }: TemplatePlan,
): Promise<Change[]> {
  if (!isGit) return [];
  const folders: string[] = [];
  for (const folder of generated) {
    const probes = ["index.js", "index.d.ts"].map((name) => `${folder}/${name}`);
    const isIgnored = (await git.ignored(probes)).size === probes.length;
    if (!isIgnored && !tracked.includes(folder)) folders.push(folder);
  }
  const { path, before } = await nearest(root, top);
  if (folders.length === 0) {
    return tracked.length > 0
      ? []
      : [
          {
            kind: "keep",
            path,
            why: `git ignores ${generated.map((f) => `${f}/`).join(", ")} already`,
          },
        ];
  }
  const folder = relative(join(root, posix.dirname(path)), root)
    .split(sep)
    .join("/");
  const lines = folders.map((one) => `/${posix.join(folder, one)}/`);
  const eol = /\r?\n/.exec(before ?? "")?.[0] ?? "\n";
  const end = before === undefined || before === "" || before.endsWith("\n") ? "" : eol;
  const after = `${before ?? ""}${end}${lines.map((line) => line + eol).join("")}`;
  const why = `${lines.join(", ")}: what is generated is made anew, and does not belong into commits`;
  return [{ kind: "write", path, before, after, why }];
}

async function nearest(
  root: string,
  top: string,
): Promise<{ path: string; before: string | undefined }> {
  for (const folder of new Set([root, top])) {
    const file = join(folder, ".gitignore");
    try {
      return { path: workspacePath(root, file), before: await readFile(file, "utf8") };
    } catch (thrown) {
      if (errorCode(thrown) !== "ENOENT") throw thrown;
    }
  }
  return { path: ".gitignore", before: undefined };
}
