// What the parser gets out of a proto without its imports, compared with what buf compiles it to.
import type { DescExtension, DescField, DescFile, DescMessage } from "@bufbuild/protobuf";
import { describe, expect, it } from "vitest";
import { typeText as typeOf } from "../../checks/wire/fields/types.js";
import { type Element, type Facts, factsOf } from "../../checks/wire/history/facts.js";
import { sameType } from "../../checks/wire/history/type.js";
import { openBuf } from "../../core/buf.js";
import { compile } from "../../core/schema.js";
import { openWorkspace } from "../../core/workspace.js";
import { LENIENT, workspace } from "../workspace.js";

/** Each the text of a proto after its syntax and a package of its own, with what must be found in it. */
const READABLE: readonly [what: string, syntax: string, body: string, found: string[]][] = [
  [
    "scalars, labels and options",
    "proto3",
    `message M {
      string a = 1; repeated int32 b = 0x10 [packed = false, json_name = "B"];
      optional bytes c = 011; sint64 message = 4; reserved 5, 7 to 8; reserved "q"; /* d = 6; */ // e = 10;
    }`,
    ["M.a = 1 string", "M.b = 16 repeated int32", "M.c = 9 bytes", "M.message = 4 sint64"],
  ],
  [
    "oneofs, maps and types written in every way",
    "proto3",
    `message M {
      message N { E e = 1; }
      enum E { option allow_alias = true; A = 0; B = 0; C = -5; D = 0x7fffffff; }
      oneof o { N n = 1; M.N m = 2; }
      map<string, N> by_name = 3; map < int32 , .PACKAGE.M > by_number = 4;
      repeated PACKAGE.M.E es = 5;
    }`,
    [
      "M.N.e = 1 E",
      "M.n = 1 N",
      "M.m = 2 M.N",
      "M.by_name = 3 map<string, N>",
      "M.by_number = 4 map<int32, PACKAGE.M>",
      "M.es = 5 repeated PACKAGE.M.E",
      "E A = 0",
      "E B = 0",
      "E C = -5",
      "E D = 2147483647",
    ],
  ],
  [
    "groups, as people called them in proto2",
    "proto2",
    `message M {
      optional group MyPart = 1 { required int32 x = 1; optional group Deep = 2 { optional bool y = 1; } }
      repeated group Other = 3 { }
      extensions 10 to max;
    }
    extend M { optional group Extra = 11 { optional int32 z = 1; } }`,
    [
      "M.mypart = 1 group MyPart",
      "M.MyPart.x = 1 int32",
      "M.MyPart.deep = 2 group Deep",
      "M.MyPart.Deep.y = 1 bool",
      "M.other = 3 repeated group Other",
      "M += PACKAGE.extra = 11 group Extra",
      "Extra.z = 1 int32",
    ],
  ],
  [
    "extensions, nested and not, of messages here and elsewhere",
    "proto3",
    `import "google/protobuf/descriptor.proto";
    extend google.protobuf.FieldOptions { optional string doc = 50000; repeated M ms = 50001; }
    message M { extend google.protobuf.MessageOptions { optional M size = 50002; bool flat = 50003; } }`,
    [
      "google.protobuf.FieldOptions += PACKAGE.doc = 50000 string",
      "google.protobuf.FieldOptions += PACKAGE.ms = 50001 repeated M",
      "google.protobuf.MessageOptions += PACKAGE.M.size = 50002 M",
      "google.protobuf.MessageOptions += PACKAGE.M.flat = 50003 bool",
    ],
  ],
  [
    "an extension of a message that is found in an outer scope",
    "proto2",
    `message M { extensions 5 to 9; message N { extend M { optional M e = 5; } } extend M { optional int32 e = 6; } }`,
    ["M += PACKAGE.M.N.e = 5 M", "M += PACKAGE.M.e = 6 int32"],
  ],
  [
    "delimited encoding in an edition, of a field",
    "2023",
    `message M { M a = 1 [features.message_encoding = DELIMITED]; M b = 2; repeated M c = 3 [features = { message_encoding: DELIMITED }]; reserved foo, bar; }`,
    ["M.a = 1 group M", "M.b = 2 M", "M.c = 3 repeated group M"],
  ],
  [
    "delimited encoding in an edition, of a file",
    "2023",
    `option features.message_encoding = DELIMITED;
    message M { message N { M a = 1; } N b = 2 [features.message_encoding = LENGTH_PREFIXED]; E e = 3; string s = 4; map<int32, M> m = 5; extensions 9; }
    enum E { A = 0; reserved B; }
    extend M { M x = 9; }`,
    [
      "M.N.a = 1 group M",
      "M.b = 2 N",
      "M.e = 3 E",
      "M.s = 4 string",
      "M.m = 5 map<int32, M>",
      "M += PACKAGE.x = 9 group M",
      "E A = 0",
    ],
  ],
  [
    "options of every shape, and services",
    "proto3",
    `import "google/protobuf/descriptor.proto";
    message Opt { repeated string s = 1; Opt o = 2; double d = 3; }
    extend google.protobuf.MessageOptions { Opt opt = 50010; }
    message M { option (opt) = { s: ["a", "b"], o { d: -1.5e3 s: 'it' "s" }; }; string a = 1 [deprecated = true]; }
    service S { rpc Go(stream M) returns (stream .PACKAGE.M) { option deprecated = true; } rpc Do(M) returns (M); }`,
    [
      "Opt.s = 1 repeated string",
      "Opt.o = 2 Opt",
      "Opt.d = 3 double",
      "google.protobuf.MessageOptions += PACKAGE.opt = 50010 Opt",
      "M.a = 1 string",
      "S.Go()",
      "S.Do()",
    ],
  ],
];

