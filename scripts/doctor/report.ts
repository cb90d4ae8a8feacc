// How what the doctor found reads: for people, and as JSON for tools.
import pc from "picocolors";
import { count } from "../../core/count.js";
import { whereText } from "../../core/report/trouble.js";
import type { Diagnosed, Examined, Looked } from "./diagnosis.js";

/** How many causes of one symptom the text shows; JSON has all. */
const CAUSES_SHOWN = 5;
/** As wide as the labels and what is between them and the text. */
const INDENT = "  ";
const LABEL = 9;

/** In JSON, version 1 of the contract, with a line ending. */
export function doctorJson({ ok, diagnoses, looked }: Examined): string {
  const all = diagnoses.map(({ id, symptom, cause, remedy, severity, path, line }) => ({
    id,
    severity,
    symptom,
    cause,
    remedy,
    ...(path !== undefined && { path }),
    ...(line !== undefined && { line }),
  }));
  return `${JSON.stringify({ version: 1, ok, diagnoses: all, looked }, null, 2)}\n`;
}

/** In text: a block for each symptom, and in the last line whether all is well. */
export function doctorText({ ok, diagnoses, looked }: Examined, color: boolean): string {
  const colors = pc.createColors(color);
  const shade = { error: colors.red, warning: colors.yellow, info: colors.cyan };
  const lines = blocksOf(diagnoses).flatMap((causes) => {
    const [{ id, severity, symptom }] = causes;
    const label = (name: string, text: string): string[] =>
      text.split("\n").map((line, i) => {
        const head = (i === 0 ? name : "").padEnd(LABEL);
        return `${INDENT}${colors.dim(head)}${line}`;
      });
    const shown = causes.slice(0, CAUSES_SHOWN);
    const more = causes.length - shown.length;
    return [
      `${shade[severity](severity)} ${colors.bold(id)}`,
      ...label("symptom", symptom),
      ...shown.flatMap((one, i) => [
        ...label("cause", placed(one)),
        // Told once for causes that have the same.
        ...(shown[i + 1]?.remedy === one.remedy ? [] : label("remedy", one.remedy)),
      ]),
      ...(more > 0 ? label("", `and ${count(more, "more cause")}, in --format json`) : []),
      "",
    ];
  });
  return [...lines, ...lookedLines(looked), lastLine(ok, diagnoses, looked, colors), ""].join("\n");
}

type Block = [Diagnosed, ...Diagnosed[]];

function blocksOf(diagnoses: readonly Diagnosed[]): Block[] {
  const blocks = new Map<string, Block>();
  for (const one of diagnoses) {
    const key = `${one.severity} ${one.id}`;
    const block = blocks.get(key);
    if (block === undefined) blocks.set(key, [one]);
    else block.push(one);
  }
  return [...blocks.values()];
}

function placed({ path, line, cause }: Diagnosed): string {
  if (path === undefined) return cause;
  return `${whereText({ path, ...(line !== undefined && { line }) })}: ${cause}`;
}

function lookedLines(looked: readonly Looked[]): string[] {
  const rows = new Map<string, string[]>();
  for (const { id, state, why } of looked) {
    if (state === "wrong") continue;
    const row = {
      well: "Well:",
      blocked: `Could not look, because of ${why}:`,
      off: `Did not look, because ${why}:`,
    }[state];
    rows.set(row, [...(rows.get(row) ?? []), id]);
  }
  return [...rows].map(([row, ids]) => `${row} ${ids.join(", ")}`);
}

function lastLine(
  ok: boolean,
  diagnoses: readonly Diagnosed[],
  looked: readonly Looked[],
  colors: ReturnType<typeof pc.createColors>,
): string {
  const many = (severity: Diagnosed["severity"], word: string): string[] => {
    const n = diagnoses.filter((one) => one.severity === severity).length;
    return n === 0 ? [] : [count(n, word)];
  };
  const counts = [
    ...many("error", "error"),
    ...many("warning", "warning"),
    ...many("info", "note"),
  ];
  const taken = looked.filter(({ state }) => state === "well" || state === "wrong").length;
  const found = counts.length === 0 ? "" : `: ${counts.join(", ")}`;
  const verdict = ok ? colors.green("All is well") : colors.red("Not all is well");
  return `${verdict}${found}. Looked for ${taken} of ${count(looked.length, "cause")}.`;
}
