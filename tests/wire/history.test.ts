// Numbers and names that come back after a removal, in real repositories; and rows that expect silence.
import { describe, expect, it } from "vitest";
import { type Added, historyFindings } from "../../checks/wire/history/history.js";
import { helpOf, messageOf } from "../../core/finding.js";
import {
  added,
  findingsIn,
  NOTHING,
  proto,
  type Repository,
  repository,
} from "./history-repository.js";

const A = "proto/a/a.proto";
const B = "proto/a/b.proto";

/** Commits of one proto each, named by their index; what is asked of them; what is found. */
type Row = [
  what: string,
  bodies: string[],
  asked: (string | Added)[],
  found: string[],
  syntax?: string,
];

function table(name: string, rows: readonly Row[]): void {
  describe(name, () => {
    it.each(rows)("%s", async (_, bodies, asked, found, syntax) => {
      const r = await repository();
      for (const [i, body] of bodies.entries())
        await r.commit(`c${i}`, { [A]: proto(body, syntax) });
      expect(await r.told(asked)).toEqual(found);
    });
  });
}

table("a number that comes back", [
  [
    "three commits later",
    [
      "message M { string a = 1; string b = 5; }",
      "message M { string a = 1; }",
      "message M { string a = 1; string c = 2; }",
      "message M { string a = 1; string c = 2; string d = 3; }",
    ],
    ["M.n = 5 string"],
    ["NUMBER n = 5 was b = 5 string until c1"],
  ],
  [
    "with another type",
    ["message M { string b = 5; }", "message M {}"],
    ["M.b = 5 bytes"],
    ["NUMBER b = 5 was b = 5 string until c1"],
  ],
  [
    "as it was: nothing",
    ["message M { repeated N b = 5; } message N {}", "message N {}"],
    ["M.b = 5 repeated a.N"],
    [],
  ],
  [
    "repeated though it was not",
    ["message M { int32 b = 5; }", "message M {}"],
    ["M.b = 5 repeated int32"],
    ["NUMBER b = 5 was b = 5 int32 until c1"],
  ],
  [
    "that never was: nothing",
    ["message M { int32 b = 5; }", "message M {}"],
    ["M.c = 4 int32"],
    [],
  ],
  [
    "in another message: nothing",
    ["message M { int32 b = 5; }", "message M {} message N {}"],
    ["N.c = 5 int32"],
    [],
  ],
  [
    "that was reserved in between",
    [
      "message M { int32 b = 5; }",
      'message M { reserved 5; reserved "b"; }',
      "message M { reserved 6; }",
    ],
    ["M.c = 5 int32"],
    ["NUMBER c = 5 was b = 5 int32 until c1"],
  ],
  [
    "after the field moved to another number",
    ["message M { int32 b = 5; }", "message M { int32 b = 6; }"],
    ["M.c = 5 int32"],
    ["NUMBER c = 5 was b = 5 int32 until c1"],
  ],
  [
    "and was renamed before it went: no finding under either name",
    ["message M { int32 a = 5; }", "message M { int32 b = 5; }", "message M {}"],
    ["M.a = 5 int32", "M.b = 5 int32"],
    [],
  ],
  [
    "and was renamed with another type before it went",
    ["message M { int32 a = 5; }", "message M { string b = 5; }", "message M {}"],
    ["M.a = 5 int32", "M.b = 5 string"],
    ["NUMBER a = 5 was b = 5 string until c2"],
  ],
  [
    "a second time: the newest removal of something else is named",
    [
      "message M { int32 a = 5; }",
      "message M {}",
      "message M { int32 b = 5; }",
      "message M {}",
      "message M { int32 c = 5; }",
      "message M {}",
    ],
    ["M.d = 5 int32", "M.c = 5 int32", "M.a = 5 int32"],
    [
      "NUMBER d = 5 was c = 5 int32 until c5",
      "NUMBER c = 5 was b = 5 int32 until c3",
      "NUMBER a = 5 was c = 5 int32 until c5",
    ],
  ],
  [
    "but that the baseline still has: not history's",
    ["message M { int32 a = 5; }", "message M {}", "message M { int32 b = 5; }"],
    [added("M.c = 5 int32", { numberIsNew: false })],
    [],
  ],
]);

