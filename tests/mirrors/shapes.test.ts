// Each shape and convention of a mirror: what an appended value makes of it, to the byte.
import { expect, it } from "vitest";
import { generated, mirrored, setValues, VALUES } from "./mirror-workspace.js";

/** Code with `TAG` for its tag, and what it is with the value PENDING = 7. */
type Case = [what: string, before: string, after: string, path?: string];

const TAG = "/** @proto a.v1.Status */";
const EXCEPT = "/** @proto a.v1.Status except UNSPECIFIED */";

const ENUMS: readonly Case[] = [
  [
    "numbers",
    `${TAG}\nexport enum Status {\n  UNSPECIFIED = 0,\n  STOPPED = 1,\n  HEALTHY = 2,\n  NOT_READY = 3,\n}\n`,
    `${TAG}\nexport enum Status {\n  UNSPECIFIED = 0,\n  STOPPED = 1,\n  HEALTHY = 2,\n  NOT_READY = 3,\n  PENDING = 7,\n}\n`,
  ],
  [
    "numbers that are counted on",
    `${TAG}\nenum Status { UNSPECIFIED, STOPPED, HEALTHY, NOT_READY }\n`,
    `${TAG}\nenum Status { UNSPECIFIED, STOPPED, HEALTHY, NOT_READY, PENDING = 7 }\n`,
  ],
  [
    "strings in PascalCase, no last comma",
    `${EXCEPT}\nexport const enum Status {\n\tStopped = 'stopped',\n\tHealthy = 'healthy',\n\tNotReady = 'not_ready'\n}\n`,
    `${EXCEPT}\nexport const enum Status {\n\tStopped = 'stopped',\n\tHealthy = 'healthy',\n\tNotReady = 'not_ready',\n\tPending = 'pending'\n}\n`,
  ],
  [
    "declare, full names",
    `${TAG}\ndeclare enum Status {\n  STATUS_UNSPECIFIED = 0,\n  STATUS_STOPPED = 1,\n  STATUS_HEALTHY = 2, // answers\n  STATUS_NOT_READY = 3, // loads\n}\n`,
    `${TAG}\ndeclare enum Status {\n  STATUS_UNSPECIFIED = 0,\n  STATUS_STOPPED = 1,\n  STATUS_HEALTHY = 2, // answers\n  STATUS_NOT_READY = 3, // loads\n  STATUS_PENDING = 7,\n}\n`,
  ],
  [
    "an affix, a comment behind the last member without a comma",
    `${EXCEPT}\nenum Status {\n  kStopped = "status.stopped",\n  kHealthy = "status.healthy",\n  kNotReady = "status.not-ready" // loads\n}\n`,
    `${EXCEPT}\nenum Status {\n  kStopped = "status.stopped",\n  kHealthy = "status.healthy",\n  kNotReady = "status.not-ready", // loads\n  kPending = "status.pending"\n}\n`,
  ],
  [
    "aligned numbers",
    `${TAG}\nenum Status {\n  UNSPECIFIED = 0,\n  STOPPED     = 1,\n  HEALTHY     = 2,\n  NOT_READY   = 3,\n}\n`,
    `${TAG}\nenum Status {\n  UNSPECIFIED = 0,\n  STOPPED     = 1,\n  HEALTHY     = 2,\n  NOT_READY   = 3,\n  PENDING     = 7,\n}\n`,
  ],
];

