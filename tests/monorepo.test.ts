// What docs/monorepo.md declares for Turborepo and Nx: the real turbo runs it as it stands there.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { chmod, mkdir, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { bundledProgram, packageFolder } from "../core/installation.js";
import { BUF_GEN_YAML, STATUS_PROTO, TestWorkspace, workspace } from "./workspace.js";

const PAGE = readFileSync(join(packageFolder, "docs/monorepo.md"), "utf8");

/** The JSON that the page shows for a file. */
function shown(file: string): string {
  const [, json] = new RegExp(`\`${file}\`[^\`]*:\n\n\`\`\`json\n([^]*?)\`\`\``).exec(PAGE) ?? [];
  if (json === undefined) throw new Error(`docs/monorepo.md shows no ${file}`);
  return json;
}

const PACKAGE = shown("packages/orders/package.json");
const MIRROR = `import { Status } from "../generated/index.js";

/** @proto billing.v1.Status except UNSPECIFIED */
export const STATUSES: Record<string, Status> = {
  healthy: Status.HEALTHY,
};
`;

/** What npm writes to the lockfile of such a workspace, as far as turbo reads it. */
function lockfile(lockstep: string): string {
  const packages = {
    "": { name: "acme", workspaces: ["packages/*", "apps/*"] },
    "apps/server": { name: "@acme/server", dependencies: { "@acme/orders": "1.0.0" } },
    "packages/billing": { ...JSON.parse(PACKAGE), name: "@acme/billing" },
    "packages/orders": JSON.parse(PACKAGE),
    "node_modules/@acme/billing": { resolved: "packages/billing", link: true },
    "node_modules/@acme/orders": { resolved: "packages/orders", link: true },
    "node_modules/@acme/server": { resolved: "apps/server", link: true },
    "node_modules/@bufbuild/protobuf": { version: "2.13.0" },
    "node_modules/lockstep": { version: lockstep, dev: true },
  };
  return JSON.stringify({ name: "acme", lockfileVersion: 3, packages });
}

/** Two packages with protos and an app that imports the bindings of one, laid out as npm installs them. */
async function monorepo(): Promise<TestWorkspace> {
  const own = (name: string): Record<string, string> => ({
    [`packages/${name}/package.json`]: PACKAGE.replace("orders", name),
    [`packages/${name}/buf.yaml`]: "version: v2\nmodules:\n  - path: proto\n",
    [`packages/${name}/buf.gen.yaml`]: BUF_GEN_YAML,
    [`packages/${name}/lockstep.yaml`]: "docstrings:\n  kinds: []\n",
    [`packages/${name}/proto/${name}/v1/${name}.proto`]: STATUS_PROTO.replace("a.v1", `${name}.v1`),
  });
  const made = new TestWorkspace((await workspace({}, { git: false })).path("acme"));
  const files = {
    "package.json": `{ "name": "acme", "private": true, "packageManager": "npm@11.0.0", "workspaces": ["packages/*", "apps/*"] }`,
    "package-lock.json": lockfile("0.1.0"),
    "turbo.json": shown("turbo.json"),
    ".gitignore": "node_modules/\ngenerated/\n.turbo/\n",
    ...own("orders"),
    ...own("billing"),
    "packages/billing/turbo.json": shown("packages/billing/turbo.json"),
    "packages/billing/src/statuses.ts": MIRROR,
    "apps/server/package.json": `{ "name": "@acme/server", "version": "1.0.0", "type": "module", "scripts": { "build": "node server.js" }, "dependencies": { "@acme/orders": "1.0.0" } }`,
    "apps/server/server.js":
      'import { Status } from "@acme/orders";\nconsole.log("built with", Status.HEALTHY);\n',
    "node_modules/.bin/lockstep": `#!/bin/sh\nexec "${process.execPath}" "${bundledProgram("lockstep")}" "$@"\n`,
  };
  for (const [path, content] of Object.entries(files)) await made.write(path, content);
  await chmod(made.path("node_modules/.bin/lockstep"), 0o755);
  await symlink(join(packageFolder, "node_modules/@bufbuild"), made.path("node_modules/@bufbuild"));
  await mkdir(made.path("node_modules/@acme"));
  await symlink("../../packages/orders", made.path("node_modules/@acme/orders"));
  await made.git("init", "--quiet", "--initial-branch=main");
  await made.git("add", "--all");
  await made.git("commit", "--quiet", "-m", "All");
  return made;
}

/** The binary itself, as npm installs it for this machine. */
const TURBO = ((): string => {
  const fromTurbo = createRequire(createRequire(import.meta.url).resolve("turbo/package.json"));
  const machine = `${process.platform.replace("win32", "windows")}-${process.arch.replace("x64", "64")}`;
  return join(dirname(fromTurbo.resolve(`@turbo/${machine}/package.json`)), "bin", "turbo");
})();

async function runTurbo(made: TestWorkspace, ...args: string[]): Promise<string> {
  const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };
  const running = promisify(execFile)(TURBO, ["run", ...args], { cwd: made.root, env });
  return (await running).stdout;
}

