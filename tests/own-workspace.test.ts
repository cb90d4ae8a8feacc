// This repository is its own first workspace: its schemas, its bindings, its documents.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { configurationJsonSchema, configurationSchema } from "../core/configuration.js";
import { bufBinary, packageFolder } from "../core/installation.js";

const exec = promisify(execFile);
const read = (path: string): Promise<string> => readFile(join(packageFolder, path), "utf8");

it("imports a status by name, as package.json names the bindings", async () => {
  const line =
    'const m = await import("#bindings"); const n = await import("#bindings/navarch/v1"); console.log(m.ProcessStatus.PENDING, m.ProcessStatusByShortName.pending, "GPUInfoSchema" in m, m.navarchV1.GPUInfoSchema === n.GPUInfoSchema)';
  const { stdout } = await exec(process.execPath, ["--input-type=module", "-e", line], {
    cwd: packageFolder,
  });
  expect(stdout.trim()).toBe("7 7 false true");
});

it("has schemas that buf's own lint and format pass", async () => {
  await exec(bufBinary(), ["lint"], { cwd: packageFolder });
  await exec(bufBinary(), ["format", "--diff", "--exit-code"], { cwd: packageFolder });
  const { lint } = parse(await read("buf.yaml")) as { lint: unknown };
  expect(lint).toEqual({ use: ["STANDARD", "COMMENTS"] });
});

it("keeps the numbers of ProcessStatus", async () => {
  const { stdout } = await exec(
    process.execPath,
    [
      "--input-type=module",
      "-e",
      'import { ProcessStatusByName } from "#bindings"; console.log(JSON.stringify(ProcessStatusByName))',
    ],
    { cwd: packageFolder },
  );
  expect(JSON.parse(stdout)).toEqual({
    PROCESS_STATUS_UNSPECIFIED: 0,
    PROCESS_STATUS_STOPPED: 1,
    PROCESS_STATUS_STARTING: 2,
    PROCESS_STATUS_HEALTHY: 3,
    PROCESS_STATUS_UNHEALTHY: 4,
    PROCESS_STATUS_STOPPING: 5,
    PROCESS_STATUS_FAILED: 6,
    PROCESS_STATUS_PENDING: 7,
  });
});

it("has the JSON Schema that editors read for lockstep.yaml", async () => {
  // `just test -u` writes it anew.
  await expect(`${JSON.stringify(configurationJsonSchema(), null, 2)}\n`).toMatchFileSnapshot(
    "../docs/lockstep.schema.json",
  );
});

it("documents every setting, recipe and top-level folder", async () => {
  const configuration = await read("docs/configuration.md");
  for (const setting of Object.keys(configurationSchema.shape))
    expect(configuration).toContain(`## \`${setting}\``);
  const readme = await read("README.md");
  const { stdout: listed } = await exec(
    process.execPath,
    [join(packageFolder, "node_modules/rust-just/lib/index.mjs"), "--summary"],
    { cwd: packageFolder },
  );
  for (const recipe of listed.trim().split(" ")) expect(readme).toContain(`just ${recipe}`);
  const { stdout: tracked } = await exec("git", ["ls-tree", "--name-only", "-d", "HEAD"], {
    cwd: packageFolder,
  });
  for (const folder of tracked
    .trim()
    .split("\n")
    .filter((name) => !name.startsWith(".")))
    expect(readme).toContain(`${folder}/`);
});
