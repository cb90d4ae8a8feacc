// buf breaking, with the workspace's own policy, and which of its findings say the same as ours.
import type { DescFile } from "@bufbuild/protobuf";
import { FieldDescriptorProto_Type } from "@bufbuild/protobuf/wkt";
import { type Annotation, configurations } from "../../core/buf.js";
import { elementsOf } from "../../core/elements.js";
import { type Finding, finding, SEVERITIES, type Severity } from "../../core/finding.js";
import { columnFromCells } from "../../core/position.js";
import type { Schema } from "../../core/schema.js";
import { type Described, fileOf, spansOf, symbolOf } from "../../core/source-info.js";
import { placeOf } from "../annotation.js";
import { breakingRule } from "../buf-rules.js";
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
  return complaintsOf(results.flat(), schema, against);
}

/** Annotations of buf's, each with the element that it is about. */
export function complaintsOf(
  annotations: readonly Annotation[],
  schema: Schema,
  against: Schema,
): Complaint[] {
  return annotations.map((annotation) => ({
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
  const [quoted, second] = [...message.matchAll(/"([^"]+)"/g)].map(([, name]) => name);
  const inOther = `${second}.${quoted}`;
  if (path === undefined) return against.registry.get(inOther) === undefined ? quoted : inOther;
  const file = schema.registry.getFile(path);
  if (file === undefined || line === undefined || column === undefined) return quoted;
  const found = elementAt(file, line - 1, column - 1);
  if (found !== undefined) return found;
  const name = [file.proto.package, quoted].filter(Boolean).join(".");
  // What is about the file as a whole is about its package.
  return against.registry.get(name) === undefined ? file.proto.package || undefined : name;
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
        return finding(
          breakingRule(annotation.type),
          { message: annotation.message },
          place,
          about,
        );
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
  const { by, severity } = asked;
  return { ...finding, severity, asked: { by, severity } };
}

/** Whether the complaint is about what our finding is about, and says of it what that says. */
export function saysTheSame({ suspect }: Judged, { annotation, symbol }: Complaint): boolean {
  const { at, was, covers, also = [] } = suspect;
  const { type, message } = annotation;
  const quotes = (name: string): boolean => message.includes(`"${name}"`);
  // The entry of a map is a message by itself to buf.
  const entry = was && entryOf(was);
  if (was !== undefined && entry !== undefined && /MESSAGE_NO_DELETE$/.test(type)) {
    const isThere = symbol === entry || symbol === containerOf(was);
    return isThere && quotes(relative(entry, was));
  }
  if (!covers.includes(type)) return false;
  const now = [at, ...also.map((one) => one.now)];
  const old = [was, ...also.map((one) => one.old)];
  const others = also.flatMap((one) => [one.old, one.now].map((desc) => desc && symbolOf(desc)));
  const symbols = [suspect.symbol, at && groupOf(at), ...others];
  if (symbol !== undefined && symbols.includes(symbol)) return true;
  // Who uses a type that is called otherwise now is told by both of its names.
  const isRenamed = old.some((one, i) => {
    const names = [one, now[i]].map((desc) => desc && (entryOf(desc) ?? typeName(desc)));
    return names.every((name) => name !== undefined && quotes(name)) && names[0] !== names[1];
  });
  if (isRenamed) return true;
  // What is gone is reported where it was: on its type, or on its file, by its name or number.
  if (!/_NO_DELETE|_REQUIRED_FIELDS/.test(type)) return false;
  return old.some((one) => {
    if (one === undefined) return false;
    const places = [symbolOf(one), containerOf(one), at && typeSymbol(at)];
    return places.includes(symbol) && namesOf(one, type).some(quotes);
  });
}

/** What buf may call an element that is gone. */
function namesOf(old: Described, rule: string): string[] {
  if (rule === "ONEOF_NO_DELETE") {
    return old.kind === "field" && old.oneof !== undefined ? [old.oneof.name] : [];
  }
  const number = "number" in old ? [String(old.number)] : [];
  return [old.name, relative(symbolOf(old), old), ...number];
}

function typeName(desc: Described): string | undefined {
  return desc.kind === "message" || desc.kind === "enum" ? desc.typeName : undefined;
}

/** The full name of the entry of a field that is a map. */
function entryOf(desc: Described): string | undefined {
  return desc.kind === "field" && desc.fieldKind === "map"
    ? desc.proto.typeName.slice(1)
    : undefined;
}

/** The full name of the message that a group is, whose place is the group's. */
function groupOf(desc: Described): string | undefined {
  const isGroup =
    (desc.kind === "field" || desc.kind === "extension") &&
    desc.proto.type === FieldDescriptorProto_Type.GROUP;
  return isGroup ? desc.message?.typeName : undefined;
}

/** The name without the package that it is in. */
function relative(name: string, within: Described): string {
  const { package: own } = fileOf(within).proto;
  return own === "" ? name : name.slice(own.length + 1);
}

/** The type that an element is in, or that it is. */
function typeSymbol(desc: Described): string {
  return desc.kind === "field" || desc.kind === "enum_value" || desc.kind === "rpc"
    ? desc.parent.typeName
    : desc.kind === "extension"
      ? desc.extendee.typeName
      : desc.typeName;
}

/** The type that an element was declared in. */
function containerOf(desc: Described): string | undefined {
  const isType = desc.kind === "message" || desc.kind === "enum" || desc.kind === "extension";
  return isType ? desc.parent?.typeName : typeSymbol(desc);
}

function worse(one: Severity, other: Severity): Severity {
  return SEVERITIES.indexOf(one) < SEVERITIES.indexOf(other) ? one : other;
}
