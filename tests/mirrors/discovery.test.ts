// lockstep doctor finds code that repeats an enum without a tag; lockstep fix --tag writes the tags.
import { expect, it } from "vitest";
import { causesIn, doctorOf } from "../doctor/patients.js";
import type { TestWorkspace } from "../workspace.js";
import { found, mirrored, statusProto, VALUES } from "./mirror-workspace.js";

/** The copies that the doctor finds: where, and what it says of them. */
async function untagged(w: TestWorkspace): Promise<string[]> {
  const causes = causesIn(await doctorOf(w)).filter((one) => one.startsWith("mirror-untagged "));
  return causes.map((one) => one.slice("mirror-untagged ".length));
}

const UNTAGGED = `import { Status } from "../generated/index.js";

export enum Life {
  Stopped = "stopped",
  Healthy = "healthy",
  NotReady = "not_ready",
}

/** What the command line shows. */
export type Shown = "stopped" | "healthy" | "notReady" | "exploded";

/**
 * What peers speak.
 *
 * @public
 */
export const MAP: Record<string, Status> = {
  unspecified: Status.UNSPECIFIED,
  stopped: Status.STOPPED,
  healthy: Status.HEALTHY,
};

class Service {
  readonly names = new Map([[1, "stopped"], [2, "healthy"], [3, "not ready"]]);
}
`;

const TAGGED = `import { Status } from "../generated/index.js";

/** @proto a.v1.Status except UNSPECIFIED */
export enum Life {
  Stopped = "stopped",
  Healthy = "healthy",
  NotReady = "not_ready",
}

/**
 * What the command line shows.
 *
 * @proto a.v1.Status except UNSPECIFIED
 */
export type Shown = "stopped" | "healthy" | "notReady" | "exploded";

/**
 * What peers speak.
 *
 * @public
 * @proto a.v1.Status
 */
export const MAP: Record<string, Status> = {
  unspecified: Status.UNSPECIFIED,
  stopped: Status.STOPPED,
  healthy: Status.HEALTHY,
};

class Service {
  /** @proto a.v1.Status except UNSPECIFIED */
  readonly names = new Map([[1, "stopped"], [2, "healthy"], [3, "not ready"]]);
}
`;

it("doctor shows them with how they differ, and fix --tag tags them", async () => {
  // The map has two of three values that say something: too few to be sure.
  const code = UNTAGGED.replace(
    "  healthy: Status.HEALTHY,\n",
    "  healthy: Status.HEALTHY,\n  pending: Status.PENDING,\n",
  );
  const tagged = TAGGED.replace(
    "  healthy: Status.HEALTHY,\n",
    "  healthy: Status.HEALTHY,\n  pending: Status.PENDING,\n",
  );
  const w = await mirrored(code, [...VALUES, "PENDING = 7"]);
  expect((await w.run("doctor")).code).toBe(1);
  expect(await untagged(w)).toEqual([
    "src/code.ts:3 Life looks like a copy of a.v1.Status, and lacks STATUS_PENDING.",
    'src/code.ts:10 Shown looks like a copy of a.v1.Status, and lacks STATUS_PENDING and has "exploded", which it does not have.',
    "src/code.ts:17 MAP looks like a copy of a.v1.Status, and lacks STATUS_NOT_READY.",
    "src/code.ts:25 names looks like a copy of a.v1.Status, and lacks STATUS_PENDING.",
  ]);
  const text = await w.run("doctor");
  expect(text.stdout).toContain("a status shows wrong after a value was added");
  expect(text.stdout).toContain("lockstep fix --tag writes the tag @proto a.v1.Status");

  const generate = await w.run("generate");
  expect(generate.code).toBe(0);
  expect(generate.stderr.match(/4 declarations look like copies of an enum/g)).toHaveLength(1);
  expect(await w.read("src/code.ts")).toBe(code);

  const dry = await w.run("fix", "--tag", "--dry-run");
  expect(dry.stdout).toContain(
    "+/** @proto a.v1.Status except UNSPECIFIED */\n export enum Life {",
  );
  expect(await w.read("src/code.ts")).toBe(code);
  expect((await w.run("fix")).stderr).toContain("0 findings fixed");
  await w.run("fix", "--tag");
  expect(await w.read("src/code.ts")).toBe(tagged);
  await w.run("fix", "--tag");
  expect(await w.read("src/code.ts")).toBe(tagged);

  expect(await untagged(w)).toEqual([]);
  expect(await found(w)).toEqual([
    "4:13 MIRROR_MISSING_MEMBER",
    "15:13 MIRROR_MISSING_MEMBER",
    "15:58 MIRROR_UNKNOWN_MEMBER",
    "23:14 MIRROR_AMBIGUOUS",
    "32:12 MIRROR_MISSING_MEMBER",
  ]);
});

