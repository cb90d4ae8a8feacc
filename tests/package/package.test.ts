// The packed package: what is in it, what its tools say of it, and that it works in an empty folder on every
// version of Node that it supports.
import { readdir, readFile, stat } from "node:fs/promises";
import { builtinModules } from "node:module";
import { join } from "node:path";
import { parseSync } from "oxc-parser";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { packageFolder, packageVersion } from "../../core/installation.js";
import { STATUS_PROTO } from "../workspace.js";
import {
  emptyProject,
  environment,
  installed,
  lockfile,
  NODES,
  OLD_NODE,
  run,
  setUp,
  succeeded,
  tarball,
  tearDown,
} from "./installed.js";

const PROTO = { "proto/a/v1/a.proto": STATUS_PROTO };
const TSC = join(packageFolder, "node_modules/typescript/bin/tsc");

beforeAll(setUp);
afterAll(tearDown);

/** The example of docs/api.md. */
async function example(): Promise<string> {
  const page = await readFile(join(packageFolder, "docs/api.md"), "utf8");
  return /```js\n([\s\S]*?)```/.exec(page)?.[1] as string;
}

describe("what is packed", () => {
  const files = async (): Promise<string[]> => {
    const entries = await readdir(installed, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(installed.length + 1));
  };

  it("is programs, types, documents and licenses, and nothing else", async () => {
    const packed = await files();
    const expected =
      /^((LICENSE|README\.md|CHANGELOG\.md|package\.json)|docs\/(rules\/)?[\w.-]+\.(md|json|svg)|dist\/(chunks\/)?[\w.-]+\.js|dist\/types\/[\w/.-]+\.d\.ts|dist\/licenses\.txt|dist\/protoc-gen-es\.sha256)$/;
    expect(packed.filter((path) => !expected.test(path))).toEqual([]);
    for (const path of ["dist/lockstep.js", "dist/api.js", "dist/licenses.txt", "docs/api.md"])
      expect(packed).toContain(path);
    // It is 0.6 MB; what more than doubles it should be meant.
    expect((await stat(tarball)).size).toBeLessThan(1_200_000);
  });

  it("is right for publint and Are The Types Wrong", async () => {
    const data = await readFile(tarball);
    const archive = data.buffer.slice(data.byteOffset, data.byteOffset + data.length);
    const { messages } = await publint({ pack: { tarball: archive as ArrayBuffer }, strict: true });
    expect(messages).toEqual([]);
    const attw = join(packageFolder, "node_modules/@arethetypeswrong/cli/dist/index.js");
    await succeeded(run(packageFolder, [process.execPath, attw, tarball]));
  });

  it("imports nothing but Node's own modules and its dependencies", async () => {
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    const wanted = new Set<string>();
    for (const path of (await files()).filter((name) => name.endsWith(".js"))) {
      const code = await readFile(join(installed, path), "utf8");
      const { staticImports, dynamicImports } = parseSync(path, code).module;
      const named = [
        ...staticImports.map(({ moduleRequest }) => moduleRequest.value),
        ...dynamicImports.map(({ moduleRequest: { start, end } }) => code.slice(start, end)),
        ...[
          ...code.matchAll(
            /(?:__require|\brequire\.resolve|\bcreateRequire\(import\.meta\.url\))\(("[^"]+")\)/g,
          ),
        ].map(([, name]) => name),
      ];
      for (const name of named) {
        const module = /^"?((?:@[\w.-]+\/)?[\w.:-]+)(\/[^"]*)?"?$/.exec(name ?? "")?.[1];
        if (module === undefined || module.startsWith(".")) continue;
        if (!module.startsWith("node:") && !builtinModules.includes(module)) wanted.add(module);
      }
    }
    // The bindings that it generates import this one.
    wanted.add("@bufbuild/protobuf");
    expect(Object.keys(manifest.dependencies).sort()).toEqual([...wanted].sort());
  });

  it("depends on these packages, and on no others", async () => {
    const all = Object.entries(await lockfile()).filter(([, { optional }]) => optional !== true);
    const names = all.map(([path]) => path.replace(/^.*node_modules\//, "")).filter(Boolean);
    // A new one has its reason in docs/architecture.md.
    expect(names.sort()).toEqual([
      "@bufbuild/buf",
      "@bufbuild/protobuf",
      "@oxc-project/types",
      "@ts-morph/common",
      "balanced-match",
      "brace-expansion",
      "code-block-writer",
      "fdir",
      "lockstep",
      "minimatch",
      "oxc-parser",
      "oxc-transform",
      "path-browserify",
      "picomatch",
      "tinyglobby",
      "ts-morph",
    ]);
  });

  it("runs nothing of its own when it is installed", async () => {
    expect((await lockfile())["node_modules/lockstep"]?.hasInstallScript).toBeUndefined();
    const { scripts } = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(Object.keys(scripts)).toEqual(["prepare"]); // npm runs that before it packs
  });

  it("has types that stand alone, under the strictest settings", async () => {
    const typed = `import { breaking, check, type Finding, generate, LockstepError, type Report } from "lockstep";
      const report: Report = await check({ cwd: ".", only: ["lint"], signal: AbortSignal.timeout(9) });
      const places: string[] = report.findings.map((one: Finding) => one.path + one.line);
      const fate: "misread" | "lost" | "refused" | "unaffected" | undefined = report.findings[0]?.evidence[0]?.fate;
      const where: { path: string; line?: number } | null = new LockstepError([{ code: "", message: "", help: "", where: null }], report, 0).where;
      // @ts-expect-error: only check has it.
      await generate({ only: ["lint"] });
      await breaking({ against: ["main"] });
      console.log(places, fate, where);\n`;
    const project = await emptyProject({ "typed.mts": typed, "example.mjs": await example() });
    const strict = ["--strict", "--exactOptionalPropertyTypes", "--skipLibCheck", "false"];
    const flags = ["--noEmit", "--ignoreConfig", "--checkJs", "--target", "es2023", ...strict];
    const lib = ["--lib", "es2023,dom", "--module", "nodenext", "typed.mts"];
    await succeeded(project.run(process.execPath, TSC, ...flags, ...lib));
    const bundled = ["--module", "esnext", "--moduleResolution", "bundler"];
    await succeeded(
      project.run(process.execPath, TSC, ...flags, "--lib", "es2023,dom", ...bundled, "typed.mts"),
    );
  });
});

describe.each(NODES)("on Node %s", (version) => {
  const env = environment(version);

  it("tells its version and its help where there is no workspace", async () => {
    const { folder } = await emptyProject();
    const { stdout: node } = await succeeded(run(folder, ["node", "--version"], env));
    expect(node).toMatch(new RegExp(`^v${version}\\.`));
    const told = await succeeded(run(folder, ["npx", "lockstep", "--version"], env));
    expect(told.stdout).toBe(`${packageVersion()}\n`);
    const help = await succeeded(run(folder, ["npx", "lockstep", "--help"], env));
    expect(help.stdout).toMatch(/^Usage: lockstep /);
  });

  it("says what to do where there is no proto yet", async () => {
    const { folder } = await emptyProject();
    const { code, stderr } = await run(folder, ["npx", "lockstep", "init", "--yes"], env);
    expect(code).toBe(2);
    expect(stderr).toBe(
      `error: There are no protos in ${folder}.\n  help: Write the first one, such as proto/acme/v1/acme.proto, or name the folder that has them with --cwd. Nothing was written.\n`,
    );
  });

  it("sets up a folder that has a proto, generates, checks, and is called from code", async () => {
    const { folder } = await emptyProject({ ...PROTO, "example.mjs": await example() });
    const lockstep = (...args: string[]) => run(folder, ["npx", "lockstep", ...args], env);
    await succeeded(lockstep("init", "--yes"));
    const before = await run(folder, ["node", "example.mjs"], env);
    expect(before.code).toBe(1);
    expect(before.stdout).toMatch(/^error generated:1 /m);
    const { stdout } = await succeeded(lockstep("generate"));
    expect(stdout).toBe("No findings.\n");
    const read = 'import("./generated/index.js").then((m) => console.log(m.Status.HEALTHY))';
    expect((await succeeded(run(folder, ["node", "-e", read], env))).stdout).toBe("1\n");
    expect(JSON.parse((await succeeded(lockstep("check", "--format", "json"))).stdout).ok).toBe(
      true,
    );
    expect((await succeeded(run(folder, ["node", "example.mjs"], env))).stdout).toBe("");
  });
});

it.each([
  ["by its name", "protoc-gen-lockstep", ["npx", "buf", "generate"]],
  ["through npx", '["npx", "protoc-gen-lockstep"]', ["node_modules/.bin/buf", "generate"]],
])("is a plugin of buf's, called %s", async (_, local, command) => {
  const { folder, run: inFolder } = await emptyProject({
    ...PROTO,
    "buf.yaml": "version: v2\nmodules: [{ path: proto }]\n",
    "buf.gen.yaml": `version: v2\nplugins:\n  - local: ${local}\n    out: maps\n    opt: [target=js+dts, import_extension=js]\n`,
  });
  await succeeded(inFolder(...command));
  const [name = ""] = await readdir(join(folder, "maps/a/v1"));
  expect(await readFile(join(folder, "maps/a/v1", name), "utf8")).toContain("StatusByName");
});

it("says that a Node is too old, where it could not even read the command", async () => {
  const { folder } = await emptyProject();
  const old = environment(OLD_NODE);
  const told = await run(folder, ["node", "node_modules/.bin/lockstep", "check"], old);
  expect(told.code).toBe(2);
  expect(told.stderr).toMatch(
    /^error: Node\.js 16\.\S+ is too old: Lockstep takes 20\.19\.0 or later\.\n/,
  );
  const doctor = await run(folder, ["node", "node_modules/.bin/lockstep", "doctor"], old);
  expect(doctor.stdout).toMatch(/^error node-too-old\n/);
});