const LISTS: readonly Case[] = [
  [
    "a union on one line",
    `${EXCEPT}\nexport type Status = "stopped" | "healthy" | "not_ready";\n`,
    `${EXCEPT}\nexport type Status = "stopped" | "healthy" | "not_ready" | "pending";\n`,
  ],
  [
    "a union on lines",
    `${EXCEPT}\nexport type Status =\n  | 'stopped'\n  | 'healthy' // answers\n  | 'not ready';\n`,
    `${EXCEPT}\nexport type Status =\n  | 'stopped'\n  | 'healthy' // answers\n  | 'not ready'\n  | 'pending';\n`,
  ],
  [
    "an array as const",
    `${EXCEPT}\nconst ALL = ["STOPPED", "HEALTHY", "NOT_READY"] as const;\n`,
    `${EXCEPT}\nconst ALL = ["STOPPED", "HEALTHY", "NOT_READY", "PENDING"] as const;\n`,
  ],
  [
    "an array on lines, with satisfies",
    `${EXCEPT}\nconst ALL = [\n  "stopped",\n  "healthy",\n  "notReady",\n] as const satisfies string[];\n`,
    `${EXCEPT}\nconst ALL = [\n  "stopped",\n  "healthy",\n  "notReady",\n  "pending",\n] as const satisfies string[];\n`,
  ],
  [
    "a Set of values",
    `import { Status } from "../generated/index.js";\n${EXCEPT}\nconst ALL = new Set([Status.STOPPED, Status.HEALTHY, Status.NOT_READY]);\n`,
    `import { Status } from "../generated/index.js";\n${EXCEPT}\nconst ALL = new Set([Status.STOPPED, Status.HEALTHY, Status.NOT_READY, Status.PENDING]);\n`,
  ],
];