const HEAD = (syntax: string): string =>
  syntax.startsWith("proto") ? `syntax = '${syntax}';` : `edition = "${syntax}";`;

const PROTOS = READABLE.map(([what, syntax, body, found], i) => {
  const name = `a.p${i}`;
  const text = `\uFEFF${HEAD(syntax)};\npackage ${name};\n${body.replaceAll("PACKAGE", name)} // end`;
  return { what, name, text, found: found.map((line) => line.replaceAll("PACKAGE", name)) };
});

/** A line for each element: `M.a = 1 string`, `M += a.p.x = 9 M` for an extension, `E A = 0`. */
function linesOf({ messages, enums, extensions, services }: Facts, prefix: string): string[] {
  const own = (name: string): string => name.replace(/^\./, "").replace(prefix, "");
  const end = ([, number, type]: Element): string =>
    `= ${number}${type === undefined ? "" : ` ${type}`}`;
  return [
    ...messages.flatMap(([m, fields]) => fields.map((f) => `${own(m)}.${f[0]} ${end(f)}`)),
    ...extensions.map(([of, x]) => `${own(of)} += ${x[0]} ${end(x)}`),
    ...enums.flatMap(([e, vs]) => vs.map((v) => `${own(e).replace("M.", "")} ${v[0]} ${end(v)}`)),
    ...services.flatMap(([s, rpcs]) => rpcs.map((rpc) => `${own(s)}.${rpc}()`)),
  ];
}

