// Services: a call names /package.Service/Method, and nothing else.
import { error, type Row, warning } from "../row.js";

const TYPES =
  "message Req { string s = 1; } message Res { int32 n = 1; } message Other { bytes n = 1; }";
const s = (rpcs: string, name = "S"): string => `${TYPES} service ${name} { ${rpcs} }`;
const GET = "rpc Get(Req) returns (Res);";

export const ROWS: readonly Row[] = [
  {
    title: "an RPC removed",
    before: s(`${GET} rpc List(Req) returns (Res);`),
    after: s(GET),
    expect: [error("RPC_REMOVED", "S.List", "old rpc refused")],
    message: /\/\S*\.S\/List/,
  },
  {
    title: "an RPC removed, where no RPC is spoken",
    before: s(`${GET} rpc List(Req) returns (Res);`),
    after: s(GET),
    speaks: ["binary", "json"],
    expect: [warning("RPC_REMOVED", "S.List")],
  },
  {
    title: "an RPC renamed",
    before: s(GET),
    after: s("rpc Fetch(Req) returns (Res);"),
    expect: [error("RPC_REMOVED", "S.Get", "old rpc refused")],
    back: [error("RPC_REMOVED", "S.Fetch", "old rpc refused")],
  },
  {
    title: "an RPC added",
    before: s(GET),
    after: s(`${GET} rpc List(Req) returns (Res);`),
    expect: [],
  },
  {
    title: "RPCs in another order",
    before: s(`${GET} rpc List(Req) returns (Res);`),
    after: s(`rpc List(Req) returns (Res); ${GET}`),
    expect: [],
  },
  {
    title: "a service removed",
    before: s(GET),
    after: TYPES,
    expect: [error("SERVICE_REMOVED", "S", "old rpc refused")],
    message: /\/\S*\.S\/Get/,
  },
  {
    title: "a service removed, where no RPC is spoken",
    before: s(GET),
    after: TYPES,
    speaks: ["binary", "json"],
    expect: [warning("SERVICE_REMOVED", "S")],
  },
  {
    title: "a service renamed",
    before: s(GET),
    after: s(GET, "T"),
    expect: [error("SERVICE_REMOVED", "S", "old rpc refused")],
    back: [error("SERVICE_REMOVED", "T", "old rpc refused")],
  },
  { title: "a service added", before: TYPES, after: s(GET), expect: [] },
  {
    // The package is part of the path.
    title: "a service moved to another package",
    before: {
      "types.proto": TYPES,
      "a.proto": 'import "t/types.proto"; service S { rpc Get(Req) returns (Res); }',
    },
    after: {
      "types.proto": TYPES,
      "other/a.proto": 'import "t/types.proto"; service S { rpc Get(t.Req) returns (t.Res); }',
    },
    expect: [error("SERVICE_REMOVED", "S", "old rpc refused")],
    back: [error("SERVICE_REMOVED", "other.S", "old rpc refused")],
  },
  {
    title: "a service moved to another file of its package",
    before: { "types.proto": TYPES, "a.proto": `import "t/types.proto"; service S { ${GET} }` },
    after: { "types.proto": TYPES, "b.proto": `import "t/types.proto"; service S { ${GET} }` },
    expect: [],
    back: "same",
  },
  {
    title: "unary to server streaming",
    before: s(GET),
    after: s("rpc Get(Req) returns (stream Res);"),
    expect: [error("RPC_STREAMING_CHANGED", "S.Get")],
    back: "same",
    message: /stream/,
  },
  {
    title: "unary to client streaming",
    before: s(GET),
    after: s("rpc Get(stream Req) returns (Res);"),
    expect: [error("RPC_STREAMING_CHANGED", "S.Get")],
    back: "same",
  },
  {
    title: "unary to streaming both ways",
    before: s(GET),
    after: s("rpc Get(stream Req) returns (stream Res);"),
    expect: [error("RPC_STREAMING_CHANGED", "S.Get")],
    back: "same",
  },
  {
    title: "client streaming to server streaming",
    before: s("rpc Get(stream Req) returns (Res);"),
    after: s("rpc Get(Req) returns (stream Res);"),
    expect: [error("RPC_STREAMING_CHANGED", "S.Get")],
    back: "same",
  },
  {
    title: "unary to streaming, where no RPC is spoken",
    before: s(GET),
    after: s("rpc Get(Req) returns (stream Res);"),
    speaks: ["binary"],
    expect: [warning("RPC_STREAMING_CHANGED", "S.Get")],
    back: "same",
  },
  {
    title: "a response of another type",
    before: s(GET),
    after: s("rpc Get(Req) returns (Other);"),
    expect: [error("RPC_TYPE_CHANGED", "S.Get")],
    back: "same",
    message: /Other/,
  },
  {
    title: "a request of another type",
    before: s(GET),
    after: s("rpc Get(Other) returns (Res);"),
    expect: [error("RPC_TYPE_CHANGED", "S.Get")],
    back: "same",
  },
  {
    title: "a response of another type with the same fields",
    before: `message Like { int32 n = 1; } ${s(GET)}`,
    after: `message Like { int32 n = 1; } ${s("rpc Get(Req) returns (Like);")}`,
    expect: [warning("RPC_TYPE_CHANGED", "S.Get")],
    back: "same",
  },
  {
    title: "the request and response renamed",
    before: `message Req { string s = 1; } message Res { int32 n = 1; } service S { ${GET} }`,
    after:
      "message GetRequest { string s = 1; } message GetResponse { int32 n = 1; } service S { rpc Get(GetRequest) returns (GetResponse); }",
    expect: [warning("TYPE_MOVED", "GetRequest"), warning("TYPE_MOVED", "GetResponse")],
    back: [warning("TYPE_MOVED", "Req"), warning("TYPE_MOVED", "Res")],
  },
  {
    title: "an RPC marked deprecated",
    before: s(GET),
    after: s("rpc Get(Req) returns (Res) { option deprecated = true; }"),
    expect: [],
    back: "same",
  },
];
