// Runs the command as a user whom permissions bind, whoever runs the tests.
import { execFile } from "node:child_process";
import { statSync } from "node:fs";
import { dirname } from "node:path";
import { promisify } from "node:util";
import { packageFolder } from "../core/installation.js";
import type { Ended, TestWorkspace } from "./workspace.js";

/** Whether every user can read this package, so that a test may run it as another one. */
function isPublic(folder: string): boolean {
  const open = (statSync(folder).mode & 0o005) === 0o005;
  return open && (dirname(folder) === folder || isPublic(dirname(folder)));
}

const isRoot = process.getuid?.() === 0;
const NOBODY = 65534;

/** Runs the command as a user whom permissions bind, which root is not. */
export async function runBound(w: TestWorkspace, ...argv: string[]): Promise<Ended> {
  const home = dirname(w.root);
  if (isRoot) await promisify(execFile)("chown", ["-R", "-h", `${NOBODY}:${NOBODY}`, home]);
  const user = isRoot ? { uid: NOBODY, gid: NOBODY } : {};
  return w.start(argv, { env: { ...process.env, HOME: home }, ...user }).ended;
}

/** Whether it can: another user has to be able to read this package. */
export const canRunBound = process.platform !== "win32" && (!isRoot || isPublic(packageFolder));
