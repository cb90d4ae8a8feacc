// Docstrings: every element has one, before it, and it says something.
import { changedSymbols } from "../../core/changed.js";
import { ELEMENT_KINDS, type ElementKind } from "../../core/element-kinds.js";
import { compareText, type Finding, finding, type Place, type Rule } from "../../core/finding.js";
import { lintIgnores } from "../../core/lint-ignore.js";
import { type Lexeme, ProtoText } from "../../core/proto-text.js";
import type { Coverage } from "../../core/report/report.js";
import type { Schema } from "../../core/schema.js";
import { trouble } from "../../core/trouble.js";
import type { Judged, SchemaCheck } from "../check.js";
import { type Commented, commentsOf } from "./comments.js";
import { docstringEdits } from "./fix.js";
import * as rules from "./rules.js";
import {
  docText,
  ignoredRules,
  internalNote,
  namesSuccessor,
  placeholder,
  restatesName,
} from "./words.js";

export const docstrings: SchemaCheck = {
  name: "docstrings",
  reads: "files",
  rules: rules.DOCSTRING_RULES,
  async judge(judged, schema) {
    const { kinds, packages, enforce } = judged.workspace.configuration.docstrings;
    const isChanged =
      enforce === "changed" ? await changedSince(judged.baselines, schema) : () => true;
    const isIgnored = lintIgnores(judged.workspace.buf);
    const findings: Finding[] = [];
    const documented = new Map<string, readonly Coverage[]>();
    for (const file of schema.files.filter((one) => isChosen(one.proto.package, packages))) {
      const path = schema.pathOf(file.proto.name);
      if (isIgnored(path)) continue;
      const source = await judged.sources.read(path);
      if (source === undefined) {
        throw trouble("FILE_MISSING", {
          what: path,
          help: "It was compiled a moment ago. Run again.",
        });
      }
      const text = new ProtoText(source);
      const rows: Coverage[] = [];
      for (const commented of commentsOf(file, text)) {
        const { element } = commented;
        if (!kinds.includes(element.kind)) continue;
        const { kind } = element;
        const isOne = isDocumented(commented, text) ? 1 : 0;
        rows.push({ package: file.proto.package, kind, documented: isOne, total: 1 });
        if (isChanged(element)) findings.push(...judgeElement(commented, path, text));
      }
      documented.set(path, summed(rows));
    }
    const coverage = summed([...documented.values()].flat());
    return { findings, documented, summary: summaryOf(coverage) };
  },
};

/** How much is documented, of each kind of element in each package, of all those rows. */
export function summed(rows: readonly Coverage[]): Coverage[] {
  const sums = new Map<string, Coverage>();
  for (const row of rows) {
    const key = `${row.package} ${row.kind}`;
    const { documented = 0, total = 0 } = sums.get(key) ?? {};
    const sum = { documented: documented + row.documented, total: total + row.total };
    sums.set(key, { package: row.package, kind: row.kind, ...sum });
  }
  return [...sums.values()].sort(
    (a, b) =>
      compareText(a.package, b.package) ||
      ELEMENT_KINDS.indexOf(a.kind) - ELEMENT_KINDS.indexOf(b.kind),
  );
}

/** What the step says of how much is documented. */
export function summaryOf(coverage: readonly Coverage[]): string {
  const sum = (of: "documented" | "total"): number =>
    coverage.reduce((all, row) => all + row[of], 0);
  return `${sum("documented")} of ${sum("total")} elements documented`;
}

/** Tells which elements are not what they were in the first baseline; only that one's files of the same packages count. */
async function changedSince(
  baselines: Judged["baselines"],
  schema: Schema,
): Promise<ReturnType<typeof changedSymbols>> {
  const [first] = await baselines();
  const packages = new Set(schema.files.map(({ proto }) => proto.package));
  return changedSymbols(first?.schema?.inPackages(packages), schema);
}

