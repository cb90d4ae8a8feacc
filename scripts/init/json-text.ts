// Edits of package.json that leave every other byte as it is. JSON is a part of JavaScript, so the parser that
// reads generated modules says where each thing stands.
import { parseSync } from "oxc-parser";

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly value?: unknown;
  readonly properties?: readonly { key: Node; value: Node; start: number; end: number }[];
}

/** The text of a valid package.json with one more script, written as its other entries are. */
export function addScript(text: string, name: string, command: string): string {
  const before = JSON.parse(text.replace(/^\uFEFF/, "")) as Record<string, unknown>;
  const object = parse(text);
  const scripts = object.properties?.find(({ key }) => key.value === "scripts")?.value;
  const eol = /\r?\n/.exec(text)?.[0] ?? "\n";
  const outer = gapBefore(text, object) ?? `${eol}  `;
  const unit = outer.replace(/^[\r\n]+/, "");
  const colon = colonIn(text, object);
  const entry = (gap: string): string =>
    `${gap}${JSON.stringify(name)}${colon}${JSON.stringify(command)}`;
  const inner = (scripts && gapBefore(text, scripts)) ?? outer + unit;
  const after =
    scripts === undefined
      ? addTo(text, object, `${outer}"scripts"${colon}{${entry(inner)}${outer}}`, eol)
      : addTo(text, scripts, entry(inner), outer);
  const expected = { ...before, scripts: { ...(before.scripts as object), [name]: command } };
  if (JSON.stringify(JSON.parse(after.replace(/^\uFEFF/, ""))) !== JSON.stringify(expected))
    throw new Error(`the script ${name} could not be added`);
  return after;
}

/** The text with `entry` as the last one of that object; `closing` goes behind it where it is the first. */
function addTo(text: string, object: Node, entry: string, closing: string): string {
  const last = object.properties?.at(-1);
  if (last !== undefined) return `${text.slice(0, last.end)},${entry}${text.slice(last.end)}`;
  return `${text.slice(0, object.start + 1)}${entry}${closing}${text.slice(object.end - 1)}`;
}

/** The white space before the object's last entry; undefined where it has none. */
function gapBefore(text: string, object: Node): string | undefined {
  const last = object.properties?.at(-1);
  return last && /\s*$/.exec(text.slice(0, last.start))?.[0];
}

/** How a key and its value are parted in that object. */
function colonIn(text: string, object: Node): string {
  const last = object.properties?.at(-1);
  return last === undefined ? ": " : text.slice(last.key.end, last.value.start);
}

/** The outermost value of a valid JSON text, with offsets in the text. */
function parse(text: string): Node {
  const { program } = parseSync("package.js", `(${text}\n)`, {
    sourceType: "script",
    preserveParens: false,
  });
  const [statement] = program.body as unknown as [{ expression: Node }];
  return shifted(statement.expression);
}

/** The node without the parenthesis that was put before the text. */
function shifted(node: Node): Node {
  return {
    ...node,
    start: node.start - 1,
    end: node.end - 1,
    ...(node.properties && {
      properties: node.properties.map((one) => ({
        key: shifted(one.key),
        value: shifted(one.value),
        start: one.start - 1,
        end: one.end - 1,
      })),
    }),
  };
}