table("a name that comes back", [
  [
    "with another number",
    ["message M { int32 a = 5; }", "message M {}"],
    ["M.a = 6 int32"],
    ["NAME a = 6 was a = 5 int32 until c1"],
  ],
  [
    "after a renaming",
    ["message M { int32 a = 5; }", "message M { int32 b = 5; }"],
    ["M.a = 6 int32"],
    ["NAME a = 6 was a = 5 int32 until c1"],
  ],
  [
    "though the baseline still has it: not history's",
    ["message M { int32 a = 5; }", "message M {}", "message M { int32 a = 6; }"],
    [added("M.a = 7 int32", { nameIsNew: false })],
    [],
  ],
  [
    "with a number that is another's",
    ["message M { int32 a = 1; int32 b = 2; }", "message M {}"],
    ["M.a = 2 int32"],
    ["NUMBER a = 2 was b = 2 int32 until c1", "NAME a = 2 was a = 1 int32 until c1"],
  ],
]);

table("every kind of element", [
  [
    "a nested message's field",
    ["message M { message N { int32 a = 1; } }", "message M { message N {} }"],
    ["M.N.b = 1 int32"],
    ["NUMBER b = 1 was a = 1 int32 until c1"],
  ],
  [
    "a member of a oneof; into and out of one is no removal",
    [
      "message M { oneof o { int32 a = 1; int32 b = 2; } }",
      "message M { int32 a = 1; oneof o { int32 c = 3; } }",
    ],
    ["M.n = 1 int32", "M.n = 2 int32"],
    ["NUMBER n = 2 was b = 2 int32 until c1"],
  ],
  [
    "a map",
    ["message M { map<string, int32> a = 1; map<string, M> b = 2; }", "message M {}"],
    ["M.a = 1 map<string, int64>", "M.b = 2 map<string, a.M>"],
    ["NUMBER a = 1 was a = 1 map<string, int32> until c1"],
  ],
  [
    "a group",
    ["message M { optional group Part = 1 {} }", "message M {}"],
    ["M.part = 1 group a.M.Part", "M.part = 1 a.M.Part"],
    ["NUMBER part = 1 was part = 1 group Part until c1"],
    "proto2",
  ],
  [
    "a group's own field",
    [
      "message M { optional group Part = 1 { optional int32 a = 1; } }",
      "message M { optional group Part = 1 {} }",
    ],
    ["M.Part.b = 1 int32"],
    ["NUMBER b = 1 was a = 1 int32 until c1"],
    "proto2",
  ],
  [
    "an extension, whose number then is another's or a field's",
    [
      "message M { extensions 5 to 9; } extend M { optional int32 e = 5; } message S { extend M { optional int32 e = 6; } }",
      "message M { extensions 5 to 9; }",
    ],
    [
      added("M.x = 5 int32", { name: "a.x", symbol: "a.x" }),
      added("M.x = 5 int32", { name: "a.e", symbol: "a.e" }),
      "M.f = 6 int32",
    ],
    ["NUMBER a.x = 5 was a.e = 5 int32 until c1", "NUMBER f = 6 was a.S.e = 6 int32 until c1"],
    "proto2",
  ],
  [
    "an enum's value",
    ["enum E { E_A = 0; E_B = 1; E_C = 2; }", "enum E { E_A = 0; }"],
    ["E E_N = 1", "E E_C = 2", "E E_B = 3"],
    ["NUMBER E_N = 1 was E_B = 1 until c1", "NAME E_B = 3 was E_B = 1 until c1"],
  ],
  [
    "an alias: its name goes, its number stays",
    [
      "enum E { option allow_alias = true; E_A = 0; E_B = 1; E_C = 1; }",
      "enum E { E_A = 0; E_B = 1; }",
    ],
    ["E E_C = 1", "E E_C = 2", added("E E_N = 1", { numberIsNew: false })],
    ["NAME E_C = 2 was E_C = 1 until c1"],
  ],
  [
    "aliases that go together: back under either name",
    ["enum E { option allow_alias = true; E_A = 0; E_B = 1; E_C = 1; }", "enum E { E_A = 0; }"],
    ["E E_B = 1", "E E_C = 1", "E E_D = 1"],
    ["NUMBER E_D = 1 was E_B = 1 until c1"],
  ],
  [
    "a message that became an enum of that name: two things",
    ["message M { int32 a = 1; }", "enum M { M_A = 0; }"],
    ["M M_B = 1"],
    [],
  ],
]);

