// What each runtime reads and writes in binary, construct by construct, where they agree and where not.
import { create, createFileRegistry, type DescMessage } from "@bufbuild/protobuf";
import { DescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { beforeAll, describe, expect, test } from "vitest";
import { protobufEs } from "../../checks/wire/evidence/protobuf-es.js";
import { protobufJs } from "../../checks/wire/evidence/protobufjs.js";
import { Fields, type Runtime, sameValue, type Value } from "../../checks/wire/evidence/runtime.js";
import type { Schema } from "../../core/schema.js";
import { compiled, messageOf } from "./schemas.js";
import { attempt, fieldsOf, rowsOf, shown } from "./values.js";

let schema: Schema;
let runtimes: readonly [Runtime, Runtime];

beforeAll(async () => {
  schema = await compiled();
  runtimes = [protobufEs(schema.registry), await protobufJs(schema.registry)];
});

// What is read, the message, the bytes, what protobuf-es sees, and protobufjs where it sees something else.
const BYTES = `
absent                                 | p2.M               |                                  | {}
zero with presence                     | p2.M               | 0800                             | {1: 0n}
explicit zero on the wire, no presence | p3.M               | 0800                             | {}
nonzero then zero, no presence         | p3.M               | 08010800                         | {}
empty string no presence               | p3.M               | 7200                             | {}
-0 no presence                         | p3.M               | 610000000000000080               | {12: -0}
zero no presence double                | p3.M               | 610000000000000000               | {}
-0 float                               | p3.M               | 5d00000080                       | {11: -0}
closed enum singular unknown           | p2.M               | 1809                             | {}
closed enum known then unknown         | p2.M               | 18011809                         | {3: 1n}
closed enum list unknown               | p2.M               | 200020092001                     | {4: [0n, 9n, 1n]} | {4: [0n, 1n]}
closed enum list packed unknown        | p2.M               | 2203000901                       | {4: [0n, 9n, 1n]} | {4: [0n, 1n]}
closed packed list unpacked            | p2.M               | 600060096001                     | {12: [0n, 9n, 1n]} | {12: [0n, 1n]}
closed packed list                     | p2.M               | 6203000901                       | {12: [0n, 9n, 1n]} | {12: [0n, 1n]}
closed enum map unknown                | p2.M               | 2a050a01611009                   | {5: <"a": 9n>} | {}
closed enum map known                  | p2.M               | 2a050a01611001                   | {5: <"a": 1n>}
closed enum map value missing          | p2.M               | 2a030a0161                       | {5: <"a": 0n>}
closed enum in oneof unknown           | p2.M               | 3009                             | {}
oneof set then closed unknown          | p2.M               | 3a01613009                       | {7: "a"}
oneof last wins                        | p2.M               | 3a01613001                       | {6: 1n}
oneof message merges                   | p2.M               | 420208014203120161               | {8: {1: 1n, 2: "a"}}
oneof message, other, message          | p2.M               | 420208013a01614203120161         | {8: {2: "a"}}
closed enum ext unknown                | p2.M               | a80609                           | {101: 0n} | {}
open unknown                           | p3.M               | 80019601                         | {16: 150n}
open neg                               | p3.M               | 8001ffffffffffffffffff01         | {16: -1n}
open list                              | p3.M               | ca01020107                       | {25: [1n, 7n]}
enum 64-bit truncated                  | p3.M               | 80018180808010                   | {16: 1n}
group                                  | p2.M               | 4b08014c                         | {9: {1: 1n}}
group unterminated                     | p2.M               | 4b0801                           | refused
group wrong end                        | p2.M               | 4b080154                         | refused
groups                                 | p2.M               | 930108019401930108029401         | {18: [{1: 1n}, {1: 2n}]}
group field length-prefixed            | p2.M               | 4a020801                         | refused | {}
message field as group                 | p2.M               | 73080174                         | refused | {}
packed for unpacked                    | p2.M               | 52020102                         | {10: [1n, 2n]}
unpacked for packed                    | p2.M               | 58015802                         | {11: [1n, 2n]}
mixed                                  | p2.M               | 58015a020203                     | {11: [1n, 2n, 3n]}
empty packed                           | p2.M               | 5a00                             | {}
packed fixed partial                   | p2.M               | a20103010203                     | refused
message merges                         | p2.M               | 720208017203120161               | {14: {1: 1n, 2: "a"}}
scalar last wins                       | p2.M               | 08010802                         | {1: 2n}
ext scalar                             | p2.M               | a00607                           | {100: 7n}
ext last wins                          | p2.M               | a00607a00608                     | {100: 8n}
ext list packed                        | p2.M               | b206020102                       | {102: [1n, 2n]}
ext list unpacked                      | p2.M               | b00601b00602                     | {102: [1n, 2n]}
ext list empty packed                  | p2.M               | b20600                           | {}
ext msg merge                          | p2.M               | ba06020801ba0603120161           | {103: {1: 1n, 2: "a"}}
ext strings                            | p2.M               | c2060161c2060162                 | {104: ["a", "b"]}
ext group                              | p2.M               | cb060801cc06                     | {105: {1: 1n}}
ext nested scope                       | p2.M               | ea060161                         | {109: "a"}
ext unknown number                     | p2.M               | f00601                           | {}
ext wire type                          | p2.M               | a2060131                         | {100: 1n} | {}
wire varint for string                 | p2.M               | 1005                             | refused | {}
wire varint for string with rest       | p2.M               | 100168                           | {2: "h"} | refused
wire string for int                    | p2.M               | 0a0161                           | refused | {}
wire string(2) for int                 | p2.M               | 0a020801                         | {1: 1n} | {}
fixed32 for int32                      | p2.M               | 0d01000000                       | refused | {}
varint for fixed32                     | p2.M               | 980101                           | refused | {}
varint for message                     | p2.M               | 7002                             | refused | {}
varint for message then content        | p2.M               | 70020801                         | {14: {1: 1n}} | {1: 1n}
string for repeated int                | p2.M               | 5a0161                           | {11: [97n]}
varint for map                         | p2.M               | 2801                             | refused | {}
fixed64 for double ok                  | p3.M               | 61000000000000f03f               | {12: 1}
invalid utf8 p2                        | p2.M               | 1202c328                         | {2: "�("}
invalid utf8 p2 rep ext                | p2.M               | c20602c328                       | {104: ["�("]}
invalid utf8 p2 map key                | p2.M               | 2a060a02c3281001                 | {5: <"�(": 1n>}
invalid utf8 p2 map value              | p2.M               | aa01070a01611202c328             | {21: <"a": "�(">}
invalid utf8 p3                        | p3.M               | 7202c328                         | refused
invalid utf8 p3 list                   | p3.M               | d20102c328                       | refused
invalid utf8 p3 map key                | p3.M               | ca02060a02c3281200               | refused
invalid utf8 p3 map value              | p3.M               | fa010608011202c328               | refused
invalid utf8 ed                        | ed.M               | 0a02c328                         | refused
invalid utf8 ed unchecked              | ed.M               | 1a02c328                         | {3: "�("}
invalid utf8 ed unchecked map          | ed.M               | 52070a01611202c328               | {10: <"a": "�(">}
invalid utf8 ed ext                    | ed.M               | aa0602c328                       | refused
surrogate utf8 p2                      | p2.M               | 1203eda080                       | {2: "���"}
BOM                                    | p3.M               | 7204efbbbf78                     | {14: "x"} | {14: "﻿x"}
missing required                       | p2.Required        | 0801                             | {1: 1n} | refused
missing required nested                | p2.WithRequired    | 0a00                             | {1: {}} | refused
missing required nested list           | p2.WithRequired    | 1200                             | {2: [{}]} | refused
missing required message               | p2.RequiredMessage |                                  | {} | refused
missing required ed                    | ed.Required        |                                  | {} | refused
unknown field                          | p2.M               | f803010807                       | {1: 7n}
unknown group                          | p2.M               | fb03f80301fc030807               | {1: 7n}
field number 0                         | p2.M               | 0001                             | refused
wire type 6                            | p2.M               | 0e                               | refused
end group alone                        | p2.M               | 0c                               | refused
truncated varint                       | p2.M               | 0880                             | refused
truncated string                       | p2.M               | 1205616263                       | refused
truncated tag                          | p2.M               | 80                               | refused
truncated fixed                        | p2.M               | 9d010102                         | refused
truncated message                      | p2.M               | 720508                           | refused
message end mid field                  | p2.M               | 720108010802                     | {14: {1: 1n}, 1: 2n} | refused
huge length                            | p2.M               | 12ffffffff0f                     | refused
varint too long                        | p2.M               | 08ffffffffffffffffffffff01       | refused
int32 from 64-bit                      | p3.M               | 088080808010                     | {}
int32 from 2^32+1                      | p3.M               | 088180808010                     | {1: 1n}
uint32 from -1 64                      | p3.M               | 18ffffffffffffffffff01           | {3: 4294967295n}
bool from 2                            | p3.M               | 6802                             | {13: true}
bool from 2^32                         | p3.M               | 688080808010                     | {13: true}
bool from 2^63                         | p3.M               | 6880808080808080808001           | {13: true}
map key missing                        | p3.M               | fa0103120161                     | {31: <0n: "a">}
map value missing                      | p3.M               | fa01020801                       | {31: <1n: "">}
map message value missing              | p3.M               | f201020801                       | {30: <1n: {}>}
map entry empty                        | p3.M               | fa0100                           | {31: <0n: "">}
map dup key                            | p3.M               | fa01050801120161fa01050801120162 | {31: <1n: "b">}
map entry unknown field                | p3.M               | fa010708011805120161             | refused | {31: <1n: "a">}
map entry wrong wire key               | p3.M               | fa01060a0161120161               | {31: <1n: "a">} | {31: <0n: "a">}
delimited                              | ed.M               | 230a016124                       | {4: {1: "a"}}
delimited nested                       | ed.M               | 23230a01612424                   | {4: {4: {1: "a"}}}
delimited list                         | ed.M               | 2b2c2b2c                         | {5: [{}, {}]}
delimited as length-prefixed           | ed.M               | 22030a0161                       | refused | {}
delimited ext                          | ed.M               | a3060a0161a406                   | {100: {1: "a"}}
ed implicit empty                      | ed.M               | 1200                             | {}
ed explicit empty                      | ed.M               | 0a00                             | {1: ""}
ed closed unknown                      | ed.M               | 4009                             | {}
ed closed zero                         | ed.M               | 4000                             | {}
ed open unknown                        | ed.M               | 4809                             | {9: 9n}
file delimited map                     | de.M               | 1a080801120408051200             | refused | {3: <1n: {1: 5n}>}
file delimited map ok                  | de.M               | 1a06080112020805                 | {3: <1n: {1: 5n}>}
file delimited msg                     | de.M               | 13080514                         | {2: {1: 5n}}
JS_STRING                              | p2.M               | 7880808080808080808001           | {15: -9223372036854775808n}
`;

describe("bytes are read", () => {
  test.for(rowsOf(BYTES))("%s: %s %s", ([, message = "", bytes = "", es, js = es]) => {
    const desc = messageOf(schema, message);
    const seen = runtimes.map((runtime) =>
      attempt(() => shown(runtime.decode(desc, Buffer.from(bytes, "hex")))),
    );
    expect(seen).toEqual([es, js]);
  });
});

// What is written, the message, the value, what protobuf-es writes, and protobufjs where it differs.
const VALUES: readonly [string, string, Fields, string, string?][] = [
  ["closed unknown", "p2.M", fieldsOf({ 3: 9n }), "1809"],
  ["closed unknown list", "p2.M", fieldsOf({ 4: [9n, 1n] }), "20092001"],
  ["closed unknown map", "p2.M", fieldsOf({ 5: new Map([["a", 9n]]) }), "2a050a01611009"],
  ["alias", "p2.M", fieldsOf({ 3: 1n }), "1801"],
  ["open unknown", "p3.M", fieldsOf({ 16: 9n }), "800109"],
  ["required missing", "p2.Required", fieldsOf({ 1: 1n }), "refused", "08011200"],
  ["required missing i", "p2.Required", fieldsOf({ 2: "a" }), "refused", "0800120161"],
  ["required nested", "p2.WithRequired", fieldsOf({ 1: fieldsOf({}) }), "refused", "0a0408001200"],
  ["required msg", "p2.RequiredMessage", fieldsOf({}), "refused"],
  ["ed required", "ed.Required", fieldsOf({}), "refused", "0800"],
  ["two oneof", "p3.M", fieldsOf({ 19: 1n, 20: "a" }), "a2010161", "980101a2010161"],
  ["zero no presence", "p3.M", fieldsOf({ 1: 0n, 14: "", 12: 0 }), ""],
  ["-0", "p3.M", fieldsOf({ 12: -0 }), "610000000000000080"],
  ["int32 over", "p3.M", fieldsOf({ 1: 2n ** 31n }), "refused", "0880808080f8ffffffff01"],
  ["float over", "p3.M", fieldsOf({ 11: 1e39 }), "refused", "5d0000807f"],
  [
    "int64 min",
    "p3.M",
    fieldsOf({ 2: -(2n ** 63n), 4: 2n ** 64n - 1n, 6: -1n, 8: 2n ** 64n - 1n, 10: -1n }),
    "108080808080808080800120ffffffffffffffffff01300141ffffffffffffffff51ffffffffffffffff",
  ],
  ["lone surrogate", "p3.M", fieldsOf({ 14: "\ud800" }), "7203efbfbd", "7203eda080"],
  ["lone surrogate p2", "p2.M", fieldsOf({ 2: "\ud800" }), "1203efbfbd", "1203eda080"],
  [
    "group",
    "p2.M",
    fieldsOf({ 9: fieldsOf({ 1: 1n }), 18: [fieldsOf({}), fieldsOf({ 1: 2n })] }),
    "4b08014c93019401930108029401",
  ],
  [
    "packed",
    "p2.M",
    fieldsOf({ 10: [1n, 2n], 11: [1n, 2n], 12: [0n, 1n] }),
    "500150025a02010262020001",
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
    "a00605a80601b206020102ba06020801c2060161c2060162cb060801cc06ea060178",
  ],
  ["names", "p2.M", fieldsOf({ 16: "a", 17: "b", 15: 5n }), "7805820101618a010162"],
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
    "230a0161242b2c2b2c3201013801a306120161a406aa0600",
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
    "080113141a060801120208052324",
  ],
  ["dur", "p3.Known", fieldsOf({ 2: fieldsOf({ 1: 1n, 2: 500000000n }) }), "120808011080cab5ee01"],
  [
    "dur mixed sign",
    "p3.Known",
    fieldsOf({ 2: fieldsOf({ 1: 1n, 2: -5n }) }),
    "120d080110fbffffffffffffffff01",
  ],
  ["dur max", "p3.Known", fieldsOf({ 2: fieldsOf({ 1: 315576000001n }) }), "12070881bcaece9709"],
  [
    "time",
    "p3.Known",
    fieldsOf({ 7: fieldsOf({ 1: -62135596800n }) }),
    "3a0b088092b8c398feffffff01",
  ],
  ["time out", "p3.Known", fieldsOf({ 7: fieldsOf({ 1: 253402300800n }) }), "3a07088083d1ffaf07"],
  [
    "mask",
    "p3.Known",
    fieldsOf({ 3: fieldsOf({ 1: ["a.b_c", "d"] }) }),
    "1a0a0a05612e625f630a0164",
  ],
  ["mask bad", "p3.Known", fieldsOf({ 3: fieldsOf({ 1: ["aB"] }) }), "1a040a026142"],
  ["any unknown", "p3.Known", fieldsOf({ 1: fieldsOf({ 1: "x/nope" }) }), "0a080a06782f6e6f7065"],
  ["any no url", "p3.Known", fieldsOf({ 1: fieldsOf({}) }), "0a00"],
  [
    "any bad bytes",
    "p3.Known",
    fieldsOf({ 1: fieldsOf({ 1: "x/p2.M", 2: Uint8Array.of(8) }) }),
    "0a0b0a06782f70322e4d120108",
  ],
  ["value unset", "p3.Known", fieldsOf({ 5: fieldsOf({}) }), "2a00"],
  ["value NaN", "p3.Known", fieldsOf({ 5: fieldsOf({ 2: NaN }) }), "2a0911000000000000f87f"],
  ["null", "p3.Known", fieldsOf({ 11: 0n }), ""],
];

