// buf breaking, with the workspace's own policy, and which of its findings say the same as ours.
import type { DescFile } from "@bufbuild/protobuf";
import { type Annotation, configurations } from "../../core/buf.js";
import { elementsOf } from "../../core/elements.js";
import { type Finding, finding, type Rule, SEVERITIES, type Severity } from "../../core/finding.js";
import { columnFromCells } from "../../core/position.js";
import type { Schema } from "../../core/schema.js";
import { type Described, spansOf, symbolOf } from "../../core/source-info.js";
import { placeOf } from "../annotation.js";
import type { Judged as CheckJudged } from "../check.js";
import { moduleOf } from "./ignores.js";
import type { Judged } from "./judge.js";

/** A complaint of buf's, and the element that it is about. */
export interface Complaint {
  readonly annotation: Annotation;
  /** Its full name; of a file or a package that is gone, its name. */
  readonly symbol: string | undefined;
  /** The file that it is about, in the workspace; buf.yaml where it is about none. */
  readonly path: string;
}

/** What buf breaking says, where buf.yaml has a policy for it. */
export async function bufComplaints(
  judged: CheckJudged,
  schema: Schema,
  against: Schema,
): Promise<Complaint[]> {
  const yaml = judged.workspace.buf;
  const groups = configurations(yaml, "breaking").filter(
    ({ configuration }) => "breaking" in configuration,
  );
  const results = await Promise.all(
    groups.map(async ({ configuration, modules }) => {
      const image = schema.imageOf(modules);
      const all = await judged.buf.breaking(image, against.image, configuration);
      // The baseline has the files of all modules, and what is gone is only for the one that had it.
      return all.filter((one) => {
        const module = moduleOf(pathAt(one, schema, against), yaml);
        return one.path !== undefined || module === undefined || modules.includes(module);
      });
    }),
  );
  return results.flat().map((annotation) => ({
    annotation,
    symbol: symbolAt(annotation, schema, against),
    path: pathAt(annotation, schema, against),
  }));
}

function pathAt({ path, message }: Annotation, schema: Schema, against: Schema): string {
  if (path !== undefined) return schema.pathOf(path);
  const [gone = "", within = ""] = [...message.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const file =
    against.registry.getFile(gone) ??
    against.registry.get(`${within}.${gone}`)?.file ??
    against.files.find((one) => one.proto.package === gone);
  return file === undefined ? "buf.yaml" : against.pathOf(file.proto.name);
}

/** The element that a complaint is about: the innermost at its place, or what it says is gone. */
function symbolAt(
  { path, start_line: line, start_column: column, message }: Annotation,
  schema: Schema,
  against: Schema,
): string | undefined {
  const quoted = /"([^"]+)"/.exec(message)?.[1];
  const file = path === undefined ? undefined : schema.registry.getFile(path);
  if (file === undefined || line === undefined || column === undefined) return quoted;
  const found = elementAt(file, line - 1, column - 1);
  if (found !== undefined) return found;
  const name = [file.proto.package, quoted].filter(Boolean).join(".");
  return against.registry.get(name) === undefined ? quoted : name;
}

function elementAt(file: DescFile, line: number, column: number): string | undefined {
  const spans = spansOf(file);
  const around = elementsOf(file).filter(({ kind, path }) => {
    if (kind === "package" || kind === "oneof") return false;
    const [startLine = 0, startColumn = 0, third = 0, fourth] = spans.get(path.join()) ?? [];
    const [endLine, endColumn] = fourth === undefined ? [startLine, third] : [third, fourth];
    const isAfterStart = line > startLine || (line === startLine && column >= startColumn);
    return isAfterStart && (line < endLine || (line === endLine && column < endColumn));
  });
  // What is inside has a longer path.
  return around.sort((a, b) => b.path.length - a.path.length)[0]?.symbol;
}

/**
 * Our findings and buf's, each thing once: ours, as bad as the workspace's policy has it, and what only
 * buf says.
 */
export async function mergeComplaints(
  own: readonly Judged[],
  complaints: readonly Complaint[],
  { sources, workspace }: CheckJudged,
): Promise<Finding[]> {
  const settings = workspace.configuration.severity;
  const asked = new Map<Judged, Asked>();
  const others: Complaint[] = [];
  for (const complaint of complaints) {
    const same = own.filter((one) => saysTheSame(one, complaint));
    if (same.length === 0) others.push(complaint);
    const setting = settings[complaint.annotation.type] ?? "error";
    if (setting === "off") continue;
    for (const one of same) {
      const before = asked.get(one) ?? { severity: one.finding.severity, by: undefined };
      const severity = worse(before.severity, setting);
      asked.set(one, {
        severity,
        by: severity === before.severity ? before.by : complaint.annotation.type,
      });
    }
  }
  return [
    ...own.map((one) => asAsked(one.finding, asked.get(one))),
    ...(await Promise.all(
      others.map(async ({ annotation, symbol, path }) => {
        const place =
          annotation.path === undefined
            ? { path }
            : await placeOf(annotation, path, sources, columnFromCells);
        const about = symbol === undefined ? {} : { symbol };
        return finding(bufRule(annotation.type), { message: annotation.message }, place, about);
      }),
    )),
  ];
}

/** How severe buf.yaml's policy makes a finding, and the rule of it that asks for more than we would. */
interface Asked {
  readonly severity: Severity;
  readonly by: string | undefined;
}

function asAsked(finding: Finding, asked: Asked | undefined): Finding {
  if (asked?.by === undefined) return finding;
  const { rule } = finding;
  const help = (args: never): string =>
    `${rule.help(args)} ${asked.by} of buf.yaml makes it an ${asked.severity}.`;
  return { ...finding, rule: { ...rule, help }, severity: asked.severity };
}

function saysTheSame({ suspect }: Judged, { annotation, symbol }: Complaint): boolean {
  if (!suspect.covers.includes(annotation.type)) return false;
  if (symbol === suspect.symbol) return true;
  const { at, was } = suspect;
  // What is gone is reported where it was: on its type, or on its file, by its name.
  if (was !== undefined && /_NO_DELETE/.test(annotation.type)) {
    const isThere = symbol === symbolOf(was) || symbol === typeSymbol(at ?? was);
    const names = [was.name, symbolOf(was).slice(packageOf(was).length).replace(/^\./, "")];
    return isThere && names.some((name) => annotation.message.includes(`"${name}"`));
  }
  // A shift is one finding of ours, and one of buf's for each number.
  const isShift = /_RENUMBERED$/.test(suspect.rule.id);
  return isShift && at !== undefined && isInType(symbol, typeSymbol(at));
}

function isInType(symbol: string | undefined, type: string): boolean {
  return symbol === type || symbol?.replace(/\.[^.]+$/, "") === type;
}

/** The type that an element is in, or that it is. */
function typeSymbol(desc: Described): string {
  return desc.kind === "field" || desc.kind === "enum_value" || desc.kind === "rpc"
    ? desc.parent.typeName
    : desc.kind === "extension"
      ? desc.extendee.typeName
      : desc.typeName;
}

function packageOf(desc: Described): string {
  return ("file" in desc ? desc.file : desc.parent.file).proto.package;
}

/** A breaking rule of buf's: the words are buf's own. */
function bufRule(id: string): Rule<{ message: string }> {
  return {
    id,
    severity: "error",
    purpose: "A breaking rule of buf's, switched on in buf.yaml.",
    message: (a) => a.message,
    help: () =>
      "The policy under `breaking` in buf.yaml forbids it: undo it, or waive it in lockstep.yaml.",
  };
}

function worse(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;
}