describe("files", () => {
  it("finds what a deleted file had, when it is brought back with other numbers", async () => {
    const r = await repository();
    const m = (a: number, b: number): string =>
      proto(`message M { string a = ${a}; int32 b = ${b}; }`);
    await r.commit("first", { [A]: m(1, 2) });
    await r.commit("deleted", { [A]: undefined });
    await r.commit("later", { "README.md": "later" });
    await r.commit("latest", { "README.md": "latest" });
    expect(await r.told(["M.a = 2 string", "M.b = 1 int32"])).toEqual([
      "NUMBER a = 2 was b = 2 int32 until deleted",
      "NAME a = 2 was a = 1 string until deleted",
      "NUMBER b = 1 was a = 1 string until deleted",
      "NAME b = 1 was b = 2 int32 until deleted",
    ]);
    expect(await r.told(["M.a = 1 string", "M.b = 2 int32"])).toEqual([]);
  });

  it("goes past commits that touch no proto", async () => {
    const r = await repository();
    await r.commit("first", { [A]: proto("message M { int32 a = 1; }") });
    await r.commit("no proto", { "README.md": "more" });
    await r.commit("removed", { [A]: proto("message M {}") });
    expect(await r.told(["M.b = 1 int32"])).toEqual(["NUMBER b = 1 was a = 1 int32 until removed"]);
  });

  it("takes a move to another file, a renamed file and a copy for no removal", async () => {
    const r = await repository();
    const [m, n] = ["message M { int32 a = 1; }", "message N { int32 a = 1; }"];
    await r.commit("first", { [A]: proto(m + n) });
    await r.commit("message moved", { [A]: proto(n), [B]: proto(m) });
    await r.commit("file renamed", { [B]: undefined, "proto/a/c.proto": proto(m) });
    await r.commit("file copied", { [B]: proto(m) });
    await r.commit("copy removed", { [B]: undefined });
    expect(await r.told(["M.b = 1 int32", "M.a = 2 int32", "N.b = 1 int32"])).toEqual([]);
    await r.commit("removed", { "proto/a/c.proto": proto("message M {}") });
    expect(await r.told(["M.b = 1 int32"])).toEqual(["NUMBER b = 1 was a = 1 int32 until removed"]);
  });

  it("takes an element for gone only when no proto has it, a vendored one neither", async () => {
    const r = await repository();
    const m = proto("message M { int32 a = 1; }");
    await r.commit("first", { [A]: m, "third_party/a.proto": m });
    await r.commit("removed", { [A]: proto("message M {}") });
    expect(await r.told(["M.b = 1 int32"])).toEqual([]);
    await r.commit("vendored too", { "third_party/a.proto": undefined });
    expect(await r.told(["M.b = 1 int32"])).toEqual([
      "NUMBER b = 1 was a = 1 int32 until vendored too",
    ]);
  });

  it("follows full names: a package that is renamed begins anew, and its old name stays taken", async () => {
    const r = await repository();
    const m = proto("message M { int32 a = 1; int32 b = 2; }");
    await r.commit("first", { [A]: m });
    await r.commit("renamed", { [A]: m.replace("package a", "package a.v2") });
    await r.commit("removed", { [A]: proto("message M { int32 b = 2; }").replace("a;", "a.v2;") });
    expect(await r.told(["v2.M.c = 1 int32", "M.c = 2 int32"])).toEqual([
      "NUMBER c = 1 was a = 1 int32 until removed",
      "NUMBER c = 2 was b = 2 int32 until renamed",
    ]);
  });

  it("reads paths as they are, and only those of protos below the workspace", async () => {
    const r = await repository();
    const path = 'proto/a/-ü "q"\n*.proto';
    await r.commit("first", { [path]: proto("message M { int32 a = 1; }") });
    await r.commit("copied elsewhere", {
      [path]: undefined,
      "a.txt": proto("message M { int32 a = 1; }"),
    });
    const [found] = await r.findings([added("M.b = 1 int32")]);
    expect(found?.args).toMatchObject({ old: { path } });
  });

  it("judges a workspace in a folder of the repository by what is below it", async () => {
    const r = await repository();
    const m = proto("message M { int32 a = 1; }");
    await r.commit("first", { "one/a.proto": m, "other/a.proto": m });
    await r.commit("removed", { "one/a.proto": proto("message M {}") });
    const [found, more] = await findingsIn(r.w.path("one"), [added("M.b = 1 int32")]);
    expect(found?.args).toMatchObject({ old: { path: "a.proto" } });
    expect(more).toBeUndefined();
    expect(await findingsIn(r.w.path("other"), [added("M.b = 1 int32")])).toEqual([]);
  });

  it("compares across a version that cannot be read, and names it once for each path", async () => {
    const r = await repository();
    await r.commit("first", { [A]: proto("message M { int32 a = 1; int32 b = 2; }") });
    await r.commit("broken", { [A]: "<<<<<<< HEAD\nmessage M { int32 a = 1; }" });
    await r.commit("broken again", { [A]: ">>>>>>> x\nmessage M { int32 a = 1; }" });
    await r.commit("other", { [B]: "<<<<<<< HEAD\nmessage Other {}" });
    await r.commit("mended", { [A]: proto("message M { int32 a = 1; }") });
    expect(await r.told(["M.x = 1 int32", "M.x = 2 int32"])).toEqual([
      "NUMBER x = 2 was b = 2 int32 until mended",
      "proto/a/a.proto cannot be read as it was in broken again: illegal token '>' (line 1). What only that version had is not compared.",
    ]);
  });
});

