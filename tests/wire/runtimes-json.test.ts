// What each runtime reads and writes in ProtoJSON, construct by construct, where they agree and where not.
import { beforeAll, describe, expect, test } from "vitest";
import { protobufEs } from "../../checks/wire/evidence/protobuf-es.js";
import { protobufJs } from "../../checks/wire/evidence/protobufjs.js";
import type { Fields, Runtime } from "../../checks/wire/evidence/runtime.js";
import type { Schema } from "../../core/schema.js";
import { compiled, messageOf } from "./schemas.js";
import { attempt, fieldsOf, rowsOf, shown } from "./values.js";

let schema: Schema;
let runtimes: readonly [Runtime, Runtime];

beforeAll(async () => {
  schema = await compiled();
  runtimes = [protobufEs(schema.registry), await protobufJs(schema.registry)];
});

// What is read, the message, the JSON, what protobuf-es sees, and protobufjs where it sees something else.
const STRICT = String.raw`
name                            | p2.M            | {"snakeCase":"a"} | {17: "a"}
original                        | p2.M            | {"snake_case":"a"} | {17: "a"}
both                            | p2.M            | {"snake_case":"a","snakeCase":"b"} | refused
json_name                       | p2.M            | {"other name":"a"} | {16: "a"}
json_name original              | p2.M            | {"renamed":"a"} | {16: "a"}
unknown field                   | p2.M            | {"nope":1} | refused
duplicate                       | p2.M            | {"i":1,"i":2} | refused
null scalar                     | p2.M            | {"i":null} | {}
null msg                        | p2.M            | {"m":null} | {}
null list                       | p2.M            | {"unpacked":null} | {}
null in list                    | p2.M            | {"unpacked":[null]} | refused
null in map                     | p3.M            | {"byBool":{"true":null}} | refused
null map                        | p3.M            | {"byBool":null} | {}
null enum                       | p2.M            | {"e":null} | {}
null in enum list               | p2.M            | {"es":[null]} | refused
null oneof                      | p3.M            | {"oi":null} | {}
null oneof and other            | p3.M            | {"oi":null,"os":"a"} | {20: "a"}
null oneof msg and other        | p3.M            | {"om":null,"os":"a"} | refused | {20: "a"}
null oneof enum                 | p3.M            | {"oe":null} | {}
null oneof enum and other       | p3.M            | {"oe":null,"os":"a"} | refused | {20: "a"}
two oneof                       | p3.M            | {"oi":"1","os":"a"} | refused
null opt                        | p3.M            | {"opt":null} | {}
zero opt                        | p3.M            | {"opt":0} | {18: 0n}
zero                            | p3.M            | {"int32":0} | {}
-0 double                       | p3.M            | {"double":-0} | {12: -0} | {}
-0 double string                | p3.M            | {"double":"-0"} | {12: -0} | {}
enum number closed known        | p2.M            | {"e":1} | {3: 1n}
enum number closed unknown      | p2.M            | {"e":9} | refused
closed unknown in list          | p2.M            | {"es":[0,9,1]} | refused
closed unknown in map           | p2.M            | {"em":{"a":9}} | refused
closed unknown in oneof         | p2.M            | {"oe":9} | refused
closed unknown ext              | p2.M            | {"[p2.xe]":9} | refused
open unknown                    | p3.M            | {"e":9} | {16: 9n}
open unknown list               | p3.M            | {"es":[0,9]} | {25: [0n, 9n]}
open big                        | p3.M            | {"e":2147483648} | refused
enum num as string              | p3.M            | {"e":"1"} | refused
enum frac                       | p3.M            | {"e":1.5} | refused
enum case                       | p3.M            | {"e":"one"} | refused
enum alias                      | p2.M            | {"e":"ALSO_B"} | {3: 1n}
unknown name                    | p3.M            | {"e":"NOPE"} | refused
unknown name in list            | p3.M            | {"es":["ONE","NOPE"]} | refused
unknown name in map             | p3.M            | {"byUint64":{"1":"NOPE","2":"ONE"}} | refused
unknown name closed             | p2.M            | {"e":"NOPE"} | refused
unknown name in oneof           | p3.M            | {"oe":"NOPE"} | refused
unknown name in oneof and other | p3.M            | {"oe":"NOPE","os":"a"} | refused
int32 over                      | p3.M            | {"int32":2147483648} | refused
int32 string                    | p3.M            | {"int32":"-5"} | {1: -5n}
int32 exp                       | p3.M            | {"int32":1e3} | {1: 1000n}
int32 exp str                   | p3.M            | {"int32":"1e3"} | {1: 1000n}
int32 frac                      | p3.M            | {"int32":1.5} | refused
int32 1.0                       | p3.M            | {"int32":1.0} | {1: 1n}
int32 str 1.0                   | p3.M            | {"int32":"1.0"} | {1: 1n}
int32 hex                       | p3.M            | {"int32":"0x10"} | {1: 16n} | refused
int32 bool                      | p3.M            | {"int32":true} | refused
int32 empty                     | p3.M            | {"int32":""} | refused
uint32 neg                      | p3.M            | {"uint32":-1} | refused
int64 num                       | p3.M            | {"int64":9007199254740993} | {2: 9007199254740992n}
int64 str                       | p3.M            | {"int64":"9007199254740993"} | {2: 9007199254740993n}
int64 over                      | p3.M            | {"int64":"9223372036854775808"} | refused
uint64 max                      | p3.M            | {"uint64":"18446744073709551615"} | {4: 18446744073709551615n}
uint64 neg                      | p3.M            | {"uint64":"-1"} | refused
int64 frac                      | p3.M            | {"int64":1.5} | refused
int64 str exp                   | p3.M            | {"int64":"1e3"} | refused | {2: 1000n}
int64 str 1.0                   | p3.M            | {"int64":"1.0"} | refused | {2: 1n}
int64 num exp                   | p3.M            | {"int64":1e18} | {2: 1000000000000000000n}
int64 plus                      | p3.M            | {"int64":"+1"} | {2: 1n}
float over                      | p3.M            | {"float":1e39} | refused
double over                     | p3.M            | {"double":1e309} | refused
double str                      | p3.M            | {"double":"1.5"} | {12: 1.5}
double NaN                      | p3.M            | {"double":"NaN"} | {12: NaN}
double Infinity                 | p3.M            | {"double":"-Infinity"} | {12: -Infinity}
float 0.1                       | p3.M            | {"float":0.1} | {11: 0.1}
double bool                     | p3.M            | {"double":true} | refused
bool str                        | p3.M            | {"bool":"true"} | refused
bool num                        | p3.M            | {"bool":1} | refused
string num                      | p3.M            | {"string":1} | refused
string surrogate                | p3.M            | {"string":"\ud800"} | refused
bytes                           | p3.M            | {"bytes":"AP8="} | {15: x00ff}
bytes url                       | p3.M            | {"bytes":"_-8"} | {15: xffef}
bytes bad                       | p3.M            | {"bytes":"a"} | refused
bytes bad2                      | p3.M            | {"bytes":"!!!!"} | refused
list not array                  | p3.M            | {"ints":1} | refused
object for scalar               | p3.M            | {"int32":{}} | refused
array for scalar                | p3.M            | {"int32":[1]} | refused
scalar for msg                  | p3.M            | {"m":1} | refused
map bad key                     | p3.M            | {"byInt32":{"a":{}}} | refused
map key over                    | p3.M            | {"byInt32":{"2147483648":{}}} | refused
map dup canon                   | p3.M            | {"byInt64":{"1":"a","01":"b"}} | refused
map bool key                    | p3.M            | {"byBool":{"1":"a"}} | refused
map not obj                     | p3.M            | {"byBool":[]} | refused
required missing                | p2.Required     | {} | {}
required missing nested         | p2.WithRequired | {"one":{}} | {1: {}}
required null                   | p2.Required     | {"i":null,"s":"a"} | {2: "a"}
ed required missing             | ed.Required     | {} | {}
ext                             | p2.M            | {"[p2.xi]":5} | {100: 5n}
ext scope                       | p2.M            | {"[p2.Scope.in_scope]":"a"} | {109: "a"}
ext unknown                     | p2.M            | {"[p2.nope]":5} | refused
ext list                        | p2.M            | {"[p2.xs]":[1,2]} | {102: [1n, 2n]}
ext msg                         | p2.M            | {"[p2.xm]":{"i":1}} | {103: {1: 1n}}
ext group                       | p2.M            | {"[p2.xgroup]":{"i":1}} | {105: {1: 1n}}
group                           | p2.M            | {"group":{"i":1}} | {9: {1: 1n}}
Group                           | p2.M            | {"Group":{"i":1}} | refused
dur                             | p3.Known        | {"duration":"1.5s"} | {2: {1: 1n, 2: 500000000n}}
dur bad                         | p3.Known        | {"duration":"1m"} | refused
time                            | p3.Known        | {"time":"1970-01-01T00:00:01.5Z"} | {7: {1: 1n, 2: 500000000n}}
time off                        | p3.Known        | {"time":"1970-01-01T01:00:00+01:00"} | {7: {}}
mask                            | p3.Known        | {"mask":"a.bC"} | {3: {1: ["a.b_c"]}}
wrap                            | p3.Known        | {"int64":"5"} | {8: {1: 5n}}
wrap0                           | p3.Known        | {"int64":"0"} | {8: {}}
wrap null                       | p3.Known        | {"int64":null} | {}
value null                      | p3.Known        | {"value":null} | {5: {1: 0n}}
NullValue                       | p3.Known        | {"null":null} | {}
struct                          | p3.Known        | {"struct":{"a":[1,null,"x",true,{}]}} | {4: {1: <"a": {6: {1: [{2: 1}, {1: 0n}, {3: "x"}, {4: true}, {5: {}}]}}>}}
any                             | p3.Known        | {"any":{"@type":"type.googleapis.com/p2.M","i":1}} | {1: {1: "type.googleapis.com/p2.M", 2: x0801}}
any wkt                         | p3.Known        | {"any":{"@type":"type.googleapis.com/google.protobuf.Duration","value":"1s"}} | {1: {1: "type.googleapis.com/google.protobuf.Duration", 2: x0801}}
any unknown                     | p3.Known        | {"any":{"@type":"type.googleapis.com/nope"}} | refused
any empty                       | p3.Known        | {"any":{}} | {1: {}}
not object                      | p3.M            | [] | refused
not JSON                        | p3.M            | { | refused
JS_STRING                       | p2.M            | {"text":"5"} | {15: 5n}
`;

