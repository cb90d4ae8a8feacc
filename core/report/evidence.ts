// How a case of evidence reads: who sent what, what was on the wire, and what the reader made of it.
import type pc from "picocolors";
import { count } from "../count.js";
import type { Evidence, Fate, Reader } from "../finding.js";
import { charactersOf } from "../position.js";

export type Colors = ReturnType<typeof pc.createColors>;

const WORST_FATE: readonly Fate[] = ["misread", "lost", "refused", "unaffected"];
const WORST_FORMAT: readonly Evidence["format"][] = ["binary", "json", "rpc"];

/** How long a line of the report is at most, where it can be cut. */
const COLUMNS = 110;
/** Between the labels and what is said. */
const GAP = 2;

/**
 * The worst of those cases in a few lines, and how many more there are. Of cases that are all
 * unaffected, a line; of none, nothing.
 */
export function evidenceLines(
  evidence: readonly Evidence[],
  indent: string,
  colors: Colors,
): string[] {
  const [worst, ...others] = [...evidence].sort(compareCases);
  if (worst === undefined) return [];
  const rows = rowsOf(worst, COLUMNS - indent.length, colors);
  const more = others.filter(({ fate }) => fate !== "unaffected").length;
  const longest = Math.max(...rows.map(([label]) => label.length));
  const width = longest === 0 ? 0 : longest + GAP;
  return [
    ...rows.map(([label, text]) => {
      const shown = label.padEnd(width);
      return `${indent}${label === "" ? shown : colors.dim(shown)}${text}`;
    }),
    ...(more === 0
      ? []
      : [`${indent}${colors.dim(`and ${count(more, "more case")}, in --format json`)}`]),
  ];
}

function compareCases(a: Evidence, b: Evidence): number {
  return (
    WORST_FATE.indexOf(a.fate) - WORST_FATE.indexOf(b.fate) ||
    WORST_FORMAT.indexOf(a.format) - WORST_FORMAT.indexOf(b.format)
  );
}

type Row = readonly [label: string, text: string];

function rowsOf(evidence: Evidence, columns: number, colors: Colors): Row[] {
  const { sender, format, fate, subject, sent, readers } = evidence;
  const [from, to] = sender === "old" ? ["An old", "a new"] : ["A new", "an old"];
  if (format === "rpc") {
    const answers = groupsOf(readers).map(
      ([{ saw, fate }]): Row => [`${to} server answers`, shade(fate, colors)(oneLine(saw))],
    );
    return [[`${from} client calls`, oneLine(subject)], ...answers];
  }
  if (fate === "unaffected" && readers.every(({ saw }) => saw === sent)) {
    const room = columns - " arrives as it was sent".length;
    return [["", `${message(subject, sent, room)} arrives as it was sent`]];
  }
  const room = columns - "An old peer sends".length - GAP;
  return [
    [`${from} peer sends`, message(subject, sent, room)],
    [format === "json" ? "as JSON" : "as bytes", onTheWire(evidence, room, colors)],
    ...groupsOf(readers).flatMap((group) => reading(`${to} peer reads`, group, room, colors)),
  ];
}

type Group = readonly [Reader, ...Reader[]];

/** The readers that made the same of it together. Each refuses in words of its own. */
function groupsOf(readers: readonly Reader[]): Group[] {
  const groups = new Map<string, [Reader, ...Reader[]]>();
  for (const reader of readers) {
    const key = reader.fate === "refused" ? reader.fate : JSON.stringify([reader.fate, reader.saw]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [reader]);
    else group.push(reader);
  }
  return [...groups.values()];
}

function message(subject: string, sent: string, room: number): string {
  if (sent === "") return `${subject} {}`;
  return `${subject} { ${cut(oneLine(sent), Math.max(20, room - subject.length - 5))} }`;
}

/** What those readers made of it; who they are goes to a line of its own where it is too long for one. */
function reading(label: string, group: Group, room: number, colors: Colors): Row[] {
  const [{ saw, fate }] = group;
  const names = group.map(({ runtime }) => runtime);
  const agree = `${names.join(" and ")}${names.length > 1 ? " agree" : ""}`;
  const note = fate === "unaffected" ? `(${agree})` : `(${fate}; ${agree})`;
  const text = cut(`${fate === "refused" ? "nothing: " : ""}${oneLine(saw)}`, room);
  const shaded = shade(fate, colors)(text);
  return text.length + 2 + note.length <= room
    ? [[label, `${shaded}  ${note}`]]
    : [
        [label, shaded],
        ["", note],
      ];
}

function shade(fate: Fate, colors: Colors): (text: string) => string {
  return fate === "unaffected" ? colors.green : colors.red;
}

/** What was on the wire, cut around the part that makes the difference, that part marked. */
function onTheWire({ wire, marked, format }: Evidence, room: number, colors: Colors): string {
  if (wire === "") return format === "json" ? "(nothing)" : "(no bytes)";
  const [start, end] = marked ?? [0, 0];
  // Bytes are cut between bytes. JSON is not marked by brackets, which it has itself.
  const byBytes = format === "binary";
  const split = (text: string): string[] =>
    byBytes ? text.split(" ").filter((byte) => byte !== "") : charactersOf(text);
  const before = split(wire.slice(0, start));
  const middle = split(wire.slice(start, end));
  const after = split(wire.slice(end));
  const most = byBytes ? Math.floor((room - "... [] ...".length + 1) / 3) : room - 6;
  const shown = window(before.length, middle.length, after.length, most);
  const join = (parts: readonly string[]): string => oneLine(parts.join(byBytes ? " " : ""));
  const dots = (isCut: boolean): string[] => (isCut ? ["..."] : []);
  const kept = join([...middle.slice(0, shown.middle), ...dots(shown.middle < middle.length)]);
  const parts = [
    join([...dots(shown.before < before.length), ...before.slice(before.length - shown.before)]),
    middle.length === 0 ? "" : mark(kept, byBytes, colors),
    join([...after.slice(0, shown.after), ...dots(shown.after < after.length)]),
  ];
  return byBytes ? parts.filter((part) => part !== "").join(" ") : parts.join("");
}

function mark(text: string, brackets: boolean, colors: Colors): string {
  return colors.red(brackets ? `[${text}]` : colors.underline(text));
}

/** How much of each part is shown where no more than `most` are: the middle first, then what is next to it. */
function window(
  before: number,
  middle: number,
  after: number,
  most: number,
): { before: number; middle: number; after: number } {
  const kept = Math.min(middle, most);
  const spare = most - kept;
  const behind = Math.min(after, Math.max(Math.floor(spare / 2), spare - before));
  return { before: Math.min(before, spare - behind), middle: kept, after: behind };
}

/** The text in at most that many characters, the end left out. */
export function cut(text: string, most: number): string {
  // A long text is not taken apart to its end.
  const characters = charactersOf(text, most + 1);
  return characters.length <= most ? text : `${characters.slice(0, most - 3).join("")}...`;
}

/** The text in one line, and without the characters that steer a terminal. */
export function oneLine(text: string): string {
  return text
    .replace(/\s*[\r\n\u2028\u2029]\s*/g, " ")
    .replace(/\p{Cc}/gu, (c) => `\\x${(c.codePointAt(0) as number).toString(16).padStart(2, "0")}`);
}
