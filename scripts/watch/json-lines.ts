// A report in JSON per round, each in a line of its own, for a tool that follows.
import { jsonLine } from "../../core/report/json.js";
import { silent, type Terminal } from "../../core/report/progress.js";
import { reportOf } from "../../core/report/report.js";
import { troubleText } from "../../core/report/trouble.js";
import type { Display } from "./screen.js";

/** Reports go to standard output; what kept a round from being done to standard error. */
export function jsonLines(stdout: Terminal, stderr: Terminal): Display {
  return {
    watcher: silent,
    started() {},
    async ended(_, __, { findings, steps, coverage, troubles }) {
      stdout.write(jsonLine(reportOf(findings, steps, troubles.length > 0, coverage)));
      for (const text of new Set(troubles.map(troubleText))) stderr.write(text);
    },
    warn: (text) => void stderr.write(text),
    close() {},
  };
}
