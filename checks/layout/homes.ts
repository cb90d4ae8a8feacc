// A message lives with the service that alone uses it; one that several use, in a file without a service.
import { posix } from "node:path";
import { compareText, type Finding, finding, type OwnRule } from "../../core/finding.js";
import { type LayoutElement, type LayoutFile, placeAt } from "./facts.js";

interface Args {
  readonly type: string;
  readonly services: readonly string[];
  readonly target: string;
}

export const LAYOUT_WITH_SERVICE: OwnRule<Args> = {
  id: "LAYOUT_WITH_SERVICE",
  severity: "warning",
  finds: "A type that one service alone uses is in another file.",
  purpose: "What one service alone uses is read, changed and deleted together with it.",
  example: {
    wrong: "// fleet.proto: message Heartbeat, which NodeService alone uses",
    right: "// node.proto: service NodeService and message Heartbeat",
  },
  message: (a) => `Only ${a.services.join()} uses ${a.type}, and it lives in another file.`,
  help: (a) => `Move ${a.type} to ${a.target}. It keeps its name, so nothing changes on the wire.`,
};

export const LAYOUT_SHARED: OwnRule<Args> = {
  id: "LAYOUT_SHARED",
  severity: "warning",
  finds: "A type that several services use is in the file of one of them.",
  purpose:
    "A service's file should not be imported for the sake of something that is not the service's own.",
  example: {
    wrong:
      "// node.proto: service NodeService and message GPUInfo, which ControlPlaneService uses, too",
    right: "// fleet.proto: message GPUInfo, and no service",
  },
  message: (a) =>
    `${a.services.join(" and ")} use ${a.type}, and it lives in the file of one of them.`,
  help: (a) =>
    `Move ${a.type} to ${a.target}, a file without a service. It keeps its name, so nothing changes on the wire.`,
};

export const HOME_RULES = [LAYOUT_WITH_SERVICE, LAYOUT_SHARED];

/** A type or a service, and its file. */
interface Placed extends LayoutElement {
  readonly file: LayoutFile;
}

/** Messages and enums that live in another file than their use by services suggests. */
export function homeFindings(files: readonly LayoutFile[]): Finding[] {
  const messages = new Map(
    files.flatMap((file) => file.messages.map((one) => [one.typeName, one] as const)),
  );
  const services = files.flatMap((file) => file.services.map((one): Placed => ({ ...one, file })));
  const uses = new Map(services.map((service) => [service, allUses(service, messages)]));
  const usedBy = new Map<string, Placed[]>();
  for (const [service, types] of uses) for (const type of types) listIn(usedBy, type).push(service);
  const users = new Map<string, string[]>();
  for (const message of messages.values())
    for (const type of message.uses) listIn(users, type).push(message.typeName);
  const sharedOf = sharedFiles(files);
  return files.flatMap((file) =>
    [...file.messages, ...file.enums].flatMap((type) => {
      const by = usedBy.get(type.typeName);
      if (by === undefined) return [];
      const found = judge({ ...type, file }, by, uses, users, sharedOf);
      if (found === undefined) return [];
      const args = {
        type: type.name,
        services: by.map((service) => service.name).sort(compareText),
        target: found.target,
      };
      return [finding(found.rule, args, placeAt(file, type.span), { symbol: type.typeName })];
    }),
  );
}

/** The types that it uses, directly or through what it uses. */
function allUses(
  service: LayoutElement,
  messages: ReadonlyMap<string, LayoutElement>,
): ReadonlySet<string> {
  const all = new Set(service.uses);
  // A set is walked in the order of its insertions, those during the walk included.
  for (const type of all) for (const used of messages.get(type)?.uses ?? []) all.add(used);
  return all;
}

function listIn<T>(lists: Map<string, T[]>, key: string): T[] {
  const known = lists.get(key) ?? [];
  lists.set(key, known);
  return known;
}

function judge(
  { typeName, file }: Placed,
  by: readonly Placed[],
  uses: ReadonlyMap<Placed, ReadonlySet<string>>,
  users: ReadonlyMap<string, readonly string[]>,
  sharedOf: (file: LayoutFile) => string,
): { rule: OwnRule<Args>; target: string } | undefined {
  const [only, second] = by;
  if (only === undefined) return undefined;
  if (second !== undefined) {
    if (file.services.length === 0) return undefined;
    return { rule: LAYOUT_SHARED, target: sharedOf(file) };
  }
  // Moving a type to another package would rename it, so that is not a question of layout.
  if (only.file === file || only.file.package !== file.package) return undefined;
  // Something outside the service's reach that uses it, a stored record, say, needs it where it is.
  const own = uses.get(only) as ReadonlySet<string>;
  if (users.get(typeName)?.some((user) => !own.has(user))) return undefined;
  return { rule: LAYOUT_WITH_SERVICE, target: only.file.path };
}

/** What finds for a file one of its package that has no service: one that there is, or one named for the package. */
function sharedFiles(files: readonly LayoutFile[]): (file: LayoutFile) => string {
  const names = new Set(files.map(({ name }) => name));
  const withMost = new Map<string, LayoutFile>();
  for (const file of files) {
    const most = withMost.get(file.package);
    if (file.services.length === 0 && (most === undefined || isBefore(file, most)))
      withMost.set(file.package, file);
  }
  return ({ name, path, package: own }) => {
    const most = withMost.get(own);
    if (most !== undefined) return most.path;
    const word = own.split(".").findLast((part) => !/^v\d/.test(part)) ?? "types";
    const isTaken = names.has(posix.join(posix.dirname(name), `${word}.proto`));
    return posix.join(posix.dirname(path), `${word}${isTaken ? "_types" : ""}.proto`);
  };
}

/** Whether it has more messages; of two with as many, the first by name counts. */
function isBefore(one: LayoutFile, other: LayoutFile): boolean {
  const more = one.messages.length - other.messages.length;
  return more > 0 || (more === 0 && compareText(stemOf(one), stemOf(other)) < 0);
}

function stemOf({ name }: LayoutFile): string {
  return name.replace(/\.proto$/, "");
}