// The same, ignoring fields and enum names that are unknown.
const LENIENT = `
unknown field                   | p2.M     | {"nope":1}                                   | {}
enum number closed unknown      | p2.M     | {"e":9}                                      | refused
closed unknown in list          | p2.M     | {"es":[0,9,1]}                               | refused
closed unknown in map           | p2.M     | {"em":{"a":9}}                               | refused
closed unknown in oneof         | p2.M     | {"oe":9}                                     | refused
closed unknown ext              | p2.M     | {"[p2.xe]":9}                                | refused
open unknown                    | p3.M     | {"e":9}                                      | {16: 9n}
open unknown list               | p3.M     | {"es":[0,9]}                                 | {25: [0n, 9n]}
unknown name                    | p3.M     | {"e":"NOPE"}                                 | {}
unknown name in list            | p3.M     | {"es":["ONE","NOPE"]}                        | {25: [1n]}
unknown name in map             | p3.M     | {"byUint64":{"1":"NOPE","2":"ONE"}}          | {33: <2n: 1n>}
unknown name closed             | p2.M     | {"e":"NOPE"}                                 | {}
unknown name in oneof           | p3.M     | {"oe":"NOPE"}                                | {}
unknown name in oneof and other | p3.M     | {"oe":"NOPE","os":"a"}                       | refused | {20: "a"}
ext unknown                     | p2.M     | {"[p2.nope]":5}                              | {}
any unknown                     | p3.Known | {"any":{"@type":"type.googleapis.com/nope"}} | refused
`;

