// The task that brings everything in step: a just recipe or an npm script, whichever the repository uses.
import { join, posix } from "node:path";
import { quoted } from "../../core/shell-word.js";
import { workspacePath } from "../../core/workspace.js";
import { addScript } from "./json-text.js";
import { readPackageJson } from "./package-json.js";
import { pinned } from "./package-manager.js";
import type { Change } from "./plan.js";
import type { FoundFile, Repository } from "./repository.js";

const NAME = "proto-generate";

/** Plans the task. Throws trouble where package.json is not what npm takes. */
export function planTask(repository: Repository): Change {
  const { root, justfile, packageJson } = repository;
  const found = justfile ?? packageJson;
  if (found === undefined) {
    const why = "there is no justfile and no package.json for a task: call this from your own";
    return { kind: "propose", path: `${pinned()} generate`, why };
  }
  const folder = workspacePath(join(root, posix.dirname(found.path)), root);
  const generate = `lockstep generate${folder === "" ? "" : ` --cwd ${quoted(folder)}`}`;
  if (justfile === undefined) return script(found, generate);
  const start = packageJson === undefined ? pinned() : "npx lockstep";
  return recipe(found, generate.replace("lockstep", start));
}

function script(file: FoundFile, generate: string): Change {
  const { path, text } = file;
  for (const [name, command] of Object.entries(readPackageJson(file).scripts))
    if (name === NAME || /\blockstep generate\b/.test(String(command)))
      return { kind: "keep", path, why: `it has the script ${name}` };
  const after = addScript(text, NAME, generate);
  return { kind: "write", path, before: text, after, why: `the script ${NAME}: ${generate}` };
}

function recipe({ path, text }: FoundFile, generate: string): Change {
  const known = new RegExp(`^@?(${NAME})(\\s[^:\\n]*)?:(?!=)`, "m").exec(text)?.[1];
  if (known !== undefined || /\blockstep(@\S+)? generate\b/.test(text)) {
    const what = known === undefined ? "`lockstep generate`" : `the recipe ${known}`;
    return { kind: "keep", path, why: `it has ${what}` };
  }
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const indent = /^\S[^\n]*:[^=\n]*\r?\n([ \t]+)\S/m.exec(text)?.[1] ?? "    ";
  const end = text === "" || text.endsWith("\n") ? "" : eol;
  const gap = text === "" ? "" : eol;
  const lines = [
    "# Check the protos and bring the bindings, the index and the status maps in step.",
    `${NAME} *flags:`,
    `${indent}${generate} {{ flags }}`,
  ];
  return {
    kind: "write",
    path,
    before: text,
    after: `${text}${end}${gap}${lines.map((line) => line + eol).join("")}`,
    why: `the recipe ${NAME}: ${generate}`,
  };
}
