// How long `lockstep generate` takes on this workspace beside the commands that it replaces: buf lint,
// buf generate, and a script that imports the result. The two sides alternate; what counts is the ratio
// of their medians, because the machine's speed is in both.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rounds = Number(process.argv[2] ?? 7);
const buf = join(root, "node_modules", ".bin", "buf");
const lockstep = join(root, "dist", "lockstep.js");
const bin = join(root, "node_modules", ".bin");
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
const template = JSON.stringify({
  version: "v2",
  plugins: [
    {
      local: "protoc-gen-es",
      out: "generated",
      strategy: "all",
      opt: ["target=js+dts", "import_extension=js"],
    },
    {
      local: ["node", join(root, "dist", "protoc-gen-lockstep.js")],
      out: "generated",
      strategy: "all",
      opt: ["target=js+dts", "import_extension=js"],
    },
  ],
});

/** Wall time in milliseconds of running those commands one after the other. */
function time(commands) {
  const start = performance.now();
  for (const [file, ...args] of commands) {
    const { status, stderr } = spawnSync(file, args, { cwd: root, env });
    if (status !== 0) throw new Error(`${file} ${args.join(" ")} failed:\n${stderr}`);
  }
  return performance.now() - start;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-"));
const sides = {
  "plain commands": [
    [buf, "lint"],
    [buf, "generate", "--template", template, "-o", folder],
    [process.execPath, "-e", 'import("#bindings")'],
  ],
  "lockstep generate": [[process.execPath, lockstep, "generate"]],
  "node -e 0": [[process.execPath, "-e", "0"]],
};
const times = Object.fromEntries(Object.keys(sides).map((side) => [side, []]));
for (let round = 0; round < rounds; round++) {
  for (const [side, commands] of Object.entries(sides)) times[side].push(time(commands));
}
rmSync(folder, { recursive: true, force: true });

const { version } = createRequire(import.meta.url)("@bufbuild/buf/package.json");
console.log(
  `Node.js ${process.version}, buf ${version}, ${cpus().length} cores, medians of ${rounds} rounds`,
);
const plain = median(times["plain commands"]);
for (const [side, values] of Object.entries(times)) {
  console.log(
    `${side.padEnd(18)} ${median(values).toFixed(0).padStart(6)} ms  ${(median(values) / plain).toFixed(2)}`,
  );
}