describe("JSON is read", () => {
  test.for(rowsOf(STRICT))("%s: %s %s", ([, message = "", json = "", es, js = es]) => {
    const desc = messageOf(schema, message);
    const seen = runtimes.map((runtime) =>
      attempt(() => shown(runtime.fromJson(desc, json, false))),
    );
    expect(seen).toEqual([es, js]);
  });
});

describe("JSON is read with unknowns ignored", () => {
  test.for(rowsOf(LENIENT))("%s: %s %s", ([, message = "", json = "", es, js = es]) => {
    const desc = messageOf(schema, message);
    const seen = runtimes.map((runtime) =>
      attempt(() => shown(runtime.fromJson(desc, json, true))),
    );
    expect(seen).toEqual([es, js]);
  });
});

// What is written, the message, the value, what protobuf-es writes, and protobufjs where it differs.
const VALUES: readonly [string, string, Fields, string, string?][] = [
  ["closed unknown", "p2.M", fieldsOf({ 3: 9n }), '{"e":9}'],
  [
    "closed unknown list",
    "p2.M",
    fieldsOf({ 4: [9n, 1n] }),
    '{"es":[9,"ALSO_B"]}',
    '{"es":[9,"B"]}',
  ],
  ["closed unknown map", "p2.M", fieldsOf({ 5: new Map([["a", 9n]]) }), '{"em":{"a":9}}'],
  ["alias", "p2.M", fieldsOf({ 3: 1n }), '{"e":"ALSO_B"}', '{"e":"B"}'],
  ["open unknown", "p3.M", fieldsOf({ 16: 9n }), '{"e":9}'],
  ["required missing", "p2.Required", fieldsOf({ 1: 1n }), "refused", '{"i":1}'],
  ["required missing i", "p2.Required", fieldsOf({ 2: "a" }), "refused", '{"s":"a"}'],
  ["required nested", "p2.WithRequired", fieldsOf({ 1: fieldsOf({}) }), "refused", '{"one":{}}'],
  ["required msg", "p2.RequiredMessage", fieldsOf({}), "refused", "{}"],
  ["ed required", "ed.Required", fieldsOf({}), "refused", "{}"],
  ["two oneof", "p3.M", fieldsOf({ 19: 1n, 20: "a" }), '{"os":"a"}', '{"oi":"1","os":"a"}'],
  ["zero no presence", "p3.M", fieldsOf({ 1: 0n, 14: "", 12: 0 }), "{}"],
  ["-0", "p3.M", fieldsOf({ 12: -0 }), '{"double":0}', "{}"],
  ["int32 over", "p3.M", fieldsOf({ 1: 2n ** 31n }), '{"int32":2147483648}'],
  ["float over", "p3.M", fieldsOf({ 11: 1e39 }), '{"float":1e+39}'],
  [
    "int64 min",
    "p3.M",
    fieldsOf({ 2: -(2n ** 63n), 4: 2n ** 64n - 1n, 6: -1n, 8: 2n ** 64n - 1n, 10: -1n }),
    '{"int64":"-9223372036854775808","uint64":"18446744073709551615","sint64":"-1","fixed64":"18446744073709551615","sfixed64":"-1"}',
  ],
  ["lone surrogate", "p3.M", fieldsOf({ 14: "\ud800" }), String.raw`{"string":"\ud800"}`],
  ["lone surrogate p2", "p2.M", fieldsOf({ 2: "\ud800" }), String.raw`{"s":"\ud800"}`],
  [
    "group",
    "p2.M",
    fieldsOf({ 9: fieldsOf({ 1: 1n }), 18: [fieldsOf({}), fieldsOf({ 1: 2n })] }),
    '{"group":{"i":1},"groups":[{},{"i":2}]}',
  ],
  [
    "packed",
    "p2.M",
    fieldsOf({ 10: [1n, 2n], 11: [1n, 2n], 12: [0n, 1n] }),
    '{"unpacked":[1,2],"packed":[1,2],"packedEs":["A","ALSO_B"]}',
    '{"unpacked":[1,2],"packed":[1,2],"packedEs":["A","B"]}',
  ],
  [
    "ext",
    "p2.M",
    fieldsOf({
      100: 5n,
      101: 1n,
      102: [1n, 2n],
      103: fieldsOf({ 1: 1n }),
      104: ["a", "b"],
      105: fieldsOf({ 1: 1n }),
      109: "x",
    }),
    '{"[p2.xi]":5,"[p2.xe]":"ALSO_B","[p2.xs]":[1,2],"[p2.xm]":{"i":1},"[p2.xt]":["a","b"],"[p2.xgroup]":{"i":1},"[p2.Scope.in_scope]":"x"}',
    '{"[p2.Scope.in_scope]":"x","[p2.xi]":5,"[p2.xe]":"B","[p2.xs]":[1,2],"[p2.xm]":{"i":1},"[p2.xt]":["a","b"],"[p2.xgroup]":{"i":1}}',
  ],
  [
    "names",
    "p2.M",
    fieldsOf({ 16: "a", 17: "b", 15: 5n }),
    '{"text":"5","other name":"a","snakeCase":"b"}',
  ],
  [
    "delimited",
    "ed.M",
    fieldsOf({
      4: fieldsOf({ 1: "a" }),
      5: [fieldsOf({}), fieldsOf({})],
      100: fieldsOf({ 2: "a" }),
      6: [1n],
      7: [1n],
      101: "",
    }),
    '{"delimited":{"s":"a"},"many":[{},{}],"packed":[1],"expanded":[1],"[ed.xd]":{"implicit":"a"},"[ed.xs]":""}',
  ],
  [
    "file delimited",
    "de.M",
    fieldsOf({
      1: 1n,
      2: fieldsOf({}),
      3: new Map([[1n, fieldsOf({ 1: 5n })]]),
      4: [fieldsOf({})],
    }),
    '{"i":1,"m":{},"map":{"1":{"i":5}},"ms":[{}]}',
  ],
  ["dur", "p3.Known", fieldsOf({ 2: fieldsOf({ 1: 1n, 2: 500000000n }) }), '{"duration":"1.500s"}'],
  ["dur mixed sign", "p3.Known", fieldsOf({ 2: fieldsOf({ 1: 1n, 2: -5n }) }), "refused"],
  ["dur max", "p3.Known", fieldsOf({ 2: fieldsOf({ 1: 315576000001n }) }), "refused"],
  [
    "time",
    "p3.Known",
    fieldsOf({ 7: fieldsOf({ 1: -62135596800n }) }),
    '{"time":"0001-01-01T00:00:00Z"}',
  ],
  ["time out", "p3.Known", fieldsOf({ 7: fieldsOf({ 1: 253402300800n }) }), "refused"],
  ["mask", "p3.Known", fieldsOf({ 3: fieldsOf({ 1: ["a.b_c", "d"] }) }), '{"mask":"a.bC,d"}'],
  ["mask bad", "p3.Known", fieldsOf({ 3: fieldsOf({ 1: ["aB"] }) }), "refused"],
  ["any unknown", "p3.Known", fieldsOf({ 1: fieldsOf({ 1: "x/nope" }) }), "refused"],
  ["any no url", "p3.Known", fieldsOf({ 1: fieldsOf({}) }), '{"any":{}}'],
  [
    "any bad bytes",
    "p3.Known",
    fieldsOf({ 1: fieldsOf({ 1: "x/p2.M", 2: Uint8Array.of(8) }) }),
    "refused",
  ],
  ["value unset", "p3.Known", fieldsOf({ 5: fieldsOf({}) }), "refused", '{"value":null}'],
  ["value NaN", "p3.Known", fieldsOf({ 5: fieldsOf({ 2: NaN }) }), "refused"],
  ["null", "p3.Known", fieldsOf({ 11: 0n }), "{}"],
];

describe("values are written", () => {
  test.for(VALUES)("%s: %s", ([, message, value, es, js = es]) => {
    const desc = messageOf(schema, message);
    const written = runtimes.map((runtime) => attempt(() => runtime.toJson(desc, value)));
    expect(written).toEqual([es, js]);
  });
});

test("an Any in an Any holds messages of files that nothing imports", () => {
  const desc = messageOf(schema, "google.protobuf.Any");
  const inner = `{"@type":"type.googleapis.com/ed.M","s":"a"}`;
  const json = `{"@type":"type.googleapis.com/google.protobuf.Any","value":${inner}}`;
  for (const runtime of runtimes) {
    const seen = runtime.fromJson(desc, json, false);
    expect(JSON.parse(runtime.toJson(desc, seen))).toEqual(JSON.parse(json));
  }
});
