// A line per step with its time: live on a terminal, one after the other elsewhere.
import pc from "picocolors";
import type { Mark, Step, Watcher } from "../steps.js";

export interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** The size of the screen, where it is a terminal. */
  readonly columns?: number;
  readonly rows?: number;
}

/** Shows the steps on that stream. */
export function progress(stream: Terminal, color: boolean): Watcher {
  const colors = pc.createColors(color);
  const running: string[] = [];
  const live = stream.isTTY === true;
  const clear = (): void => {
    if (live && running.length > 0) stream.write("\r\u001B[2K");
  };
  const show = (): void => {
    if (live && running.length > 0) stream.write(colors.dim(`  ${running.join(", ")} ...`));
  };
  return {
    started(name) {
      clear();
      running.push(name);
      show();
    },
    ended(step, mark) {
      clear();
      const place = running.indexOf(step.name);
      if (place >= 0) running.splice(place, 1);
      stream.write(`${line(step, mark, colors)}\n`);
      show();
    },
    note(text) {
      clear();
      stream.write(`  ${text}\n`);
      show();
    },
  };
}

/** Shows nothing. */
export const silent: Watcher = { started() {}, ended() {}, note() {} };

function line(
  { name, ms, summary }: Step,
  mark: Mark,
  colors: ReturnType<typeof pc.createColors>,
): string {
  const sign = {
    done: colors.green("\u2713"),
    wrong: colors.red("\u2717"),
    skipped: colors.yellow("-"),
  }[mark];
  const time = mark === "skipped" ? "" : `${ms} ms`;
  return `${sign} ${name.padEnd(10)} ${colors.dim(time.padStart(8))}  ${summary}`;
}
