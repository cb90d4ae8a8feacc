// The rules on services, RPCs and whole types, and their words.
import { count } from "../../../core/count.js";
import type { OwnRule } from "../../../core/finding.js";

export const SERVICE_REMOVED: OwnRule<{
  service: string;
  paths: readonly string[];
  successor: string | undefined;
}> = {
  id: "SERVICE_REMOVED",
  severity: "error",
  finds: "A service is gone or has another name, so its paths stop answering.",
  purpose:
    "A client calls an RPC by the full name of its service; where that is gone, nobody answers.",
  example: {
    wrong: "service NodeApi {}  // was NodeService",
    right: "service NodeService {}\nservice NodeApi {}  // until nobody calls NodeService",
  },
  message: (a) => {
    const successor = a.successor === undefined ? "" : ` (${a.successor} has its RPCs)`;
    const [first] = a.paths;
    if (first === undefined) return `${a.service} is gone${successor}. It had no RPCs.`;
    const more = a.paths.length === 1 ? "" : ` and ${count(a.paths.length - 1, "other path")}`;
    return `${a.service} is gone${successor}: ${first}${more} ${more === "" ? "stops" : "stop"} answering.`;
  },
  help: (a) =>
    a.successor === undefined
      ? "Keep serving it until no client calls it."
      : `Serve both until no client calls ${a.service}.`,
};

export const RPC_REMOVED: OwnRule<{ path: string; successor: string | undefined }> = {
  id: "RPC_REMOVED",
  severity: "error",
  finds: "An RPC is gone or has another name.",
  purpose: "A client calls an RPC by its path; where that is gone, nobody answers.",
  example: {
    wrong: "rpc FetchNode(GetNodeRequest) returns (GetNodeResponse);  // was GetNode",
    right: "rpc GetNode(GetNodeRequest) returns (GetNodeResponse);",
  },
  message: (a) =>
    `${a.path} stops answering${a.successor === undefined ? "" : `; ${a.successor} looks like its new name`}.`,
  help: (a) =>
    a.successor === undefined
      ? "Keep serving it until no client calls it."
      : "Keep the old name, or serve both until no client calls the old one.",
};

export const RPC_STREAMING_CHANGED: OwnRule<{ path: string; old: string; now: string }> = {
  id: "RPC_STREAMING_CHANGED",
  severity: "error",
  finds: "An RPC changed between one message and a stream of them.",
  purpose:
    "One message and a stream of messages are two kinds of calls; a client of the one cannot talk to a server of the other.",
  example: {
    wrong: "rpc WatchNode(R) returns (stream S);  // was returns (S)",
    right: "rpc GetNode(R) returns (S);\nrpc WatchNode(R) returns (stream S);",
  },
  message: (a) => `${a.path} is ${a.now} now, and was ${a.old}.`,
  help: () => "Leave it as it was, and add a new RPC.",
};

export const RPC_TYPE_CHANGED: OwnRule<{
  path: string;
  role: "request" | "response";
  old: string;
  now: string;
}> = {
  id: "RPC_TYPE_CHANGED",
  severity: "error",
  finds: "An RPC has another request or response; a warning where its content is the same.",
  purpose: "Client and server have to mean the same message.",
  example: {
    wrong: "rpc GetNode(NodeQuery) returns (S);  // was GetNodeRequest",
    right: "rpc GetNode(GetNodeRequest) returns (S);",
  },
  message: (a) => `The ${a.role} of ${a.path} is ${a.now} now, and was ${a.old}.`,
  help: () => "Leave the type, or add a new RPC.",
};

export const TYPE_MOVED: OwnRule<{ kind: "message" | "enum"; old: string; now: string }> = {
  id: "TYPE_MOVED",
  severity: "warning",
  finds: "A message or enum has another name or is in another package; its bytes are the same.",
  purpose:
    "The name of a type is not in its bytes, so peers do not notice; generated code and google.protobuf.Any do.",
  example: {
    wrong: "package navarch.types.v1;  // GPU was in navarch.v1",
    right: "package navarch.v1;",
  },
  message: (a) =>
    `The ${a.kind} ${a.old} is called ${a.now} now. Its bytes and its JSON are the same.`,
  help: () =>
    "Change the code that uses it along with it. Where it travels in a google.protobuf.Any, which carries its name, keep the old name.",
};

export const TYPE_REMOVED: OwnRule<{ kind: "message" | "enum"; name: string }> = {
  id: "TYPE_REMOVED",
  severity: "warning",
  finds: "A message or enum is gone.",
  purpose:
    "What is left of the protos does not use the type; whatever was stored or sent as one of it has no reader.",
  example: {
    wrong: "// message Snapshot was here",
    right: "message Snapshot {\n  option deprecated = true;\n}",
  },
  message: (a) => `The ${a.kind} ${a.name} is gone.`,
  help: () => "See that none is stored or under way: in a queue, a file, a google.protobuf.Any.",
};

export const SERVICE_RULES: readonly OwnRule<never>[] = [
  SERVICE_REMOVED,
  RPC_REMOVED,
  RPC_STREAMING_CHANGED,
  RPC_TYPE_CHANGED,
  TYPE_MOVED,
  TYPE_REMOVED,
];