it("neither takes a few values, another word list, prose or a switch for a copy", async () => {
  const w = await mirrored(
    `import { Status } from "../generated/index.js";
// stopped, healthy and not_ready are what there is.
export const ACTIVE = [Status.HEALTHY, Status.NOT_READY];
export const order = [Status.PENDING, Status.NOT_READY, Status.HEALTHY, Status.STOPPED];
export const handlers = {
  [Status.STOPPED]: () => 0,
  [Status.HEALTHY]: () => 1,
  [Status.NOT_READY]: () => 2,
};
export const words = ["stopped", "walked", "healthy", "ran", "sat", "notReady", "up", "down"];
export const text = "stopped healthy not_ready pending";
export const of = (status: Status): string => {
  switch (status) {
    case Status.STOPPED: return "stopped";
    case Status.HEALTHY: return "healthy";
    case Status.NOT_READY: return "not_ready";
    default: return "pending";
  }
};
`,
    [...VALUES, "PENDING = 7"],
  );
  expect(await untagged(w)).toEqual([]);
});

it("finds them in whatever way the names are written, and by numbers and values alone", async () => {
  const code = `import { Status } from "../generated/index.js";
enum Affix { kStopped = "a", kHealthy = "b", kNotReady = "c" }
type Dotted = "status.stopped" | "status.healthy" | "status.not-ready";
enum Full { STATUS_STOPPED = 1, STATUS_HEALTHY = 2, STATUS_NOT_READY = 3 }
const SPACED = ["Stopped", "Healthy", "Not ready"];
const JOINED = ["stopped", "healthy", "notready"];
const MIXED = ["STOPPED", "healthy", "NotReady", "other"];
const NUMBERS = { 1: "one", 2: "two", 3: "three" };
const PAIRS = new Map([[Status.STOPPED, "one"], [Status.HEALTHY, "two"], [Status.NOT_READY, "three"]]);
`;
  const w = await mirrored(code);
  const names = (await untagged(w)).map((one) => one.replace(/^\S+ (\w+) .*/s, "$1"));
  expect(names).toEqual([
    "Affix",
    "Dotted",
    "Full",
    "SPACED",
    "JOINED",
    "MIXED",
    "NUMBERS",
    "PAIRS",
  ]);
});

it("does not choose between two enums that have the same names", async () => {
  const w = await mirrored('export type Life = "stopped" | "healthy" | "not_ready";\n');
  expect(await untagged(w)).toHaveLength(1);
  await w.write("proto/a/v2/a.proto", statusProto(VALUES).replace("a.v1", "a.v2"));
  expect(await untagged(w)).toEqual([]);
});

it("reads neither what git ignores, nor what is generated, nor files that do not parse", async () => {
  const code = 'export type Life = "stopped" | "healthy" | "not_ready";\n';
  const w = await mirrored({ "src/broken.ts": `${code}const x = {`, "ignored/a.ts": code });
  await w.write(".gitignore", "node_modules\ngenerated/\nignored/\n");
  await w.run("generate");
  expect(await untagged(w)).toEqual([]);
  // Without a tag, it is nobody's business here that a file does not parse.
  expect((await w.run("check")).code).toBe(0);
});

it("says nothing where the rule is off", async () => {
  const w = await mirrored('export type Life = "stopped" | "healthy" | "not_ready";\n');
  await w.write("lockstep.yaml", `${await w.read("lockstep.yaml")}  MIRROR_UNTAGGED: off\n`);
  expect(await untagged(w)).toEqual([]);
  expect((await w.run("generate")).stderr).not.toContain("lockstep doctor");
});