/** Runs tasks of turbo; what it said, and what became of each task: `hit`, `miss` or `bypass`. */
async function turbo(
  made: TestWorkspace,
  ...tasks: string[]
): Promise<{ said: string; cache: Record<string, string> }> {
  const said = await runTurbo(made, ...tasks, "--ui=stream", "--cache=local:rw", "--no-color");
  const lines = [...said.matchAll(/^(\S+): cache (hit|miss|bypass)/gm)];
  return { said, cache: Object.fromEntries(lines.map(([, task, what]) => [task, what])) };
}

/** Whether turbo would find what the packages generate in its cache. */
async function statuses(made: TestWorkspace): Promise<string> {
  const { tasks } = JSON.parse(await runTurbo(made, "generate", "--dry=json")) as {
    tasks: { taskId: string; cache: { status: string } }[];
  };
  const status = (name: string): string | undefined =>
    tasks.find(({ taskId }) => taskId === `@acme/${name}#generate`)?.cache.status;
  return `orders ${status("orders")}, billing ${status("billing")}`;
}

it("turbo takes generated/ from its cache until what it is made from changes", async () => {
  const made = await monorepo();
  const first = await turbo(made, "build", "generate");
  expect(first.cache).toEqual({
    "@acme/orders:generate": "miss",
    "@acme/billing:generate": "miss",
    "@acme/server:build": "miss",
  });
  expect(first.said).toContain("built with 1");
  const folder = "packages/orders/generated";
  const contents = async (): Promise<[string, string][]> =>
    [...(await made.files(folder))].map(([path, { content }]): [string, string] => [path, content]);
  const generated = await contents();
  const paths = generated.map(([path]) => path);
  expect(paths).toContain(`${folder}/index.js`);
  expect(paths.filter((path) => path.includes(".lockstep"))).toEqual([
    `${folder}/.lockstep/manifest.json`,
  ]);

  await made.remove(folder);
  const second = await turbo(made, "generate");
  expect(second.said).toContain("FULL TURBO");
  expect(new Map(await contents())).toEqual(new Map(generated));
  const third = await turbo(made, "check");
  expect(third.cache).toMatchObject({
    "@acme/orders:generate": "hit",
    "@acme/orders:check": "bypass",
    "@acme/billing:check": "bypass",
  });
  expect(third.said.match(/check: No findings\./g)).toHaveLength(2);

  // What turbo would do after a change, each seen alone.
  const orders = "packages/orders";
  for (const [path, content, expected] of [
    [`${orders}/README.md`, "# Orders\n", "orders HIT, billing HIT"],
    [`${orders}/src/order.ts`, "export {};\n", "orders HIT, billing HIT"],
    ["packages/billing/src/bill.ts", "export {};\n", "orders HIT, billing MISS"],
    [`${orders}/proto/orders/v1/more.proto`, 'syntax = "proto3";\n', "orders MISS, billing HIT"],
    [`${orders}/buf.yaml`, "version: v2\n", "orders MISS, billing HIT"],
    [`${orders}/buf.gen.yaml`, "version: v2\n", "orders MISS, billing HIT"],
    [`${orders}/buf.lock`, "version: v2\n", "orders MISS, billing HIT"],
    [`${orders}/lockstep.yaml`, "severity: {}\n", "orders MISS, billing HIT"],
    ["package-lock.json", lockfile("0.1.1"), "orders MISS, billing MISS"],
  ] as const) {
    const before = existsSync(made.path(path)) ? await made.read(path) : undefined;
    await made.write(path, content);
    expect(await statuses(made), path).toBe(expected);
    if (before === undefined) await made.remove(path);
    else await made.write(path, before);
  }
  expect(await statuses(made)).toBe("orders HIT, billing HIT");

  const proto = `${orders}/proto/orders/v1/orders.proto`;
  await made.edit(proto, "HEALTHY = 1;", "HEALTHY = 1;\n  STATUS_LATE = 2;");
  await turbo(made, "generate");
  expect(await made.read(`${folder}/orders/v1/orders_pb.d.ts`)).toContain("LATE = 2");

  // A failure is not kept: it is told again.
  await made.edit(proto, "STATUS_LATE", "LATE");
  await expect(turbo(made, "generate")).rejects.toMatchObject({
    stdout: expect.stringContaining("ENUM_VALUE_PREFIX"),
  });
  expect(await statuses(made)).toBe("orders MISS, billing HIT");
});

it("Nx is declared the same as turbo", () => {
  const { generate } = JSON.parse(shown("turbo.json")).tasks;
  const nx = JSON.parse(shown("nx.json")).targetDefaults.generate;
  const inputs = (nx.inputs as unknown[])
    .filter((input) => typeof input === "string")
    .map((input) => input.replace("{projectRoot}/", "").replace("**/*", "**"));
  // turbo adds package.json and the versions of the packages by itself.
  expect(inputs).toEqual([...generate.inputs, "package.json"]);
  expect(nx.inputs).toContainEqual({ externalDependencies: ["lockstep"] });
  expect(nx).toMatchObject({ cache: true, outputs: ["{projectRoot}/generated"] });
});
