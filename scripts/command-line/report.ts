// The end of a command that reports: what came of it goes to where its reader wants it.
import { resolve } from "node:path";
import { openGit } from "../../core/git.js";
import { packageVersion } from "../../core/installation.js";
import { RENDER, type Setting } from "../../core/report/formats.js";
import { reportOf } from "../../core/report/report.js";
import { troubleText } from "../../core/report/trouble.js";
import { asTrouble, type Trouble } from "../../core/trouble.js";
import { writeReport } from "../outputs.js";
import type { Outcome } from "../pipeline.js";
import { type ExitCode, type Flags, hasColor, type Surroundings } from "./command.js";

/** Makes every report that was asked for, tells the troubles, and returns the exit code. */
export async function report(
  outcome: Outcome,
  flags: Flags,
  surroundings: Surroundings,
): Promise<ExitCode> {
  const { cwd, env, stdout, stderr } = surroundings;
  const { findings, steps, coverage, troubles } = outcome;
  const made = reportOf(findings, steps, troubles.length > 0, coverage);
  const setting = settingOf(outcome, flags, surroundings);
  const unreported: Trouble[] = [];
  const attempt = (work: Promise<unknown>): Promise<unknown> =>
    work.catch((thrown: unknown) => unreported.push(asTrouble(thrown)));
  const { stdout: format, files } = flags.format;
  if (format === "text") {
    // Troubles go to standard error, beside which "No findings." would mislead.
    const own = { ...setting, troubles: [], color: hasColor(flags, env, stdout) };
    const isSilent = troubles.length > 0 && findings.length === 0;
    if (!isSilent) await attempt(RENDER.text(made, own).then((text) => stdout.write(text)));
  } else if (format !== undefined) {
    await attempt(RENDER[format](made, setting).then((text) => stdout.write(text)));
  }
  for (const file of files) {
    await attempt(RENDER[file.format](made, setting).then((text) => writeReport(file, cwd, text)));
  }
  const all = [...troubles, ...unreported];
  // What keeps several checks from judging is told once.
  for (const text of new Set(all.map(troubleText))) stderr.write(text);
  return all.length > 0 ? 2 : made.ok ? 0 : 1;
}

function settingOf(
  { troubles, sources }: Outcome,
  flags: Flags,
  surroundings: Surroundings,
): Setting {
  const { cwd, env, signal } = surroundings;
  const root = sources?.root ?? resolve(cwd, flags.cwd ?? "");
  let prefix: Promise<string> | undefined;
  return {
    troubles,
    sources,
    color: false,
    now: new Date(),
    version: packageVersion(),
    prefix: () => (prefix ??= openGit(root, env, signal).prefix()),
  };
}
