// Renews package-lock.json after a change of package.json, with the native packages of every platform.
// npm leaves out of the lockfile what its registry does not serve, such as a mirror that has only some
// platforms, and then refuses to install from that lockfile.
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";

const SYSTEMS = {
  darwin: "darwin",
  linux: "linux",
  win32: "win32",
  windows: "win32",
  android: "android",
  freebsd: "freebsd",
  openharmony: "openharmony",
};
const PROCESSORS = {
  x64: "x64",
  arm64: "arm64",
  aarch64: "arm64",
  arm: "arm",
  armv7: "arm",
  ia32: "ia32",
  ppc64: "ppc64",
  riscv64: "riscv64",
  s390x: "s390x",
  loong64: "loong64",
  wasm32: "wasm32",
};

const { status } = spawnSync("npm", ["install", "--package-lock-only"], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (status !== 0) process.exit(2);

const lock = JSON.parse(readFileSync("package-lock.json", "utf8"));
const entries = Object.entries(lock.packages);
for (const [path, entry] of entries) {
  for (const [name, version] of Object.entries(entry.optionalDependencies ?? {})) {
    const inside = `${path}/node_modules/${name}`;
    const beside = `node_modules/${name}`;
    if (lock.packages[inside] !== undefined || lock.packages[beside] !== undefined) continue;
    if (!/^\d/.test(version)) continue;
    const words = name.split(/[-/]/);
    const os = words.flatMap((word) => SYSTEMS[word] ?? []);
    const cpu = words.flatMap((word) => PROCESSORS[word] ?? []);
    lock.packages[beside] = {
      version,
      cpu,
      ...(entry.dev ? { dev: true } : {}),
      ...(words.includes("musl")
        ? { libc: ["musl"] }
        : words.includes("gnu")
          ? { libc: ["glibc"] }
          : {}),
      optional: true,
      ...(os.length > 0 ? { os } : {}),
    };
    console.log(`added ${name} ${version} (${[...os, ...cpu].join(", ")})`);
  }
}
const sorted = Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1));
lock.packages = Object.fromEntries(sorted);
writeFileSync("package-lock.json", `${JSON.stringify(lock, null, 2)}\n`);