describe("branches", () => {
  const m = (...fields: string[]): string => proto(`message M {\n${fields.join("\n")}\n}`);
  const a = "int32 a = 1;";
  const b = "int32 b = 2;";

  async function branched(): Promise<Repository> {
    const r = await repository();
    await r.commit("first", { [A]: m(a, b) });
    await r.w.git("checkout", "--quiet", "-b", "side");
    return r;
  }

  async function merge(
    r: Repository,
    files: Record<string, string | undefined> = {},
  ): Promise<void> {
    await r.w.git("merge", "--quiet", "--no-ff", "--no-commit", "-s", "ours", "side");
    await r.commit("merge", files);
  }

  it("finds a removal that a merge brought, in the commit that made it", async () => {
    const r = await branched();
    await r.commit("removed", { [A]: m(b) });
    await r.w.git("checkout", "--quiet", "main");
    await r.commit("meanwhile", { "README.md": "more" });
    await merge(r, { [A]: m(b) });
    expect(await r.told(["M.x = 1 int32"])).toEqual(["NUMBER x = 1 was a = 1 int32 until removed"]);
  });

  it("finds what a branch added and removed again, though the merge has no trace of it", async () => {
    const r = await branched();
    await r.commit("tried", { [A]: m(a, b, "int32 c = 3;") });
    await r.commit("dropped", { [A]: m(a, b) });
    await r.w.git("checkout", "--quiet", "main");
    await merge(r);
    expect(await r.told(["M.x = 3 int32"])).toEqual(["NUMBER x = 3 was c = 3 int32 until dropped"]);
  });

  it("takes a merge for no removal of what one parent lacks, and names what it removes itself", async () => {
    const r = await branched();
    await r.commit("added", { [A]: m(a, b, "int32 c = 3;") });
    await r.w.git("checkout", "--quiet", "main");
    await r.commit("other", { [A]: m(a, b, "int32 d = 4;") });
    await merge(r, { [A]: m(a, "int32 d = 4;") });
    expect(await r.told(["M.x = 2 int32", "M.x = 3 int32", "M.x = 4 int32"])).toEqual([
      "NUMBER x = 2 was b = 2 int32 until merge",
    ]);
  });

  it("finds what a merge removes though each side keeps it in another file", async () => {
    const r = await branched();
    await r.commit("moved", { [A]: undefined, [B]: m(a, b) });
    await r.w.git("checkout", "--quiet", "main");
    await merge(r, { [A]: m(a) });
    expect(await r.told(["M.x = 2 int32"])).toEqual(["NUMBER x = 2 was b = 2 int32 until merge"]);
  });

  it("counts what a merge keeps as there, and its removal later as the one that counts", async () => {
    const r = await branched();
    await r.commit("removed", { [A]: m(b) });
    await r.w.git("checkout", "--quiet", "main");
    await merge(r);
    await r.commit("removed for good", { [A]: m(b) });
    expect(await r.told(["M.x = 1 int32"])).toEqual([
      "NUMBER x = 1 was a = 1 int32 until removed for good",
    ]);
  });

  it("knows nothing of a branch that was never merged, unless it is a baseline", async () => {
    const r = await branched();
    await r.commit("removed", { [A]: m(b) });
    await r.w.git("checkout", "--quiet", "main");
    expect(await r.told(["M.x = 1 int32"])).toEqual([]);
    expect(await r.told(["M.x = 1 int32"], ["main", "side"])).toEqual([
      "NUMBER x = 1 was a = 1 int32 until removed",
    ]);
  });

  it("reads two histories that were joined", async () => {
    const r = await branched();
    await r.w.git("checkout", "--quiet", "--orphan", "other");
    await r.commit("root", {
      [A]: undefined,
      [B]: proto("message N { int32 a = 1; int32 b = 2; }"),
    });
    await r.commit("removed", { [B]: proto("message N { int32 a = 1; }") });
    await r.w.git("merge", "--quiet", "--no-ff", "--allow-unrelated-histories", "-m", "x", "main");
    expect(await r.told(["N.x = 2 int32", "N.x = 1 int32", "M.x = 1 int32"])).toEqual([
      "NUMBER x = 2 was b = 2 int32 until removed",
    ]);
  });
});

