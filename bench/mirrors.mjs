// What hand-written code costs a run of `lockstep check`: a workspace with 5,000 files and one without,
// side by side. What counts is the difference of their medians.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const rounds = Number(process.argv[2] ?? 5);
const files = 5000;
const lockstep = join(root, "dist", "lockstep.js");

/** A workspace with this repository's protos, and so many files of code without a tag. */
function workspace(count) {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-bench-"));
  const copy = (path) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), readFileSync(join(root, path)));
  };
  for (const path of ["buf.yaml", "buf.gen.yaml", ".gitignore"]) copy(path);
  for (const path of run("git", ["ls-files", "proto"], root).trim().split("\n")) copy(path);
  const code = readFileSync(join(root, "core", "git.ts"), "utf8");
  for (let i = 0; i < count; i++) {
    const path = join(folder, "src", `part${i % 100}`, `file${i}.ts`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `// ${i}\n${code}`);
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  run("git", ["init", "--quiet"], folder);
  run(process.execPath, [lockstep, "generate"], folder);
  return { folder, megabytes: (count * code.length) / 1e6 };
}

function run(file, args, cwd) {
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: "utf8" });
  if (status !== 0) throw new Error(`${file} ${args.join(" ")} failed:\n${stderr}${stdout}`);
  return stdout;
}

const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const empty = workspace(0);
const full = workspace(files);
try {
  console.log(
    `${files} files without a tag, ${full.megabytes.toFixed(0)} MB; ${rounds} rounds on ${cpus().length} cores, Node ${process.version}\n`,
  );
  for (const command of [["check"], ["generate"], ["doctor"]]) {
    const times = { empty: [], full: [] };
    for (let round = 0; round < rounds; round++) {
      for (const [side, { folder }] of Object.entries({ empty, full })) {
        const start = performance.now();
        run(process.execPath, [lockstep, ...command], folder);
        times[side].push(performance.now() - start);
      }
    }
    const [without, withCode] = [median(times.empty), median(times.full)];
    console.log(
      `lockstep ${command[0].padEnd(9)} ${without.toFixed(0).padStart(6)} ms without, ${withCode.toFixed(0).padStart(6)} ms with: ${(withCode - without).toFixed(0)} ms more`,
    );
  }
} finally {
  for (const { folder } of [empty, full]) rmSync(folder, { recursive: true, force: true });
}
