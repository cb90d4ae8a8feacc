// The hook as lines of a shell script, and where in somebody's script they go.
import { posix } from "node:path";
import { trouble } from "../../core/trouble.js";

/** What a script that is made for the hook begins with. */
export const SHEBANG = "#!/bin/sh\n";

/** The lines that judge what is staged in the workspace in `folder`, and end the script where it is wrong. */
export function hookLines(folder: string, flags: string): string[] {
  const cwd = folder === "." ? "" : ` --cwd ${quoted(folder)}`;
  const run = `hook run${cwd}${flags}`;
  return [
    "lockstep_hook() {",
    `  for lockstep in ${binaries(folder).map(quoted).join(" ")}; do`,
    '    if [ -x "$lockstep" ]; then',
    `      "$lockstep" ${run}`,
    "      return",
    "    fi",
    "  done",
    "  if npx --offline --no-install lockstep --version >/dev/null 2>&1; then",
    `    npx --offline --no-install lockstep ${run}`,
    "    return",
    "  fi",
    '  echo "lockstep is not installed here, so what is staged cannot be judged." >&2',
    '  echo "Install the packages (npm install) and commit again. To commit all the same: git commit --no-verify" >&2',
    "  return 2",
    "}",
    "lockstep_hook || exit $?",
  ];
}

/** Where npm may have put the command: in the workspace or a folder above it, from the top. */
export function binaries(folder: string): string[] {
  const found: string[] = [];
  for (let one = folder; ; one = posix.dirname(one)) {
    found.push(posix.join(one, "node_modules/.bin/lockstep"));
    if (one === ".") return found;
  }
}

/** A word as a POSIX shell takes it for itself. */
export function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** The names of shells that understand the lines. */
const SHELL = /^#!\s*(?:\S*\/)?(?:env\s+(?:-\S+\s+)*)?(?:\S*\/)?(?:ba|da|k|z|a)?sh(?:\s|$)/;

/**
 * The offset in a script at which the lines go: first of all, because what is there may end the script. Throws
 * trouble where it is no shell script.
 */
export function placeInScript(text: string, shown: string, folder: string): number {
  const lines = text.split("\n");
  const isScript = !text.includes("\0") && (!text.startsWith("#!") || SHELL.test(lines[0] ?? ""));
  if (!isScript) {
    const why = "it is not a shell script";
    const lines = hookLines(folder, "").join("\n");
    throw trouble("HOOK_BY_HAND", {
      file: shown,
      why,
      help: `Add what these lines of shell do:\n${lines}`,
    });
  }
  let count = text.startsWith("#!") ? 1 : 0;
  // Up to version 8, husky sets up the PATH in this line.
  if (/^\.\s.*husky\.sh/.test(lines[count] ?? "")) count++;
  return Math.min(lines.slice(0, count).join("\n").length + (count > 0 ? 1 : 0), text.length);
}