/** The same from the compiler's descriptors. */
function compiledFacts(file: DescFile): Facts {
  const facts: Record<"messages" | "enums" | "extensions", never[]> & Facts = {
    messages: [],
    enums: [],
    extensions: [],
    services: file.services.map(({ typeName, methods }) => [typeName, methods.map((m) => m.name)]),
  };
  const element = (name: string, field: DescField | DescExtension): Element => [
    name,
    field.number,
    typeOf(field),
  ];
  const addAll = (scope: DescFile | DescMessage): void => {
    const nested = scope.kind === "file" ? scope.messages : scope.nestedMessages;
    for (const message of nested) {
      const fields = message.fields.map((field) => element(field.name, field));
      facts.messages.push([message.typeName, fields] as never);
      addAll(message);
    }
    for (const desc of scope.kind === "file" ? scope.enums : scope.nestedEnums) {
      facts.enums.push([desc.typeName, desc.values.map((v) => [v.name, v.number])] as never);
    }
    for (const one of scope.kind === "file" ? scope.extensions : scope.nestedExtensions) {
      facts.extensions.push([`.${one.extendee.typeName}`, element(one.typeName, one)] as never);
    }
  };
  addAll(file);
  return facts;
}

describe("the facts of a proto", () => {
  it.each(PROTOS)("$what", async ({ text, name, found }) => {
    const facts = await factsOf(text);
    if ("why" in facts) throw new Error(facts.why);
    expect(linesOf(facts, `${name}.`).sort()).toEqual([...found].sort());
  });

  it("are what buf compiles the proto to", async () => {
    const files = Object.fromEntries(PROTOS.map(({ name, text }) => [`proto/${name}.proto`, text]));
    const w = await workspace({ ...LENIENT, ...files });
    const opened = await openWorkspace(w.root, undefined);
    const compiled = await compile(opened, openBuf(w.root, process.env));
    if (!("schema" in compiled)) throw new Error(JSON.stringify(compiled.annotations));
    for (const { name, text } of PROTOS) {
      const file = compiled.schema.files.find(({ proto }) => proto.package === name) as DescFile;
      const expected = linesOf(compiledFacts(file), `${name}.`).sort();
      const facts = linesOf((await factsOf(text)) as Facts, `${name}.`).sort();
      const [elements, types] = [/^.*= -?\d+/, /^.*= -?\d+ ?/];
      expect(facts.map((line) => elements.exec(line)?.[0])).toEqual(
        expected.map((line) => elements.exec(line)?.[0]),
      );
      for (const [i, line] of facts.entries()) {
        const [written, full] = [line, expected[i] as string].map((l) => l.replace(types, ""));
        expect([line, sameType(written, full)]).toEqual([line, true]);
      }
    }
  });

  it.each([
    ["what is no proto", "<<<<<<< HEAD\nmessage M {}"],
    [
      "a group with options",
      'syntax = "proto2"; message M { optional group G = 1 [deprecated = true] {} }',
    ],
    ["a group in a oneof", 'syntax = "proto2"; message M { oneof o { group G = 1 {} } }'],
    ["an option in angle brackets", 'syntax = "proto3"; option (x) = { a < b: 1 > }; message M {}'],
    ["an unclosed comment", "message M {} /*"],
  ])("cannot be read: %s", async (_, text) => {
    const facts = await factsOf(text);
    expect(facts).toMatchObject({ why: expect.stringMatching(/\w/) });
    expect("words" in facts && facts.words).toContain("M");
  });

  it.each([
    ["empty", ""],
    ["with nothing but comments", "// M\n/* M */"],
  ])("none: %s", async (_, text) =>
    expect(await factsOf(text)).toEqual({ messages: [], enums: [], extensions: [], services: [] }),
  );
});

describe("the same type", () => {
  it.each([
    ["string", "string", true],
    ["string", "bytes", false],
    ["string", "repeated string", false],
    ["B", "a.v1.B", true],
    ["M.B", "a.v1.M.B", true],
    ["a.B", "b.B", false],
    ["B", "AB", false],
    ["repeated B", "repeated a.B", true],
    ["repeated group B", "repeated a.B", false],
    ["group B", "group a.B", true],
    ["map<string, B>", "map<string, a.B>", true],
    ["map<string, B>", "map<int32, a.B>", false],
    ["map<string, B>", "B", false],
  ])("%s, %s: %s", (one, other, same) => {
    expect(sameType(one, other)).toBe(same);
    expect(sameType(other, one)).toBe(same);
  });
});
