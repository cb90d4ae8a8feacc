// Whatever is staged: the hook that lays out and judges only what that concerns says what one says that does all.
import { rm, symlink } from "node:fs/promises";
import { expect, it } from "vitest";
import { Model, nameOf, type Proto } from "../delta/model.js";
import { expectAfterEdits, type Random, timeFor } from "../random.js";
import { STATUS_PROTO, type TestWorkspace } from "../workspace.js";
import { repository } from "./hook-repository.js";

/** How many commits are begun, and what they are made from: HOOK_EDITS=200 HOOK_SEED=7 for more and others. */
const EDITS = Number(process.env.HOOK_EDITS ?? 10);
const SEED = Number(process.env.HOOK_SEED ?? 1);

const BUF_YAML = `version: v2
modules:
  - path: proto
    excludes: [proto/skipped]
  - path: extra
lint:
  use: [STANDARD]
`;

/** In a month. */
const EXPIRES = new Date(Date.now() + 30 * 24 * 3600 * 1000).toISOString().slice(0, 10);

const SETTINGS = [
  "docstrings:\n  enforce: changed\n",
  "severity:\n  DOCSTRING_MISSING: warning\n  PACKAGE_DIRECTORY_MATCH: warning\n",
  `waivers:\n  - rule: TYPE_REMOVED\n    symbol: a.v1.Order2\n    reason: Random.\n    expires: ${EXPIRES}\n`,
  "sources: [src]\n",
];

const CHECKS = "lint,docstrings,layout,wire,ignored,modules,mirrors";

/** Where the model's protos lie: in two modules. */
function pathOf(proto: Proto): string {
  return `${/^(d|odd)\//.test(proto.folder) ? "extra" : "proto"}/${nameOf(proto)}`;
}

/** There is always something in each module, and in the folder of code. */
const ALWAYS = {
  "src/always.ts": "export {};\n",
  "proto/skipped/linked.proto": STATUS_PROTO.replace("a.v1", "link.v1"),
  "extra/link/v1/beside.proto": 'syntax = "proto3";\n// Beside a link.\npackage link.v1;\n',
  "proto/base/v1/base.proto": STATUS_PROTO.replace("a.v1", "base.v1"),
  "extra/more/v1/more.proto": STATUS_PROTO.replace("a.v1", "more.v1"),
};

/** Files beside the model's: outside of the modules, code, and a link. */
const ASIDE = ["stray/s.proto", "proto/skipped/s.proto", "src/code.ts", "extra/link/v1/link.proto"];

class Commits {
  readonly model: Model;
  readonly log: string[] = [];
  /** How many runs compiled only some of the files. */
  partly = 0;

  private constructor(
    readonly made: TestWorkspace,
    private random: Random,
  ) {
    this.model = new Model(random);
  }

  static async begin(random: Random): Promise<Commits> {
    const made = await repository({
      "proto/a/v1/a.proto": undefined,
      "buf.yaml": BUF_YAML,
      "lockstep.yaml": SETTINGS[1],
    });
    const all = new Commits(made, random);
    await all.repair();
    await all.commit();
    return all;
  }

  /** What the next commit is made from. */
  draw(random: Random): void {
    this.random = random;
    this.model.random = random;
  }

  /** Has the work tree as the model has it. */
  async write(): Promise<void> {
    const { made, model } = this;
    const wanted = new Map(model.protos.map((proto) => [pathOf(proto), proto]));
    const there = [...(await made.files("proto")).keys(), ...(await made.files("extra")).keys()];
    for (const path of there)
      if (!wanted.has(path) && !ASIDE.includes(path)) await made.remove(path);
    for (const [path, proto] of wanted) await made.write(path, model.text(proto));
    for (const [path, text] of Object.entries(ALWAYS)) await made.write(path, text);
  }

  async repair(): Promise<void> {
    this.model.repair();
    this.model.repair();
    await this.write();
  }