describe("what a finding says", () => {
  async function say(bodies: string[], line: string): Promise<[string, string][]> {
    const r = await repository();
    for (const [i, body] of bodies.entries()) await r.commit(`<c${i}>`, { [A]: proto(body) });
    const date = (await r.w.git("log", "-1", "--format=%cs")).trim();
    return (await r.findings([added(line)])).map((one) => [
      r.named(messageOf(one)).replaceAll(date, "<date>"),
      helpOf(one),
    ]);
  }

  it("of a number: who had it until when, and the next that was never used", async () => {
    const bodies = ["message GPU { string id = 1; string driver_version = 2; }", "message GPU {}"];
    expect(await say(bodies, "GPU.cuda_version = 2 uint32")).toEqual([
      [
        "GPU.cuda_version (uint32) takes the number 2, which was GPU.driver_version (string) until <c1> (<date>) removed it; a peer from before that still reads and sends it so.",
        "Give it the next number that was never used, 3, and reserve the name driver_version and the number 2 in GPU.",
      ],
    ]);
    expect(await say(bodies, "GPU.id = 1 bytes")).toEqual([
      [
        "GPU.id (bytes) takes the number 1, which was GPU.id (string) until <c1> (<date>) removed it; a peer from before that still reads and sends it so.",
        "Give it the next number that was never used, 3, and reserve the number 1 in GPU.",
      ],
    ]);
  });

  it("of a name: which number it was, and how to bring it back", async () => {
    expect(
      await say(["message GPU { string id = 1; }", "message GPU {}"], "GPU.id = 2 bytes"),
    ).toEqual([
      [
        "GPU.id (bytes) has the number 2, but until <c1> (<date>) that name had the number 1 (string); a peer from before that still reads and sends it so in JSON and text.",
        "If it is the same again, give it back the number 1 and the type string. If not, choose another name, and reserve the name id and the number 1 in GPU.",
      ],
    ]);
  });

  it("of values, which have no type", async () => {
    expect(await say(["enum E { A = 0; B = 1; }", "enum E { A = 0; }"], "E C = 1")).toEqual([
      [
        "E.C takes the number 1, which was E.B until <c1> (<date>) removed it; a peer from before that still reads and sends it so.",
        "Give it the next number that was never used, 2, and reserve the name B and the number 1 in E.",
      ],
    ]);
    expect(historyFindings([added("E C = 1")], [], NOTHING)).toEqual([]);
  });
});
