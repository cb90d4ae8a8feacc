// Writes members as the others of their declaration are written, and touches nothing else.
import type { Edit } from "../../../../core/edit.js";
import type { Addition, Form, Row, Slot, Written } from "../../../mirrors/declaration.js";
import { type Layout, layoutOf } from "./layout.js";
import type { CodeRow, CodeSlot, Members } from "./rows.js";
import type { Comment } from "./syntax.js";

export const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

export class Writer {
  readonly #layout: Layout;

  constructor(
    private readonly path: string,
    private readonly text: string,
    comments: readonly Comment[],
    private readonly members: Members,
  ) {
    this.#layout = layoutOf(text, comments, members);
    this.comments = comments;
  }

  private readonly comments: readonly Comment[];

  /** Whether a name fits in that place: as an identifier, where the others are identifiers. */
  isAllowed(column: number, name: string): boolean {
    const slots = this.#column(column);
    return IDENTIFIER.test(name) || !slots.some(({ quote, form }) => isName(form) && quote === "");
  }

  /** That place with something else in it. */
  write(slot: Slot, written: Written): string {
    const { quote, isPlainKey } = slot as CodeSlot;
    switch (written.kind) {
      case "implicit":
        return "";
      case "number":
        if (slot.start === slot.end) return ` = ${written.value}`;
        return isPlainKey && written.value < 0 ? `[${written.value}]` : String(written.value);
      case "reference":
        return IDENTIFIER.test(written.member)
          ? `${written.qualifier}.${written.member}`
          : `${written.qualifier}[${JSON.stringify(written.member)}]`;
      case "name":
        return this.#name(written.text, quote, isPlainKey);
    }
  }

