// A run that does again only what changed says and generates what one does that does everything anew.
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { Random } from "../random.js";
import { BUF_GEN_YAML, BUF_YAML, type Json, type TestWorkspace, workspace } from "../workspace.js";
import { Model, nameOf, type Proto } from "./model.js";

/** How many edits are made, and what they are made from: DELTA_EDITS=500 DELTA_SEED=7 for more and others. */
const EDITS = Number(process.env.DELTA_EDITS ?? 12);
const SEED = Number(process.env.DELTA_SEED ?? 1);

const LINTS = [
  "STANDARD",
  "STANDARD, COMMENTS",
  "MINIMAL",
  "PACKAGE_NO_IMPORT_CYCLE, RPC_REQUEST_RESPONSE_UNIQUE",
];

function bufYaml(random: Random, modules: readonly string[]): string {
  const breaking = random.pick(["FILE", "PACKAGE", "WIRE_JSON"]);
  return `${BUF_YAML.replace("STANDARD", random.pick(LINTS)).replace(
    "  - path: proto\n",
    modules.map((path) => `  - path: ${path}\n`).join(""),
  )}breaking:\n  use: [${breaking}]\n`;
}

const TEMPLATES = [BUF_GEN_YAML, BUF_GEN_YAML.replaceAll("js+dts", "ts")];

/** A file of the second module that is always there: buf takes no module without one. */
const MORE = {
  "more/more/v1/more.proto": 'syntax = "proto2";\n\npackage more.v1;\n\nmessage More {}\n',
};

/** In a month. */
const EXPIRES = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);

const SETTINGS = [
  "docstrings:\n  enforce: changed\n",
  "severity:\n  DOCSTRING_MISSING: warning\n",
  "docstrings:\n  packages:\n    exclude: [b]\n",
  "severity:\n  LAYOUT_PACKAGE_FOLDER: warning\n",
  `waivers:\n${["a.v1", "b.v1"]
    .map(
      (own) =>
        `  - rule: TYPE_REMOVED\n    symbol: ${own}.Order2\n    reason: Random.\n    expires: ${EXPIRES}\n`,
    )
    .join("")}`,
];

type Report = Json & { readonly code: number };

/** What two reports say differently, those of their steps aside. */
function difference(kept: Report, anew: Report): string[] {
  const lines = ({ findings, code, ok, summary, coverage }: Report): string[] =>
    [...findings, { code, ok, ...summary }, ...(coverage ?? [])].map((one) => JSON.stringify(one));
  const [one, other] = [lines(kept), lines(anew)];
  if (one.join() === other.join()) return [];
  return [
    ...one.filter((line) => !other.includes(line)).map((line) => `only kept: ${line}`),
    ...other.filter((line) => !one.includes(line)).map((line) => `only anew: ${line}`),
    ...kept.steps.map(({ name, summary }) => `${name}: ${summary}`),
  ];
}

/** Hand-written code: a mirror of the first enum there is, and a copy of it that has no tag. */
function code(model: Model): string {
  for (const { package: own, types } of model.protos) {
    const found = types.find(({ kind, members }) => kind === "enum" && members.length > 0);
    if (found === undefined) continue;
    const members = found.members.map(({ name, number }) => `  ${name} = ${number},\n`).join("");
    return `/** @proto ${own}.${found.name} */\nexport enum Mirror {\n${members}}\n`;
  }
  return "export {};\n";
}

/** What `generate` says and writes with what was kept, and the same after all that was generated is gone. */
async function generated(w: TestWorkspace, ...flags: string[]): Promise<object> {
  const { code, findings, coverage } = await w.json("generate", ...flags);
  const files = await w.files("generated");
  return {
    code,
    findings,
    coverage,
    files: [...files].map(([path, { content }]) => [path, content]).sort(),
  };
}

/** The summary of a run that compiled only some of the files. */
const PARTLY = /^\d+ of \d+ files$/;

