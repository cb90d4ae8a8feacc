// What a command costs, as /usr/bin/time tells it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Wall and CPU time in seconds, and memory in MB. Throws where the command fails. */
export function measure([file, ...args], cwd, env) {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-time-"));
  try {
    const report = join(folder, "time.txt");
    const started = performance.now();
    const { status, stdout, stderr } = spawnSync(
      "/usr/bin/time",
      ["-f", "%U %S %M", "-o", report, file, ...args],
      { cwd, env, encoding: "utf8", maxBuffer: 1 << 30 },
    );
    const wall = (performance.now() - started) / 1000;
    if (status !== 0)
      throw new Error(`${file} ${args.join(" ")} failed:\n${stdout}${stderr}`.slice(0, 4000));
    const [user, system, memory] = readFileSync(report, "utf8").trim().split(" ").map(Number);
    return { wall, cpu: user + system, memory: memory / 1024 };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