  #name(name: string, quote: string, isPlainKey: boolean): string {
    const unquoted = this.#slots().some(
      (one) => one.isPlainKey && isName(one.form) && one.quote === "",
    );
    if (isPlainKey && IDENTIFIER.test(name) && (quote === "" || unquoted)) return name;
    const used = quote === "" ? this.#quote() : quote;
    const escaped = name.replace(/[\\\n]/g, (c) => (c === "\n" ? "\\n" : "\\\\"));
    return used + escaped.replaceAll(used, `\\${used}`) + used;
  }

  /** The quotes that the file's texts are in. */
  #quote(): string {
    const own = this.#slots().find(({ quote }) => quote !== "")?.quote;
    const single = (this.text.match(/'/g) ?? []).length > (this.text.match(/"/g) ?? []).length;
    return own ?? (single ? "'" : '"');
  }

  /** The edits that add members, in their order. */
  insert(additions: readonly Addition[]): Edit[] {
    const places = [...new Set(additions.map(({ after }) => after))];
    return places.flatMap((after) =>
      this.#insertAt(
        after,
        additions.filter((one) => one.after === after),
      ),
    );
  }

  #insertAt(after: number, additions: readonly Addition[]): Edit[] {
    const { kind, rows, room } = this.members;
    const { ownLines, eol, blankLines, behind, startOf } = this.#layout;
    const codes = additions.map((one) => this.#row(one));
    const isOnLines = ownLines || kind === "case";
    if (!isOnLines) return [this.#insertInline(after, codes)];
    const pipe = kind === "pipe" ? "| " : "";
    const lines = additions.map((one, i) => {
      const above = this.#docstring(one).map((line) => this.#indent() + line + eol);
      return above.join("") + this.#indent() + pipe + (codes[i] as string);
    });
    const gap = blankLines ? eol + eol : eol;
    const comma = kind === "comma" ? "," : "";
    if (after < 0) {
      const first = this.#layout.above[0]?.[0]?.start ?? startOf(0);
      const isFirstOfLine = this.text.slice(0, first).match(/(^|\n)[ \t]*$/) !== null;
      if (!isFirstOfLine) {
        // `type X = "a"` with its other members on lines below.
        const [only, ...rest] = lines.map((line) => line.trim().replace(/^\| /, ""));
        const more = rest.map((line) => `${eol}${this.#indent()}| ${line}`).join("");
        return [this.#edit(first, first, `${only}${more}${eol}${this.#indent()}| `)];
      }
      const start = this.text.lastIndexOf("\n", first - 1) + 1;
      return [this.#edit(start, start, lines.map((line) => line + comma + gap).join(""))];
    }
    const row = rows[after] as CodeRow;
    const { end, comma: hasComma } = behind(after);
    const isLast = after === rows.length - 1;
    if (kind !== "comma" || hasComma) {
      return [this.#edit(end, end, lines.map((line) => gap + line + comma).join(""))];
    }
    // The last member without a comma gets one, and the new last one none.
    const text = gap + lines.join(`,${gap}`);
    if (!isLast) return [this.#edit(row.end, row.end, `,${text}`)];
    const isBehind = this.text.slice(end, room.end).trim() === "" || end > row.end;
    return isBehind && end > row.end
      ? [this.#edit(row.end, row.end, ","), this.#edit(end, end, text)]
      : [this.#edit(row.end, row.end, `,${text}`)];
  }

  #insertInline(after: number, codes: readonly string[]): Edit {
    const { rows, kind } = this.members;
    const [first, second] = rows;
    const between =
      first === undefined || second === undefined ? "" : this.text.slice(first.end, second.start);
    const usual = kind === "pipe" ? " | " : ", ";
    const separator = /^\s*[,|]\s*$/.test(between) && !between.includes("\n") ? between : usual;
    if (after < 0) {
      const start = (first as CodeRow).start;
      return this.#edit(start, start, codes.map((code) => code + separator).join(""));
    }
    const { end } = rows[after] as CodeRow;
    return this.#edit(end, end, codes.map((code) => separator + code).join(""));
  }

  /** A new member in the likeness of its neighbour. */
  #row({ after, slots }: Addition): string {
    const model = this.#model(Math.max(after, 0), slots);
    const parts: string[] = [];
    let at = model.start;
    for (const [i, slot] of model.slots.entries()) {
      const written = slots[i] as Written;
      if (written.kind === "implicit") {
        at = slot.end;
        continue;
      }
      parts.push(this.text.slice(at, slot.start), this.write(slot, written));
      at = slot.end;
    }
    const code = parts.join("") + this.text.slice(at, model.end);
    return this.#aligned(code, model, slots);
  }

  /** Where the second places stand below each other, the new one stands there, too. */
  #aligned(code: string, model: CodeRow, slots: readonly Written[]): string {
    const [key, value] = model.slots;
    const first = slots[0];
    if (key === undefined || value === undefined || first === undefined) return code;
    const columnOf = (row: CodeRow): number => (row.slots[1]?.start ?? 0) - row.start;
    const { rows } = this.members;
    const between = (row: CodeRow): string =>
      this.text.slice(row.slots[0]?.end, row.slots[1]?.start);
    const isAligned =
      rows.length > 1 &&
      rows.every((row) => columnOf(row) === columnOf(model)) &&
      new Set(rows.map((row) => between(row).length)).size > 1 &&
      rows.every((row) => /^[ \t]*[=:][ \t]*$/.test(between(row)));
    if (!isAligned) return code;
    const written = this.write(key, first);
    const grown = written.length - (key.end - key.start);
    const spaces = /[ \t]+(?=[=:])|(?<=[=:])[ \t]+/.exec(
      rows.map(between).reduce((a, b) => (b.length > a.length ? b : a)),
    );
    if (spaces === null) return code;
    const gap = between(model);
    const widened =
      spaces.index === 0
        ? gap.replace(/^[ \t]*/, (own) => " ".repeat(Math.max(1, own.length - grown)))
        : gap.replace(/[ \t]*$/, (own) => " ".repeat(Math.max(1, own.length - grown)));
    const at = code.indexOf(gap, written.length);
    return at < 0 ? code : code.slice(0, at) + widened + code.slice(at + gap.length);
  }

  /** The member nearest to that index that is written as the new one is to be, without comments in it. */
  #model(index: number, slots: readonly Written[]): CodeRow {
    const { rows } = this.members;
    const fits = (row: CodeRow): boolean =>
      row.slots.length === slots.length &&
      row.slots.every(({ form }, i) => form.kind === slots[i]?.kind) &&
      !this.comments.some(({ start, end }) => start >= row.start && end <= row.end);
    const byDistance = [...rows.keys()].sort((a, b) => Math.abs(a - index) - Math.abs(b - index));
    const best = byDistance.find((i) => fits(rows[i] as CodeRow));
    const likely = byDistance.find((i) => rows[i]?.slots.length === slots.length);
    return rows[best ?? likely ?? index] as CodeRow;
  }

  /** The lines of a comment above a new member, where all the others have one. */
  #docstring({ docstring, after }: Addition): string[] {
    const { above } = this.#layout;
    const model = above[Math.max(after, 0)];
    if (docstring.length === 0 || model === undefined || above.some((one) => one.length === 0)) {
      return [];
    }
    if (model[0]?.isLine) return docstring.map((line) => `// ${line}`.trimEnd());
    const lines = docstring.map((line) => line.replaceAll("*/", "*\\/"));
    const open = model[0]?.isJsDoc ? "/**" : "/*";
    return lines.length === 1
      ? [`${open} ${lines[0]} */`]
      : [open, ...lines.map((line) => ` * ${line}`.trimEnd()), " */"];
  }

  /** The edits that remove members with their lines, or with what sets them apart from others. */
  remove(removed: readonly Row[]): Edit[] {
    const { rows } = this.members;
    const edits: Edit[] = [];
    for (let first = 0; first < rows.length; first++) {
      if (!removed.includes(rows[first] as CodeRow)) continue;
      let last = first;
      while (last + 1 < rows.length && removed.includes(rows[last + 1] as CodeRow)) last++;
      edits.push(...(this.#removeLines(first, last) ?? [this.#removeInline(first, last)]));
      first = last;
    }
    return edits;
  }

  /** Removes the lines of neighbours; undefined where something else stands on them. */
  #removeLines(first: number, last: number): Edit[] | undefined {
    const { rows, kind } = this.members;
    const { ownLines, above, startOf, behind } = this.#layout;
    if (!ownLines && kind !== "case") return undefined;
    const from = above[first]?.[0]?.start ?? startOf(first);
    const start = this.text.lastIndexOf("\n", from - 1) + 1;
    const { end, comma } = behind(last);
    const rest = (/^[^\n]*\n?/.exec(this.text.slice(end)) as RegExpExecArray)[0];
    if ((this.text.slice(start, from) + rest).trim() !== "") return undefined;
    const edits = [this.#edit(start, end + rest.length, "")];
    const before = rows[first - 1];
    if (kind === "comma" && last === rows.length - 1 && before !== undefined && !comma) {
      const between = this.text.slice(before.end, from);
      const comma = /^(?:\/\*[\s\S]*?\*\/|[^,/])*,/.exec(between)?.[0].length;
      if (comma !== undefined) {
        edits.unshift(this.#edit(before.end + comma - 1, before.end + comma, ""));
      }
    }
    return edits;
  }

  #removeInline(first: number, last: number): Edit {
    const { rows } = this.members;
    const { start } = rows[first] as CodeRow;
    const { end } = rows[last] as CodeRow;
    const before = rows[first - 1];
    return before === undefined
      ? this.#edit(start, rows[last + 1]?.start ?? end, "")
      : this.#edit(before.end + commentsEnd(this.text.slice(before.end, start)), end, "");
  }

  #indent(): string {
    const { rows } = this.members;
    const at = this.#layout.startOf(rows.length > 1 ? 1 : 0);
    const line = this.text.lastIndexOf("\n", at - 1) + 1;
    return (/^[ \t]*/.exec(this.text.slice(line, at)) as RegExpExecArray)[0];
  }

  #column(column: number): CodeSlot[] {
    return this.members.rows.flatMap(({ slots }) => slots[column] ?? []);
  }

  #slots(): CodeSlot[] {
    return this.members.rows.flatMap(({ slots }) => slots);
  }

  #edit(start: number, end: number, text: string): Edit {
    return { path: this.path, start, end, text };
  }
}

/** Where the comments end that stand behind a member; 0 where there are none. */
function commentsEnd(between: string): number {
  return /^[\s\S]*(?:\/\/[^\n]*\n|\*\/)/.exec(between)?.[0].length ?? 0;
}

function isName(form: Form): boolean {
  return form.kind === "name";
}