const MAPS: readonly Case[] = [
  [
    "a const object",
    `${TAG}\nexport const Status = {\n  Unspecified: "UNSPECIFIED",\n  Stopped: "STOPPED",\n  Healthy: "HEALTHY",\n  NotReady: "NOT_READY",\n} as const;\nexport type Status = (typeof Status)[keyof typeof Status];\n`,
    `${TAG}\nexport const Status = {\n  Unspecified: "UNSPECIFIED",\n  Stopped: "STOPPED",\n  Healthy: "HEALTHY",\n  NotReady: "NOT_READY",\n  Pending: "PENDING",\n} as const;\nexport type Status = (typeof Status)[keyof typeof Status];\n`,
  ],
  [
    "strings to values, frozen, quoted keys",
    `import * as pb from "../generated/index.js";\n${EXCEPT}\nexport const MAP = Object.freeze({\n  "stopped": pb.Status.STOPPED,\n  "healthy": pb.Status.HEALTHY,\n  "not_ready": pb.Status.NOT_READY\n});\n`,
    `import * as pb from "../generated/index.js";\n${EXCEPT}\nexport const MAP = Object.freeze({\n  "stopped": pb.Status.STOPPED,\n  "healthy": pb.Status.HEALTHY,\n  "not_ready": pb.Status.NOT_READY,\n  "pending": pb.Status.PENDING\n});\n`,
  ],
  [
    "keys in quotes only where they need them",
    `import { Status as S } from "../generated/index.js";\n${EXCEPT}\nconst MAP: Record<string, S> = {\n  stopped: S.STOPPED,\n  healthy: S.HEALTHY,\n  "not-ready": S.NOT_READY,\n};\n`,
    `import { Status as S } from "../generated/index.js";\n${EXCEPT}\nconst MAP: Record<string, S> = {\n  stopped: S.STOPPED,\n  healthy: S.HEALTHY,\n  "not-ready": S.NOT_READY,\n  pending: S.PENDING,\n};\n`,
  ],
  [
    "values to strings, computed keys",
    `import { aV1 } from "../generated/index.js";\nconst { Status } = aV1;\n${EXCEPT}\nconst MAP = {\n  [Status.STOPPED]: "stopped",\n  [Status.HEALTHY]: "healthy",\n  [Status.NOT_READY]: "notready",\n} satisfies Partial<Record<aV1.Status, string>>;\n`,
    `import { aV1 } from "../generated/index.js";\nconst { Status } = aV1;\n${EXCEPT}\nconst MAP = {\n  [Status.STOPPED]: "stopped",\n  [Status.HEALTHY]: "healthy",\n  [Status.NOT_READY]: "notready",\n  [Status.PENDING]: "pending",\n} satisfies Partial<Record<aV1.Status, string>>;\n`,
  ],
  [
    "numbers to strings, on one line",
    `${TAG}\nconst NAMES = { 0: "STATUS_UNSPECIFIED", 1: "STATUS_STOPPED", 2: "STATUS_HEALTHY", 3: "STATUS_NOT_READY", };\n`,
    `${TAG}\nconst NAMES = { 0: "STATUS_UNSPECIFIED", 1: "STATUS_STOPPED", 2: "STATUS_HEALTHY", 3: "STATUS_NOT_READY", 7: "STATUS_PENDING", };\n`,
  ],
  [
    "a Map of pairs",
    `import { Status } from "../generated/index.js";\n${EXCEPT}\nconst MAP = new Map<string, Status>([\n  ['Stopped', Status.STOPPED],\n  ['Healthy', Status.HEALTHY],\n  ['Not ready', Status.NOT_READY],\n]);\n`,
    `import { Status } from "../generated/index.js";\n${EXCEPT}\nconst MAP = new Map<string, Status>([\n  ['Stopped', Status.STOPPED],\n  ['Healthy', Status.HEALTHY],\n  ['Not ready', Status.NOT_READY],\n  ['Pending', Status.PENDING],\n]);\n`,
  ],
  [
    "members of another mirror",
    `import { Status as Proto } from "../generated/index.js";\n${EXCEPT}\nexport enum Life {\n  Stopped = "stopped",\n  Healthy = "healthy",\n  NotReady = "not-ready",\n}\n\n${EXCEPT}\nconst MAP: Record<Life, Proto> = {\n  [Life.Stopped]: Proto.STOPPED,\n  [Life.Healthy]: Proto.HEALTHY,\n  [Life.NotReady]: Proto.NOT_READY,\n};\n`,
    `import { Status as Proto } from "../generated/index.js";\n${EXCEPT}\nexport enum Life {\n  Stopped = "stopped",\n  Healthy = "healthy",\n  NotReady = "not-ready",\n  Pending = "pending",\n}\n\n${EXCEPT}\nconst MAP: Record<Life, Proto> = {\n  [Life.Stopped]: Proto.STOPPED,\n  [Life.Healthy]: Proto.HEALTHY,\n  [Life.NotReady]: Proto.NOT_READY,\n  [Life.Pending]: Proto.PENDING,\n};\n`,
  ],
  [
    "require in JavaScript",
    `const { Status } = require("../generated/index.js");\n\n${EXCEPT}\nmodule.exports.MAP = {\n  stopped: Status.STOPPED,\n  healthy: Status.HEALTHY,\n  not_ready: Status.NOT_READY,\n};\n`,
    `const { Status } = require("../generated/index.js");\n\n${EXCEPT}\nmodule.exports.MAP = {\n  stopped: Status.STOPPED,\n  healthy: Status.HEALTHY,\n  not_ready: Status.NOT_READY,\n  pending: Status.PENDING,\n};\n`,
    "src/code.cjs",
  ],
  [
    "a static property in a class, TSX",
    `import { Status } from "../generated/index.js";\nexport class Service {\n  ${EXCEPT}\n  static readonly #MAP = { stopped: Status.STOPPED, healthy: Status.HEALTHY, notReady: Status.NOT_READY };\n}\nexport const view = <b>{"x"}</b>;\n`,
    `import { Status } from "../generated/index.js";\nexport class Service {\n  ${EXCEPT}\n  static readonly #MAP = { stopped: Status.STOPPED, healthy: Status.HEALTHY, notReady: Status.NOT_READY, pending: Status.PENDING };\n}\nexport const view = <b>{"x"}</b>;\n`,
    "src/code.tsx",
  ],
];

const SWITCHES: readonly Case[] = [
  [
    "from strings, returning values",
    `import { Status } from "../generated/index.js";\n${EXCEPT}\nexport function toProto(status: string): Status {\n  switch (status) {\n    case "stopped":\n      return Status.STOPPED;\n    case "healthy":\n      return Status.HEALTHY;\n    case "not_ready":\n      return Status.NOT_READY;\n    default:\n      return Status.UNSPECIFIED;\n  }\n}\n`,
    `import { Status } from "../generated/index.js";\n${EXCEPT}\nexport function toProto(status: string): Status {\n  switch (status) {\n    case "stopped":\n      return Status.STOPPED;\n    case "healthy":\n      return Status.HEALTHY;\n    case "not_ready":\n      return Status.NOT_READY;\n    case "pending":\n      return Status.PENDING;\n    default:\n      return Status.UNSPECIFIED;\n  }\n}\n`,
  ],
  [
    "from values, assigning strings, one line a case, no default",
    `import type { Status } from "../generated/index.js";\n${TAG}\nexport const name = (status: Status): string => {\n  let it = "";\n  switch (status) {\n    case 0: it = "unspecified"; break;\n    case 1: it = "stopped"; break;\n    case 2: it = "healthy"; break;\n    case 3: it = "not-ready"; break;\n  }\n  return it;\n};\n`,
    `import type { Status } from "../generated/index.js";\n${TAG}\nexport const name = (status: Status): string => {\n  let it = "";\n  switch (status) {\n    case 0: it = "unspecified"; break;\n    case 1: it = "stopped"; break;\n    case 2: it = "healthy"; break;\n    case 3: it = "not-ready"; break;\n    case 7: it = "pending"; break;\n  }\n  return it;\n};\n`,
  ],
];

