// Makes this checkout ready to run: installs what the lockfile has and builds dist/, each only when it
// is out of date; with the argument "examples" it builds examples/dist/ as well. Plain JavaScript, because
// it runs before anything is installed.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
process.chdir(root);

const INSTALLED = "node_modules/.lockfile-hash";
const SOURCES = ["core", "checks", "sync", "scripts", "package.json"].concat(
  readdirSync(".").filter((file) => file.startsWith("rolldown.")),
);
const EXAMPLES = ["examples", "package.json"];
const IGNORED = new Set(["dist"]);

const lockfile = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
if (!existsSync(INSTALLED) || readFileSync(INSTALLED, "utf8") !== lockfile) {
  // npm says where it is when it runs us; by its name it is a shell script on Windows.
  const npm = process.env.npm_execpath;
  const [file, ...args] = npm?.endsWith(".js") ? [process.execPath, npm] : ["npm"];
  // Where npm installs this package globally out of git, it calls this with its own settings.
  const here = ["--no-global", "--location=project"];
  run(file, [...args, "ci", ...here, "--loglevel=error"], "inherit");
  writeFileSync(INSTALLED, lockfile);
}
build("dist", "rolldown.config.ts", SOURCES);
if (process.argv[2] === "examples") {
  build("examples/dist", "examples/rolldown.config.ts", EXAMPLES);
}

/** Builds the folder if it is older than anything that it is built from. */
function build(folder, config, sources) {
  const stamp = `${folder}/.built`;
  if (existsSync(stamp) && Math.max(...sources.map(newest)) <= statSync(stamp).mtimeMs) return;
  run(process.execPath, ["node_modules/rolldown/bin/cli.mjs", "-c", config], "pipe");
  writeFileSync(stamp, "");
}

/** When the file, or anything in the folder, was last changed: a deletion changes its folder. */
function newest(path) {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs;
  const inside = readdirSync(path).filter((name) => !IGNORED.has(name));
  return Math.max(stat.mtimeMs, ...inside.map((name) => newest(join(path, name))));
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
