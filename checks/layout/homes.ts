// A message lives with the service that alone uses it; one that several use, in a file without a service.
import { posix } from "node:path";
import type { DescFile, DescService } from "@bufbuild/protobuf";
import { compareText, type Finding, finding, type OwnRule } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import { namePath, placeOfPath } from "../../core/source-info.js";
import type { Judged } from "../check.js";
import { allUses, directUses, type TopLevel } from "./uses.js";

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

/** Messages and enums that live in another file than their use by services suggests. */
export async function homeFindings(judged: Judged, schema: Schema): Promise<Finding[]> {
  const services = schema.files.flatMap((file) => file.services);
  const uses = new Map(services.map((service) => [service, allUses(service)]));
  const usedBy = new Map<TopLevel, DescService[]>();
  for (const [service, types] of uses) {
    for (const type of types) usedBy.set(type, [...(usedBy.get(type) ?? []), service]);
  }
  const users = directUsers(schema);
  const findings = schema.files.flatMap((file) =>
    [...file.messages, ...file.enums].flatMap((type) => {
      const by = usedBy.get(type) ?? [];
      const found = judge(type, by, uses, users, schema);
      if (found === undefined) return [];
      const args = {
        type: type.name,
        services: by.map((service) => service.name).sort(compareText),
        target: found.target,
      };
      const place = placeOfPath(
        file,
        namePath(type),
        schema.pathOf(file.proto.name),
        judged.sources,
      );
      return [place.then((at) => finding(found.rule, args, at, { symbol: type.typeName }))];
    }),
  );
  return Promise.all(findings);
}

function judge(
  type: TopLevel,
  by: readonly DescService[],
  uses: ReadonlyMap<DescService, ReadonlySet<TopLevel>>,
  users: ReadonlyMap<TopLevel, ReadonlySet<TopLevel>>,
  schema: Schema,
): { rule: OwnRule<Args>; target: string } | undefined {
  const [only, second] = by;
  if (only === undefined) return undefined;
  if (second !== undefined) {
    if (type.file.services.length === 0) return undefined;
    return { rule: LAYOUT_SHARED, target: sharedFile(type.file, schema) };
  }
  // Moving a type to another package would rename it, so that is not a question of layout.
  if (only.file === type.file || only.file.proto.package !== type.file.proto.package)
    return undefined;
  // Something outside the service's reach that uses it, a stored record, say, needs it where it is.
  const own = uses.get(only) as ReadonlySet<TopLevel>;
  if ([...(users.get(type) ?? [])].some((user) => !own.has(user))) return undefined;
  return { rule: LAYOUT_WITH_SERVICE, target: schema.pathOf(only.file.proto.name) };
}

/** The messages that name each type in a field. */
function directUsers(schema: Schema): Map<TopLevel, Set<TopLevel>> {
  const users = new Map<TopLevel, Set<TopLevel>>();
  for (const message of schema.files.flatMap((file) => file.messages)) {
    for (const type of directUses(message))
      users.set(type, (users.get(type) ?? new Set()).add(message));
  }
  return users;
}

/** A file of the package that has no service: one that there is, or one named for the package. */
function sharedFile(file: DescFile, schema: Schema): string {
  const name = file.proto.package;
  const siblings = schema.files.filter(
    (one) => one.proto.package === name && one.services.length === 0,
  );
  const [most] = [...siblings].sort(
    (a, b) => b.messages.length - a.messages.length || compareText(a.name, b.name),
  );
  if (most !== undefined) return schema.pathOf(most.proto.name);
  const word = name.split(".").findLast((part) => !/^v\d/.test(part)) ?? "types";
  const folder = posix.dirname(file.proto.name);
  const isTaken = schema.files.some(
    (one) => one.proto.name === posix.join(folder, `${word}.proto`),
  );
  return posix.join(
    posix.dirname(schema.pathOf(file.proto.name)),
    `${word}${isTaken ? "_types" : ""}.proto`,
  );
}