it("generate adds an appended value to each shape, in its own convention", async () => {
  const cases = [...ENUMS, ...LISTS, ...MAPS, ...SWITCHES];
  const pathOf = (i: number): string => cases[i]?.[3] ?? `src/code${i}.ts`;
  const w = await mirrored(Object.fromEntries(cases.map(([, before], i) => [pathOf(i), before])));
  const texts = async (): Promise<Record<string, string>> =>
    Object.fromEntries(
      await Promise.all(cases.map(async ([what], i) => [what, await w.read(pathOf(i))])),
    );
  await generated(w);
  expect(await texts()).toEqual(Object.fromEntries(cases.map(([what, before]) => [what, before])));
  await setValues(w, [...VALUES, "PENDING = 7"]);
  await generated(w);
  expect(await texts()).toEqual(Object.fromEntries(cases.map(([what, , after]) => [what, after])));
});

it("generate carries docstrings and blank lines only where all other members have them", async () => {
  const cases: readonly Case[] = [
    [
      "line comments and blank lines",
      `${EXCEPT}\nconst ALL = [\n  // No process runs.\n  "stopped",\n\n  // Answers requests.\n  "healthy",\n\n  // Loads.\n  "not_ready",\n];\n`,
      `${EXCEPT}\nconst ALL = [\n  // No process runs.\n  "stopped",\n\n  // Answers requests.\n  "healthy",\n\n  // Loads.\n  "not_ready",\n\n  // Queued for startup,\n  // behind another one.\n  "pending",\n];\n`,
    ],
    [
      "JSDoc comments",
      `${EXCEPT}\nenum E {\n  /** No process runs. */\n  STOPPED = 1,\n  /** Answers requests. */\n  HEALTHY = 2,\n  /** Loads. */\n  NOT_READY = 3,\n}\n`,
      `${EXCEPT}\nenum E {\n  /** No process runs. */\n  STOPPED = 1,\n  /** Answers requests. */\n  HEALTHY = 2,\n  /** Loads. */\n  NOT_READY = 3,\n  /**\n   * Queued for startup,\n   * behind another one.\n   */\n  PENDING = 7,\n}\n`,
    ],
    [
      "a comment above one of them",
      `${EXCEPT}\ntype U =\n  // No process runs.\n  | "stopped"\n  | "healthy"\n  | "not_ready";\n`,
      `${EXCEPT}\ntype U =\n  // No process runs.\n  | "stopped"\n  | "healthy"\n  | "not_ready"\n  | "pending";\n`,
    ],
  ];
  const w = await mirrored(
    Object.fromEntries(cases.map(([, before], i) => [`src/code${i}.ts`, before])),
  );
  const pending = "// Queued for startup,\n  // behind another one.\n  PENDING = 7";
  await setValues(w, [...VALUES, pending]);
  await generated(w);
  for (const [i, [what, , after]] of cases.entries())
    expect(await w.read(`src/code${i}.ts`), what).toBe(after);
});

it("of aliases, one name is enough, whichever it is", async () => {
  const w = await mirrored(`${EXCEPT}\nexport type Life = "stopped" | "serving" | "not_ready";\n`, [
    "option allow_alias = true",
    ...VALUES,
    "SERVING = 2",
  ]);
  await generated(w);
  expect(await w.read("src/code.ts")).toContain('"stopped" | "serving" | "not_ready";');
});