  async commit(): Promise<void> {
    await this.made.git("add", "--all");
    await this.made.git("commit", "--quiet", "--allow-empty", "--no-verify", "-m", "x");
    this.log.push("committed");
  }

  /** What the last run knows, from the work tree as it is. */
  async check(): Promise<void> {
    await this.made.run("check", "--only", CHECKS);
    this.log.push("checked");
  }

  async edit(): Promise<void> {
    const { made, model, random, log } = this;
    for (let edits = random.between(1, 3); edits > 0; edits--) log.push(model.edit());
    if (random.chance(0.8)) await this.repair();
    else await this.write();
    if (random.chance(0.15)) await made.write("lockstep.yaml", random.pick(SETTINGS));
    if (random.chance(0.3)) await this.#writeAside(random.pick(ASIDE));
  }

  async #writeAside(path: string): Promise<void> {
    const { made, random, log } = this;
    log.push(path);
    await rm(made.path(path), { force: true });
    if (random.chance(0.3)) return;
    if (path.endsWith("link.proto"))
      await symlink("../../../proto/skipped/linked.proto", made.path(path));
    else if (path.endsWith(".ts"))
      await made.write(path, "/** @proto base.v1.Status */\nexport enum S {}\n");
    else await made.write(path, 'syntax = "proto3";\npackage s.v1;\nimport "nowhere.proto";\n');
  }

  /** Stages all of it or a part, and then changes the work tree. */
  async stage(): Promise<void> {
    const { made, random, log } = this;
    const paths = (
      await made.git("status", "--porcelain", "-z", "--no-renames", "--untracked-files=all")
    )
      .split("\0")
      // What is staged and no other in the work tree is done.
      .filter((entry) => entry !== "" && entry[1] !== " ")
      .map((entry) => entry.slice(3));
    const staged = random.chance(0.6) ? paths : paths.filter(() => random.chance(0.5));
    if (staged.length > 0) await made.git("add", "--all", "--", ...staged);
    log.push(`staged ${staged.join(" ")}`);
    const tracked = (await made.git("ls-files", "-z", "proto", "extra"))
      .split("\0")
      .filter(Boolean);
    const one = random.pick(tracked);
    if (random.chance(0.3)) await made.write("proto/a/v1/untracked.proto", "Not staged.");
    if (random.chance(0.3)) await made.write(one, "Not staged.");
    if (random.chance(0.2)) await rm(made.path(one), { force: true });
    if (random.chance(0.2)) await made.git("rm", "--quiet", "--cached", "--force", "--", one);
  }

  async compare(): Promise<void> {
    const { made, log } = this;
    const part = await made.both("hook", "run");
    const all = await made.both("hook", "run", "--no-cache");
    if (part.json.steps.some(({ summary }) => /^\d+ of \d+ files$/.test(summary))) this.partly++;
    const said = ({ json, stderr, ...rest }: typeof part): object => ({
      ...rest,
      ...json,
      steps: [],
      // Of two that collide, buf names now one, now the other.
      stderr: stderr.replace(/file \S+ has a (package )?name conflict/, "a name conflict"),
    });
    expect(said(part), `after:\n${log.join("\n")}`).toEqual(said(all));
  }
}

it(`says of each of ${EDITS} random commits what it says without cache (seed ${SEED})`, {
  timeout: timeFor(EDITS),
}, async () => {
  let partly = 0;
  await expectAfterEdits(SEED, EDITS, async (first, edits) => {
    const all = await Commits.begin(first);
    await all.check();
    for (const random of edits) {
      all.draw(random);
      await all.edit();
      await all.stage();
      await all.compare();
      if (random.chance(0.3)) continue;
      await all.repair();
      if (random.chance(0.4)) await all.commit();
      await all.check();
    }
    partly += all.partly;
  });
  console.log(`${partly} runs compiled only some files`);
  expect(partly).toBeGreaterThan(EDITS / 4);
});
