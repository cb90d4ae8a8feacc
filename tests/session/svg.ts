// What a terminal shows, as an SVG: the terminal is xterm's, so colours, wide letters and long lines are as there.
import xterm from "@xterm/headless";

const COLUMNS = 118;
const CELL = { width: 8.4, height: 19 };
const MARGIN = 16;
const BACKGROUND = "#0d1117";
const FOREGROUND = "#e6edf3";
/** The eight colours of a terminal, each well to be read on the background. */
const COLORS = [
  "#8b949e",
  "#ff7b72",
  "#7ee787",
  "#f2cc60",
  "#79c0ff",
  "#d2a8ff",
  "#76e3ea",
  "#e6edf3",
];

/** The text, with its colour codes, on a terminal that is as high as what it shows. */
export async function terminalSvg(title: string, text: string): Promise<string> {
  const rows = await rowsOf(text);
  const width = Math.ceil(COLUMNS * CELL.width + 2 * MARGIN);
  const height = rows.length * CELL.height + 2 * MARGIN;
  const lines = rows.map((runs, y) => {
    const spans = runs.map(({ x, text: words, style }) => {
      const indent = words.length - words.trimStart().length;
      const left = (MARGIN + (x + indent) * CELL.width).toFixed(1);
      return `<tspan x="${left}"${style === "" ? "" : ` style="${style}"`}>${escaped(words)}</tspan>`;
    });
    return `<text y="${MARGIN + y * CELL.height + 14}">${spans.join("")}</text>\n`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="${FOREGROUND}" style="white-space:pre" xml:space="preserve">
<title>${escaped(title)}</title>
<rect width="100%" height="100%" rx="8" fill="${BACKGROUND}"/>
${lines.join("")}</svg>
`;
}

interface Run {
  readonly x: number;
  text: string;
  readonly style: string;
}

/** The rows of the terminal as runs of cells that look the same, without empty rows at the end. */
async function rowsOf(text: string): Promise<Run[][]> {
  const terminal = new xterm.Terminal({
    cols: COLUMNS,
    rows: 200,
    convertEol: true,
    allowProposedApi: true,
  });
  await new Promise<void>((resolve) => terminal.write(text, resolve));
  const buffer = terminal.buffer.active;
  const rows = Array.from({ length: buffer.length }, (_, y) => {
    const runs: Run[] = [];
    for (let x = 0; x < COLUMNS; x++) {
      const cell = buffer.getLine(y)?.getCell(x);
      // The second half of a wide letter has no text of its own.
      if (cell === undefined || cell.getWidth() === 0) continue;
      const style = [
        cell.isFgPalette() ? `fill:${COLORS[cell.getFgColor() % 8]}` : "",
        cell.isBold() ? "font-weight:bold" : "",
        cell.isDim() ? "opacity:.65" : "",
        cell.isUnderline() ? "text-decoration:underline" : "",
      ];
      const run = { x, text: cell.getChars() || " ", style: style.filter((s) => s).join(";") };
      const last = runs.at(-1);
      if (last?.style === run.style) last.text += run.text;
      else runs.push(run);
    }
    return runs.filter((run) => run.text.trim() !== "");
  });
  return rows.slice(0, rows.findLastIndex((runs) => runs.length > 0) + 1);
}

function escaped(text: string): string {
  return text.trim().replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