it(`says after each of ${EDITS} random edits what a run without cache says (seed ${SEED})`, {
  timeout: EDITS * 60_000,
}, async () => {
  const random = new Random(SEED);
  const model = new Model(random);
  const modules = random.chance(0.5) ? ["proto", "more"] : ["proto"];
  const w = await workspace({
    "lockstep.yaml": random.pick(SETTINGS),
    "buf.yaml": bufYaml(random, modules),
    ...(modules.length > 1 ? MORE : {}),
  });
  const pathOf = (proto: Proto): string =>
    `${/^[cd]\//.test(proto.folder) ? modules.at(-1) : "proto"}/${nameOf(proto)}`;
  const write = async (): Promise<void> => {
    const wanted = new Map(model.protos.map((proto) => [pathOf(proto), proto]));
    for (const module of modules)
      for (const path of (await w.files(module)).keys())
        if (!wanted.has(path) && !(path in MORE)) await w.remove(path);
    for (const [path, proto] of wanted) {
      const text = model.text(proto);
      if (text !== (await w.read(path).catch(() => undefined))) await w.write(path, text);
    }
  };
  const commit = async (): Promise<void> => {
    await w.git("add", "--all");
    await w.git("commit", "--quiet", "--allow-empty", "-m", "x");
  };
  model.repair();
  model.repair();
  await write();
  await commit();
  let partly = 0;
  let compiled = 0;
  const compare = async (log: readonly string[]): Promise<void> => {
    const only = ["--only", "lint,docstrings,layout,wire,ignored,modules,mirrors"];
    if (random.chance(0.1)) {
      const kept = await generated(w);
      expect(kept, `after:\n${log.join("\n")}`).toEqual(await generated(w, "--no-cache"));
    }
    const kept = await w.json("check", ...only);
    const anew = await w.json("check", ...only, "--no-cache");
    if (kept.steps.some(({ summary }) => PARTLY.test(summary))) partly++;
    if (anew.findings.every(({ rule }) => rule !== "COMPILE" && rule !== "IMPORT_MISSING"))
      compiled++;
    const wrong = difference(kept, anew);
    expect(wrong, `after:\n${log.join("\n")}`).toEqual([]);
  };
  const log: string[] = [];
  await compare(log);
  for (let i = 0; i < EDITS; i++) {
    const chance = random.next();
    if (chance < 0.04) {
      await w.write("buf.yaml", bufYaml(random, modules));
      log.push("buf.yaml");
    } else if (chance < 0.08) {
      await w.write("lockstep.yaml", random.pick(SETTINGS));
      log.push("lockstep.yaml");
    } else if (chance < 0.18) {
      await commit();
      log.push("committed");
    } else if (chance < 0.24) {
      damage(random);
      log.push("cache damaged");
    } else if (chance < 0.29) {
      await w.write("src/code.ts", code(model));
      log.push("code");
    } else if (chance < 0.31) {
      await w.write("buf.gen.yaml", random.pick(TEMPLATES));
      log.push("buf.gen.yaml");
    } else if (chance < 0.38) {
      log.push(await damageGenerated(w, random));
      const kept = await generated(w);
      expect(kept, `after:\n${log.join("\n")}`).toEqual(await generated(w, "--no-cache"));
    } else if (chance < 0.43) {
      await commit();
      const there = structuredClone(model.protos);
      await w.git("checkout", "--quiet", "-B", "other", "main~0");
      model.edit();
      model.repair();
      model.repair();
      await write();
      await commit();
      await compare([...log, "on another branch"]);
      await w.git("checkout", "--quiet", "main");
      model.protos.splice(0, model.protos.length, ...there);
      log.push("a branch and back");
    } else {
      for (let edits = random.between(1, 3); edits > 0; edits--) log.push(model.edit());
      if (random.chance(0.75)) model.repair();
      await write();
    }
    await compare(log);
    if (random.chance(0.5)) {
      model.repair();
      model.repair();
      await write();
      log.push("repaired");
      await compare(log);
    }
  }
  console.log(`${partly} runs compiled only some files; in ${compiled} the protos compiled`);
  expect(partly).toBeGreaterThan(EDITS / 4);
});

/** Damages or removes a generated file, and says which. */
async function damageGenerated(w: TestWorkspace, random: Random): Promise<string> {
  const paths = [...(await w.files("generated")).keys()].filter((one) => !/\.lockstep/.test(one));
  if (paths.length === 0) return "nothing generated";
  const path = random.pick(paths.sort());
  if (random.chance(0.5)) await w.remove(path);
  else await w.write(path, "// @generated, once\n");
  return `${path} damaged`;
}

/** Damages or removes some entries of the cache that this package's tests use. */
function damage(random: Random): void {
  const folder = join(packageFolder, "node_modules", ".cache", "lockstep");
  for (const kind of ["images", "bases", "files"]) {
    const entries = readdirSync(join(folder, kind)).sort();
    const entry = join(folder, kind, random.pick(entries));
    if (random.chance(0.5)) rmSync(entry, { force: true });
    else writeFileSync(entry, "damaged");
  }
}
