// What was generated is made again only where it changed, and is what a run without the cache makes.
import { cp, mkdir, readdir, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { packageFolder } from "../core/installation.js";
import { expectAfterEdits, type Random, timeFor } from "./random.js";
import { BUF_GEN_YAML, LENIENT, TestWorkspace, workspace, writtenBetween } from "./workspace.js";

const PROTO = 'syntax = "proto3";\n\n';

/** A workspace with packages, and thereby a cache, of its own. */
async function ownWorkspace(protos: Readonly<Record<string, string>>): Promise<TestWorkspace> {
  const files = Object.entries(protos).map(([name, text]) => [`proto/${name}`, PROTO + text]);
  const w = await workspace({ ...LENIENT, ...Object.fromEntries(files) });
  await rm(w.path("node_modules"));
  await mkdir(w.path("node_modules"));
  const installed = join(packageFolder, "node_modules");
  for (const name of await readdir(installed))
    if (name !== ".cache") await symlink(join(installed, name), w.path("node_modules", name));
  return w;
}

/** What that step of a run says. */
async function summary(w: TestWorkspace, name: string): Promise<string | undefined> {
  const { code, steps } = await w.json("generate");
  expect(code).toBe(0);
  return steps.find((step) => step.name === name)?.summary;
}

/** What the bindings' step of a run says. */
async function bindings(w: TestWorkspace): Promise<string | undefined> {
  return summary(w, "bindings");
}

/** What is generated, without what tells who is at work. */
async function generated(w: TestWorkspace): Promise<Map<string, string>> {
  const files = [...(await w.files("generated"))].filter(([path]) => !path.endsWith("/owner.json"));
  return new Map(files.map(([path, { content }]) => [path, content]));
}

/** Runs the command here, and without the cache on a copy, and compares all that is to be compared. */
async function compareWithUncached(w: TestWorkspace): Promise<void> {
  const copy = new TestWorkspace(`${w.root} copy`);
  await cp(w.root, copy.root, { recursive: true, verbatimSymlinks: true });
  const strip = ({ code, stderr }: { code: number; stderr: string }): object => ({
    code,
    trouble: stderr.split("\n").filter((line) => /^(\S+: )?error: /.test(line)),
  });
  const cached = await w.json("generate");
  const uncached = await copy.json("generate", "--no-cache");
  expect(strip(cached)).toEqual(strip(uncached));
  expect(cached.findings).toEqual(uncached.findings);
  expect(await generated(w)).toEqual(await generated(copy));
  await rm(copy.root, { recursive: true });
}

const THREE = {
  "a/v1/a.proto": "package a.v1;\nenum Status { STATUS_UNSPECIFIED = 0; }\n",
  "a/v1/b.proto": "package a.v1;\nmessage B {}\n",
  "c/v1/c.proto": 'package c.v1;\nimport "a/v1/b.proto";\nmessage C { a.v1.B b = 1; }\n',
};

describe("the plugins run", () => {
  it("for the proto alone whose comment changed, and write its files alone", async () => {
    const w = await ownWorkspace(THREE);
    expect(await bindings(w)).toContain("; the plugins ran for 3 of 3 protos");
    const before = await w.files("generated");
    await w.edit("proto/a/v1/b.proto", "message B", "// Edited.\nmessage B");
    expect(await bindings(w)).toContain("; the plugins ran for 1 of 3 protos");
    const after = await w.files("generated");
    expect(writtenBetween(before, after)).toEqual([
      "generated/.lockstep/manifest.json",
      "generated/a/v1/b_pb.d.ts",
    ]);
  });

  it("for what imports a proto that defines something else, too", async () => {
    const w = await ownWorkspace(THREE);
    await bindings(w);
    await w.edit("proto/a/v1/b.proto", "message B {}", "message B { string name = 1; }");
    expect(await bindings(w)).toContain("; the plugins ran for 2 of 3 protos");
  });

  it("for protos whose maps get out of the way of a new name in their package", async () => {
    const w = await ownWorkspace(THREE);
    await bindings(w);
    await w.edit("proto/a/v1/b.proto", "message B {}", "message B {}\nmessage StatusNames {}");
    await bindings(w);
    expect(await w.read("generated/a/v1/a_maps.js")).toContain("const StatusNames$ ");
    await compareWithUncached(w);
  });

  it("for protos whose files are gone or damaged", async () => {
    const w = await ownWorkspace(THREE);
    await bindings(w);
    await w.remove("generated/a/v1/a_maps.js");
    await w.write("generated/c/v1/c_pb.js", "// @generated\n");
    expect(await bindings(w)).toContain("; the plugins ran for 2 of 3 protos");
    await compareWithUncached(w);
  });

  it("for all protos where one of them is not ours", async () => {
    const w = await ownWorkspace(THREE);
    await w.write(
      "names.mjs",
      `import { runNodeJs, createEcmaScriptPlugin } from "@bufbuild/protoplugin";
runNodeJs(createEcmaScriptPlugin({ name: "names", version: "v1", generateTs() {}, generateJs(schema) {
  schema.generateFile("names.js").print("export const names = ", JSON.stringify(schema.files.map((file) => file.name)), ";");
} }));`,
    );
    await w.write(
      "buf.gen.yaml",
      `${BUF_GEN_YAML}  - local: [node, names.mjs]\n    out: generated\n    strategy: all\n    opt: target=js\n`,
    );
    await bindings(w);
    await w.edit("proto/a/v1/b.proto", "message B {}", "message B { string name = 1; }");
    await bindings(w);
    expect(await w.read("generated/names.js")).toContain('["a/v1/a","a/v1/b","c/v1/c"]');
  });
});

describe("indexes are imported", () => {
  const imported = (w: TestWorkspace) => summary(w, "imports");

  it("where something that they load has changed", async () => {
    const w = await ownWorkspace(THREE);
    expect(await imported(w)).toMatch(/^3 indexes, \d+ elements$/);
    await w.edit("proto/c/v1/c.proto", "b = 1;", "b = 1; string name = 2;");
    expect(await imported(w)).toMatch(/^1 of 3 indexes imported/);
    await w.edit("proto/a/v1/b.proto", "message B {}", "message B { string name = 1; }");
    expect(await imported(w)).toMatch(/^2 of 3 indexes imported/);
    // The root's has another text, but takes all names from what was imported.
    await w.edit("proto/c/v1/c.proto", "message C", "message D {}\nmessage C");
    expect(await imported(w)).toMatch(/^1 of 3 indexes imported, 1 linked/);
    await compareWithUncached(w);
  });

  it("where it is decided anew how they load", async () => {
    const w = await ownWorkspace(THREE);
    await imported(w);
    await w.write("generated/package.json", '{ "type": "commonjs" }');
    const { code, findings } = await w.json("generate");
    expect(code).toBe(1);
    expect(findings.map((one) => one.rule)).toEqual(Array(3).fill("IMPORT_FAILED"));
    await compareWithUncached(w);
  });

  it("until they are right", async () => {
    const w = await ownWorkspace(THREE);
    await w.write("generated/package.json", '{ "type": "commonjs" }');
    expect((await w.json("generate")).findings.length).toBe(3);
    await w.edit("proto/c/v1/c.proto", "b = 1;", "b = 1; string name = 2;");
    expect((await w.json("generate")).findings.length).toBe(3);
    await w.remove("generated/package.json");
    expect(await imported(w)).toMatch(/^3 indexes, /);
  });
});

/** Edits of a workspace, each at random; where one is not possible, nothing is edited. */
class Edits {
  #next = 0;

  constructor(
    private readonly w: TestWorkspace,
    private random: Random,
  ) {}

  async edit(random: Random): Promise<string> {
    this.random = random;
    const edit = this.random.pick([
      this.addName,
      this.addName,
      this.comment,
      this.addField,
      this.newFile,
      this.deleteFile,
      this.renameFile,
      this.otherPackage,
      this.options,
      this.modules,
      this.damage,
      this.deleteGenerated,
      this.foreign,
      this.forgetManifest,
      this.damageCache,
    ]);
    await edit.call(this);
    return edit.name;
  }

  async #below(folder: string): Promise<string[]> {
    const paths = [...(await this.w.files(folder)).keys()];
    return paths.filter((path) => !path.includes("/.lockstep/")).sort();
  }

  async #change(change: (text: string) => string): Promise<void> {
    const protos = [...(await this.#below("proto")), ...(await this.#below("more"))];
    const path = this.random.pick(protos);
    await this.w.write(path, change(await this.w.read(path)));
  }

  addName(): Promise<void> {
    const name = this.random.pick(["StatusNames", "StatusByName", "BSchema", "New"]);
    const own = this.random.chance(0.5) ? name : `${name}${this.#next++}`;
    const kinds = [
      `message ${own} {}\n`,
      `enum ${own} { ${own.toUpperCase()}_UNSPECIFIED = 0; }\n`,
    ];
    return this.#change((text) => text + this.random.pick(kinds));
  }

  comment(): Promise<void> {
    return this.#change((text) =>
      text.replace(/^message/m, `// Comment ${this.#next++}.\nmessage`),
    );
  }

  addField(): Promise<void> {
    const number = 10 + this.#next++;
    return this.#change((text) =>
      text.replace(/^(message \w+ \{)/m, `$1 string f${number} = ${number};`),
    );
  }

  newFile(): Promise<void> {
    const folder = this.random.pick(["a/v1", "c/v1", "d"]);
    const name = `n${this.#next++}`;
    return this.w.write(
      `proto/${folder}/${name}.proto`,
      `${PROTO}package ${folder.replace("/", ".")};\nimport "a/v1/b.proto";\nmessage N_${name} { a.v1.B b = 1; }\n`,
    );
  }

  async deleteFile(): Promise<void> {
    const added = (await this.#below("proto")).filter((path) => /\/n\d+\.proto$/.test(path));
    if (added.length > 0) await this.w.remove(this.random.pick(added));
  }

  async renameFile(): Promise<void> {
    const added = (await this.#below("proto")).filter((path) => /\/n\d+\.proto$/.test(path));
    if (added.length === 0) return;
    const path = this.random.pick(added);
    await this.w.write(join(dirname(path), `n${this.#next++}.proto`), await this.w.read(path));
    await this.w.remove(path);
  }

  otherPackage(): Promise<void> {
    const path = "proto/c/v1/c.proto";
    const name = this.random.pick(["c.v1", "c.v2", "a.v1"]);
    return this.w
      .read(path)
      .then((text) => this.w.write(path, text.replace(/package [\w.]+;/, `package ${name};`)));
  }

  options(): Promise<void> {
    return this.w.write(
      "buf.gen.yaml",
      this.random.pick([
        BUF_GEN_YAML,
        BUF_GEN_YAML.replaceAll("target=js+dts", "target=ts"),
        BUF_GEN_YAML.replaceAll("    strategy: all\n", ""),
        BUF_GEN_YAML.replace(/out: generated/, "out: generated/inner"),
      ]),
    );
  }

  /** A second module, or again only one. */
  async modules(): Promise<void> {
    const buf = LENIENT["buf.yaml"] as string;
    const [own] = await this.#below("more");
    if (own === undefined) {
      await this.w.write("buf.yaml", buf.replace("path: proto\n", "path: proto\n  - path: more\n"));
      await this.w.write(
        "more/e/v1/e.proto",
        `${PROTO}package e.v1;\nimport "a/v1/b.proto";\nmessage E { a.v1.B b = 1; }\n`,
      );
    } else {
      await this.w.write("buf.yaml", buf);
      await this.w.remove("more");
    }
  }

  async damage(): Promise<void> {
    const made = (await this.#below("generated")).filter((path) => !path.endsWith(".txt"));
    if (made.length > 0) await this.w.write(this.random.pick(made), "// @generated, once\n");
  }

  async deleteGenerated(): Promise<void> {
    const made = await this.#below("generated");
    if (made.length > 0) await this.w.remove(this.random.pick(made));
  }

  foreign(): Promise<void> {
    return this.w.write(`generated/mine${this.#next++}.txt`, "mine");
  }

  forgetManifest(): Promise<void> {
    return rm(this.w.path("generated/.lockstep/manifest.json"), { force: true });
  }

  async damageCache(): Promise<void> {
    const kinds = ["outputs", "files", "runs", "proofs"].map(
      (kind) => `node_modules/.cache/lockstep/${kind}`,
    );
    for (const path of (await Promise.all(kinds.map((one) => this.#below(one)))).flat()) {
      const fate = this.random.pick(["gone", "damaged", "whole"]);
      if (fate === "gone") await this.w.remove(path);
      if (fate === "damaged") await this.w.write(path, "damaged");
    }
  }
}

const ROUNDS = Number(process.env.LOCKSTEP_ROUNDS ?? 6);

it("is the same as without the cache, whatever was edited", {
  timeout: timeFor(ROUNDS),
}, async () => {
  const seed = Number(process.env.LOCKSTEP_SEED ?? Date.now() % 100_000);
  await expectAfterEdits(seed, ROUNDS, async (first, rounds) => {
    const w = await ownWorkspace(THREE);
    const edits = new Edits(w, first);
    const made: string[] = [];
    await compareWithUncached(w);
    for (const round of rounds) {
      made.push(await edits.edit(round));
      try {
        await compareWithUncached(w);
      } catch (thrown) {
        throw new Error(`LOCKSTEP_SEED=${seed}: ${made.join(", ")}`, { cause: thrown });
      }
    }
  });
});
