// Compares two versions of the services: the paths that clients call, and what goes over them.
import type { DescMessage, DescMethod, DescService } from "@bufbuild/protobuf";
import type { Evidence } from "../../../core/finding.js";
import { symbolOf } from "../../../core/source-info.js";
import type { Probe } from "../evidence/prove.js";
import type { Pairs } from "../pairs.js";
import { type Suspect, suspect } from "../suspect.js";
import * as rules from "./rules.js";

/** The changes of a service; `inside` shows how two messages differ that are no versions of each other. */
export function serviceSuspects(
  old: DescService,
  pairs: Pairs,
  inside: (old: DescMessage, now: DescMessage) => readonly Probe[],
): Suspect[] {
  const now = pairs.now.services.get(old.typeName);
  if (now === undefined) return [serviceRemoved(old, pairs)];
  return old.methods.flatMap((method) => {
    const same = now.methods.find(({ name }) => name === method.name);
    return same === undefined
      ? [rpcRemoved(method, now, old)]
      : [...streaming(method, same), ...types(method, same, pairs, inside)];
  });
}

function serviceRemoved(old: DescService, pairs: Pairs): Suspect {
  const known = new Set(old.methods.map(({ name }) => name));
  const root = (service: DescService): string => service.file.proto.package.split(".")[0] as string;
  const successor = [...pairs.now.services.values()]
    .filter((one) => !pairs.old.services.has(one.typeName) && root(one) === root(old))
    .find(
      (one) =>
        one.name === old.name ||
        (known.size > 0 &&
          one.methods.filter(({ name }) => known.has(name)).length * 2 > known.size),
    );
  return suspect(
    rules.SERVICE_REMOVED,
    { service: old.typeName, paths: old.methods.map(pathOf), successor: successor?.typeName },
    {
      symbol: old.typeName,
      at: successor,
      was: old,
      severity: "error",
      probes: [],
      evidence: old.methods.slice(0, 1).map(unanswered),
      covers: ["SERVICE_NO_DELETE", "PACKAGE_SERVICE_NO_DELETE"],
    },
  );
}

function rpcRemoved(method: DescMethod, now: DescService, old: DescService): Suspect {
  const successor = now.methods.find(
    (one) =>
      !old.methods.some(({ name }) => name === one.name) &&
      one.input.typeName === method.input.typeName &&
      one.output.typeName === method.output.typeName,
  );
  return suspect(
    rules.RPC_REMOVED,
    { path: pathOf(method), successor: successor?.name },
    {
      symbol: symbolOf(method),
      at: successor ?? now,
      was: method,
      severity: "error",
      probes: [],
      evidence: [unanswered(method)],
      covers: ["RPC_NO_DELETE"],
    },
  );
}

/** The path of an RPC's HTTP/2 request (the gRPC protocol). */
function pathOf(method: DescMethod): string {
  return `/${method.parent.typeName}/${method.name}`;
}

function unanswered(method: DescMethod): Evidence {
  return calling(method, "UNIMPLEMENTED: nobody serves that path");
}

function calling(method: DescMethod, saw: string): Evidence {
  return {
    sender: "old",
    format: "rpc",
    fate: "refused",
    subject: pathOf(method),
    sent: method.input.typeName,
    wire: `POST ${pathOf(method)}`,
    readers: [{ runtime: "gRPC", fate: "refused", saw }],
  };
}

function streaming(old: DescMethod, now: DescMethod): Suspect[] {
  if (old.methodKind === now.methodKind) return [];
  const kind = (method: DescMethod): string => KINDS[method.methodKind];
  return [
    suspect(
      rules.RPC_STREAMING_CHANGED,
      { path: pathOf(now), old: kind(old), now: kind(now) },
      {
        symbol: symbolOf(now),
        at: now,
        was: old,
        severity: "error",
        probes: [],
        evidence: [calling(old, `${kind(now)}, where the client expects ${kind(old)}`)],
        covers: ["RPC_SAME_CLIENT_STREAMING", "RPC_SAME_SERVER_STREAMING"],
      },
    ),
  ];
}

const KINDS: Readonly<Record<DescMethod["methodKind"], string>> = {
  unary: "one request and one response",
  server_streaming: "a stream of responses",
  client_streaming: "a stream of requests",
  bidi_streaming: "a stream in both directions",
};

function types(
  old: DescMethod,
  now: DescMethod,
  pairs: Pairs,
  inside: (old: DescMessage, now: DescMessage) => readonly Probe[],
): Suspect[] {
  const roles = [
    ["request", old.input, now.input, "RPC_SAME_REQUEST_TYPE"],
    ["response", old.output, now.output, "RPC_SAME_RESPONSE_TYPE"],
  ] as const;
  return roles.flatMap(([role, before, after, rule]) => {
    if (pairs.isPair(before, after)) return [];
    return [
      suspect(
        rules.RPC_TYPE_CHANGED,
        { path: pathOf(now), role, old: before.typeName, now: after.typeName },
        {
          symbol: symbolOf(now),
          at: now,
          was: old,
          severity: "proven",
          harmless: "warning",
          probes: inside(before, after),
          covers: [rule],
        },
      ),
    ];
  });
}