/** Whether a package is among those that the configuration chooses; `a.b` chooses `a.b.v1`, too. */
function isChosen(
  name: string,
  { include, exclude }: Judged["workspace"]["configuration"]["docstrings"]["packages"],
): boolean {
  const within = (packages: readonly string[]): boolean =>
    packages.some((one) => name === one || name.startsWith(`${one}.`));
  return (include.length === 0 || within(include)) && !within(exclude);
}

function isDocumented({ leading }: Commented, text: ProtoText): boolean {
  return leading !== undefined && docText(leading, text.text) !== "";
}

function judgeElement(commented: Commented, path: string, text: ProtoText): Finding[] {
  const { element, first, leading, detached, behind, inside } = commented;
  const about = { kind: element.kind, name: element.name };
  const elementPlace = placeOf(path, text, first, first);
  const instead = `${BUF_RULES[element.kind] ?? ""} ${path}:${elementPlace.line}`;
  const edits = docstringEdits(path, text, commented);
  const fix = edits.length === 0 ? {} : { fix: edits };
  const found: Finding[] = [];
  const add = <A>(
    rule: Rule<A>,
    args: A,
    place: Place,
    more: Pick<Finding, "fix" | "instead"> = {},
  ): void => {
    found.push(finding(rule, args, place, { symbol: element.symbol, ...more }));
  };
  const span = (comments: readonly Lexeme[]): Place =>
    placeOf(path, text, comments[0] as Lexeme, comments.at(-1) as Lexeme);
  const misplaced = [...inside.flatMap(({ comments }) => comments), ...behind];
  const doc = leading === undefined ? "" : docText(leading, text.text);
  if (leading === undefined && misplaced.length > 0)
    add(rules.DOCSTRING_BEHIND, about, span(misplaced), { ...fix, instead });
  else if (leading === undefined && detached !== undefined)
    add(rules.DOCSTRING_DETACHED, about, span(detached), { ...fix, instead });
  else if (leading === undefined) add(rules.DOCSTRING_MISSING, about, elementPlace, { instead });
  else {
    if (misplaced.length > 0) add(rules.DOCSTRING_TWICE, about, span(misplaced), fix);
    if (leading[0].kind === "block-comment")
      add(rules.DOCSTRING_BLOCK_COMMENT, about, span(leading), fix);
    if (doc === "" && misplaced.length === 0)
      add(rules.DOCSTRING_EMPTY, about, span(leading), { instead });
  }
  const shown = leading ?? (misplaced.length > 0 ? misplaced : (detached ?? []));
  const said = docText(shown, text.text);
  if (said !== "") {
    const unfinished = placeholder(said);
    const internal = internalNote(said);
    if (unfinished !== undefined)
      add(rules.DOCSTRING_PLACEHOLDER, { ...about, word: unfinished }, span(shown));
    else if (internal !== undefined)
      add(rules.DOCSTRING_INTERNAL, { ...about, word: internal }, span(shown));
    else if (restatesName(said, element)) add(rules.DOCSTRING_RESTATES_NAME, about, span(shown));
  }
  if (element.deprecated && said !== "" && !namesSuccessor(said))
    add(rules.DOCSTRING_NO_SUCCESSOR, about, elementPlace);
  const ignored = new Set(ignoredRules(leading ?? [], text.text));
  return found.filter((one) => !ignored.has(one.rule.id));
}

/** buf's own rule for the same: a comment that is missing or empty. */
const BUF_RULES: Readonly<Partial<Record<ElementKind, string>>> = {
  service: "COMMENT_SERVICE",
  method: "COMMENT_RPC",
  message: "COMMENT_MESSAGE",
  field: "COMMENT_FIELD",
  oneof: "COMMENT_ONEOF",
  enum: "COMMENT_ENUM",
  value: "COMMENT_ENUM_VALUE",
};

function placeOf(path: string, text: ProtoText, first: Lexeme, last: Lexeme): Place {
  const position = (offset: number): [number, number] => {
    const line = text.lineAt(offset);
    return [line + 1, offset - text.offset(line, 0) + 1];
  };
  const [line, column] = position(first.start);
  const [endLine, endColumn] = position(last.end);
  return { path, line, column, endLine, endColumn };
}
