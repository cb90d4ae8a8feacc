// What watch shows: each round in the place of the one before it, or below it where nothing can be replaced.
import { relative, sep } from "node:path";
import pc from "picocolors";
import { count } from "../../core/count.js";
import type { Terminal } from "../../core/report/progress.js";
import { reportOf } from "../../core/report/report.js";
import { textReport } from "../../core/report/text.js";
import { troubleText } from "../../core/report/trouble.js";
import type { Watcher } from "../../core/steps.js";
import { dayOf } from "../../core/waivers.js";
import type { Outcome } from "../pipeline.js";

const HOME = "\u001B[H";
const CLEAR_BELOW = "\u001B[J";
const CLEAR_LINE = "\r\u001B[2K";

/** How a round begins and ends for who looks on. */
export interface Display {
  readonly watcher: Watcher;
  started(): void;
  ended(changed: readonly string[], root: string, outcome: Outcome, ms: number): Promise<void>;
  /** Something that lessens every round from now on. */
  warn(text: string): void;
  /** Leaves the line that the cursor is on free. */
  close(): void;
}

/** The text for people. On a terminal that can do so, a round replaces the one before it. */
export function screen(stdout: Terminal, replaces: boolean, color: boolean): Display {
  const colors = pc.createColors(color);
  const running = new Set<string>();
  const warnings = new Set<string>();
  let notes: string[] = [];
  let isFirst = true;
  const live = (text: string): void => {
    if (!replaces) return;
    const room = Math.max(0, (stdout.columns || 80) - 1);
    stdout.write(`${CLEAR_LINE}${colors.dim(text.slice(0, room))}`);
  };
  const showRunning = (): void => live([...running].join(", ") || "...");
  return {
    watcher: {
      started(name) {
        running.add(name);
        showRunning();
      },
      ended({ name }) {
        running.delete(name);
        showRunning();
      },
      note(text) {
        notes.push(text);
        if (running.size === 0) live(text);
      },
    },
    started() {
      notes = [];
      if (!replaces) return;
      // What stood on the screen before goes up into the scrollback, where it can still be read.
      if (isFirst) stdout.write(`${"\n".repeat(stdout.rows || 24)}${HOME}`);
      isFirst = false;
      live("...");
    },
    async ended(changed, root, outcome, ms) {
      const { findings, steps, coverage, sources, troubles } = outcome;
      const made = reportOf(findings, steps, troubles.length > 0, coverage);
      const isSilent = troubles.length > 0 && findings.length === 0;
      const text = isSilent ? "" : await textReport(made, sources, color, dayOf(new Date()));
      const applied = steps.find(({ name }) => name === "apply")?.summary.replace("skipped: ", "");
      const sign = made.ok ? colors.green("\u2713") : colors.red("\u2717");
      const block = [
        `${colors.dim(new Date().toTimeString().slice(0, 8))} ${why(changed, root)}\n`,
        text,
        ...new Set(troubles.map(troubleText)),
        ...notes.map((note) => `  ${note}\n`),
        ...(replaces ? warnings : []),
        `${sign} ${applied ?? "not done"} ${colors.dim(`(${ms} ms)`)}\n`,
      ].join("");
      stdout.write(
        replaces
          ? `${CLEAR_LINE}${HOME}${CLEAR_BELOW}${block}${colors.dim("Watching for changes. Ctrl-C ends it.")}\n`
          : `${block}\n`,
      );
    },
    warn(text) {
      if (warnings.has(text)) return;
      warnings.add(text);
      stdout.write(`${replaces ? CLEAR_LINE : ""}${text}`);
    },
    close: () => live(""),
  };
}

function why(changed: readonly string[], root: string): string {
  // A folder that appears or goes is told by what is in it.
  const [first, ...rest] = changed.filter(
    (path) => !changed.some((other) => other.startsWith(path + sep)),
  );
  if (first === undefined) return root;
  const more = rest.length === 0 ? "" : ` and ${count(rest.length, "more path")}`;
  return `${relative(root, first)}${more} changed`;
}