describe("values are written", () => {
  test.for(VALUES)("%s: %s", ([, message, value, es, js = es]) => {
    const desc = messageOf(schema, message);
    const written = runtimes.map((runtime) =>
      attempt(() => Buffer.from(runtime.encode(desc, value)).toString("hex")),
    );
    expect(written).toEqual([es, js]);
  });
});

describe("what a runtime cannot do is said", () => {
  const messageSet = "it does not have the encoding of a MessageSet, which p2.Set is";
  test.for([
    ["p2.Set", messageSet],
    ["p2.HasSet", messageSet],
    ["p2.Item", undefined],
    ["p2.Proto", undefined, "it leaves out the field __proto__ of p2.Proto"],
    ["p3.Known", undefined],
  ] as const)("%s", ([name, es, js = es]) => {
    const desc = messageOf(schema, name);
    expect(runtimes.map((runtime) => runtime.cannot(desc))).toEqual([es, js]);
  });

  test("a set of descriptors that protobufjs does not take", async () => {
    const messageType = [{ name: "M", nestedType: [create(DescriptorProtoSchema, { name: "M" })] }];
    for (let depth = 0; depth < 40; depth++) {
      messageType[0] = { name: "M", nestedType: [create(DescriptorProtoSchema, messageType[0])] };
    }
    const file = [{ name: "deep.proto", syntax: "proto3", messageType }];
    const registry = createFileRegistry(create(FileDescriptorSetSchema, { file }));
    const desc = registry.getMessage("M") as DescMessage;
    const runtime = await protobufJs(registry);
    const reason = "it does not take the descriptors: max depth exceeded";
    expect(runtime.cannot(desc)).toBe(reason);
    expect(() => runtime.encode(desc, new Fields())).toThrow(reason);
  });
});

test("values are the same where code sees the same", () => {
  const some = fieldsOf({ 1: [1n, "a"], 2: new Map([["k", Uint8Array.of(1)]]), 3: Number.NaN });
  const same = fieldsOf({ 3: Number.NaN, 2: new Map([["k", Buffer.of(1)]]), 1: [1n, "a"] });
  expect(sameValue(some, same)).toBe(true);
  const others: [Value, Value][] = [
    [0, -0],
    [1, 1n],
    [fieldsOf({ 1: 0n }), fieldsOf({})],
    [fieldsOf({ 1: 0n }), fieldsOf({ 2: 0n })],
    [fieldsOf({}), new Map()],
    [
      [1n, 2n],
      [2n, 1n],
    ],
    [[1n], [1n, 2n]],
    [Uint8Array.of(1), Uint8Array.of(2)],
    [Uint8Array.of(), []],
    [new Map([["k", 1n]]), new Map([["k", 2n]])],
  ];
  for (const [one, other] of others) {
    expect(sameValue(one, other)).toBe(false);
    expect(sameValue(other, one)).toBe(false);
    expect(sameValue(one, one)).toBe(true);
  }
});
