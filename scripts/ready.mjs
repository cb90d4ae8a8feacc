// Makes this checkout ready to run: installs what the lockfile has and builds dist/, each only when it
// is out of date. Plain JavaScript, because it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const INSTALLED = "node_modules/.lockfile-hash";
const BUILT = "dist/.built";
const SOURCES = ["core", "checks", "sync", "scripts", "package.json"].concat(
  readdirSync(".").filter((file) => file.startsWith("rolldown.")),
);

const lockfile = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
if (!existsSync(INSTALLED) || readFileSync(INSTALLED, "utf8") !== lockfile) {
  // npm says where it is when it runs us; by its name it is a shell script on Windows.
  const npm = process.env.npm_execpath;
  const [file, ...args] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  run(file, [...args, "ci", "--loglevel=error"], "inherit");
  writeFileSync(INSTALLED, lockfile);
}
if (!existsSync(BUILT) || Math.max(...SOURCES.map(newest)) > statSync(BUILT).mtimeMs) {
  run(process.execPath, ["node_modules/rolldown/bin/cli.mjs", "-c", "rolldown.config.ts"], "pipe");
  writeFileSync(BUILT, "");
}

/** When the file, or anything in the folder, was last changed: a deletion changes its folder. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  return Math.max(stat.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name))));
}

function run(file, args, output) {
  const shell = process.platform === "win32" && file === "npm";
  const { status, error, stdout, stderr } = spawnSync(file, args, {
    stdio: ["ignore", output, output],
    shell,
  });
  if (status === 0) return;
  process.stderr.write(`${stdout ?? ""}${stderr ?? ""}`);
  process.stderr.write(
    `error: ${[file, ...args].join(" ")} failed${error ? `: ${error.message}` : ""}\n`,
  );
  process.exit(2);
}
