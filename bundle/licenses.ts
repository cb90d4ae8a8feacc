// Collects the licenses of what dist/ bundles into dist/licenses.txt, because bundling drops the comments
// and files that have them.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "rolldown";

/** Writes dist/licenses.txt. The build fails where a package tells neither license nor copyright. */
export const licenses: Plugin = {
  name: "licenses",
  generateBundle(_, bundle) {
    const packages = new Map<string, Set<string>>();
    for (const chunk of Object.values(bundle)) {
      if (chunk.type !== "chunk") continue;
      for (const id of chunk.moduleIds) {
        const folder = /^.*[\\/]node_modules[\\/](@[^\\/]+[\\/])?[^\\/]+/.exec(id)?.[0];
        if (folder === undefined) continue;
        const modules = packages.get(folder) ?? new Set();
        packages.set(folder, modules.add(id));
      }
    }
    const notices = [...packages].map(([folder, modules]) => notice(folder, modules)).sort();
    const source = notices.join(`\n${"-".repeat(80)}\n\n`);
    this.emitFile({ type: "asset", fileName: "licenses.txt", source });
  },
};

/** What has to be said of a package: its license files or, without any, what its modules begin with. */
function notice(folder: string, modules: ReadonlySet<string>): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const files = readdirSync(folder)
    .filter((file) => /^(licen[cs]e|notice|copying)/i.test(file))
    .map((file) => readFileSync(join(folder, file), "utf8"));
  const comments = [...modules]
    .map((module) => /^(\/\/.*\n)+/m.exec(readFileSync(module, "utf8"))?.[0] ?? "")
    .filter((comment) => comment.includes("Copyright"))
    .map((comment) => comment.replace(/^\/\/ ?/gm, ""));
  const texts = new Set((files.length > 0 ? files : comments).map((text) => text.trim()));
  if (texts.size === 0) throw new Error(`${folder} has no license text`);
  return `${name} ${version} (${license})\n\n${[...texts].join("\n\n")}\n`;
}
