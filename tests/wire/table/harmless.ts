// Changes that no peer notices: the gate is silent.
import type { Row } from "../row.js";

const silent = (
  title: string,
  before: Row["before"],
  after: Row["after"],
  syntax?: Row["syntax"],
): Row => ({
  title,
  before,
  after,
  expect: [],
  ...(syntax === undefined ? {} : { syntax }),
});

/** Silent both ways. */
const alike = (...row: Parameters<typeof silent>): Row => ({ ...silent(...row), back: "same" });

const m = (fields: string): string => `message M { ${fields} }`;

export const ROWS: readonly Row[] = [
  alike("nothing", m("int32 a = 1; string b = 2;"), m("int32 a = 1; string b = 2;")),
  silent("a field added", m("int32 a = 1;"), m("int32 a = 1; string b = 2;")),
  silent("a field added with a lower number", m("int32 a = 5;"), m("string b = 2; int32 a = 5;")),
  silent("a list added", m("int32 a = 1;"), m("int32 a = 1; repeated string b = 2;")),
  silent(
    "a field added whose type is the message itself",
    m("int32 a = 1;"),
    m("int32 a = 1; M more = 2; repeated M most = 3;"),
  ),
  silent("a message added", m("int32 a = 1;"), `${m("int32 a = 1;")} message N { int32 a = 2; }`),
  silent("an enum added", m("int32 a = 1;"), `${m("int32 a = 1;")} enum E { ZERO = 0; }`),
  silent(
    "a nested message added",
    m("int32 a = 1;"),
    m("int32 a = 1; message In { int32 b = 1; }"),
  ),
  silent(
    "a file added",
    { "a.proto": m("int32 a = 1;") },
    { "a.proto": m("int32 a = 1;"), "b.proto": "enum E { ZERO = 0; }" },
  ),
  silent(
    "a package added",
    { "a.proto": m("int32 a = 1;") },
    { "a.proto": m("int32 a = 1;"), "other/b.proto": "message N { string a = 1; }" },
  ),
  alike(
    "fields written in another order",
    m("int32 a = 1; string b = 2;"),
    m("string b = 2; int32 a = 1;"),
  ),
  alike(
    "messages written in another order",
    "message A { B b = 1; } message B { int32 x = 1; }",
    "message B { int32 x = 1; } message A { B b = 1; }",
  ),
  alike(
    "comments changed",
    m("\n// One.\nint32 a = 1;"),
    m("\n// Two.\n\n/* Three. */ int32 a = 1; // Four.\n"),
  ),
  alike(
    "a list packed",
    m("repeated int32 a = 1 [packed = false];"),
    m("repeated int32 a = 1 [packed = true];"),
  ),
  alike(
    "a list of bools packed in proto2",
    m("repeated bool a = 1;"),
    m("repeated bool a = 1 [packed = true];"),
    "proto2",
  ),
  alike(
    "a list of enums packed",
    `enum E { ZERO = 0; ONE = 1; } ${m("repeated E a = 1 [packed = false];")}`,
    `enum E { ZERO = 0; ONE = 1; } ${m("repeated E a = 1;")}`,
  ),
  alike("jstype changed", m("int64 a = 1;"), m("int64 a = 1 [jstype = JS_STRING];")),
  alike("ctype changed", m("string a = 1;"), m("string a = 1 [ctype = CORD];")),
  alike(
    "deprecated",
    m("int32 a = 1;"),
    m("option deprecated = true; int32 a = 1 [deprecated = true];"),
  ),
  alike("debug_redact", m("string a = 1;"), m("string a = 1 [debug_redact = true];")),
  alike(
    "options of a file for languages",
    m("int32 a = 1;"),
    `option java_package = "com.example"; option go_package = "example.com/t"; option cc_enable_arenas = true; option optimize_for = SPEED; ${m("int32 a = 1;")}`,
  ),
  alike(
    "a number and a name reserved",
    m("int32 a = 1;"),
    m('int32 a = 1; reserved 5; reserved "gone";'),
  ),
  alike(
    "a number reserved in an enum",
    `enum E { ZERO = 0; } ${m("E e = 1;")}`,
    `enum E { ZERO = 0; reserved 7; reserved "GONE"; } ${m("E e = 1;")}`,
  ),
  alike(
    "a reserved range split in two",
    m("int32 a = 1; reserved 5 to 9;"),
    m("int32 a = 1; reserved 5 to 6, 7 to 9;"),
  ),
  alike(
    "an import made public",
    {
      "a.proto": "message A { int32 x = 1; }",
      "b.proto": 'import "t/a.proto"; message B { A a = 1; }',
    },
    {
      "a.proto": "message A { int32 x = 1; }",
      "b.proto": 'import public "t/a.proto"; message B { A a = 1; }',
    },
  ),
  alike(
    "a type named by its full name",
    "message A { int32 x = 1; } message B { A a = 1; }",
    "message A { int32 x = 1; } message B { .t.A a = 1; }",
  ),
  alike("a number written in hexadecimal", m("int32 a = 16;"), m("int32 a = 0x10;")),
  alike(
    "well-known types untouched",
    `import "google/protobuf/timestamp.proto"; import "google/protobuf/any.proto"; import "google/protobuf/struct.proto";
      ${m("google.protobuf.Timestamp at = 1; google.protobuf.Any any = 2; google.protobuf.Struct s = 3;")}`,
    `import "google/protobuf/any.proto"; import "google/protobuf/timestamp.proto"; import "google/protobuf/struct.proto";
      ${m("google.protobuf.Any any = 2; google.protobuf.Timestamp at = 1; google.protobuf.Struct s = 3;")}`,
  ),
  silent(
    "a field added to a message that is in a list, a map, a oneof and itself",
    "message In { int32 a = 1; In in = 3; } message M { repeated In l = 1; map<string, In> m = 2; oneof o { In i = 3; } }",
    "message In { int32 a = 1; In in = 3; string b = 2; } message M { repeated In l = 1; map<string, In> m = 2; oneof o { In i = 3; } }",
  ),
  silent(
    "an optional field added in proto2, with a default",
    m("optional int32 a = 1;"),
    m("optional int32 a = 1; optional int32 b = 2 [default = 7];"),
    "proto2",
  ),
];
