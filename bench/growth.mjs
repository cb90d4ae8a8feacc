// How the cost of a whole run grows: with the number of files, and with the size of one.
// node bench/growth.mjs [files|size]
// CPU time of all processes, and the memory of the largest: what counts is the cost for each file, and each megabyte.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpusWorkspace, root } from "./corpus.mjs";
import { measure } from "./measure.mjs";

const lockstep = [process.execPath, join(root, "dist", "lockstep.js")];
const env = { ...process.env, GIT_CONFIG_GLOBAL: "/dev/null" };

const measured = (command, cwd) => measure(command, cwd, env);

/** The first run in a workspace, with what `init` writes and all committed; then the one after a comment in `leaf`. */
function cost(folder, leaf) {
  rmSync(join(folder, "buf.gen.yaml"));
  measured([...lockstep, "init", "--yes"], folder);
  const git = (...args) =>
    measured(["git", "-c", "user.name=b", "-c", "user.email=b@example.com", ...args], folder);
  writeFileSync(join(folder, ".gitignore"), "node_modules\ngenerated/\n.cache/\n.lockstep/\n");
  git("add", "--all");
  git("commit", "--quiet", "-m", "protos");
  const whole = measured([...lockstep, "generate"], folder);
  measured([...lockstep, "generate"], folder);
  writeFileSync(join(folder, leaf), "\n// Edited.\n", { flag: "a" });
  const after = measured([...lockstep, "generate"], folder);
  const unchanged = measured([...lockstep, "generate"], folder);
  rmSync(folder, { recursive: true, force: true });
  return { whole, after, unchanged };
}

const LEAF = "google/pubsub/v1/schema.proto";

/** A part of the corpus: every so many-th proto, and what these import. */
function partOfCorpus(every) {
  const corpus = join(root, "bench", "corpus", "node_modules", "google-proto-files");
  const all = readdirSync(corpus, { recursive: true })
    .map((path) => path.replaceAll("\\", "/"))
    .filter((path) => /^(google|grafeas)\/.*\.proto$/.test(path))
    .filter((path) => !path.startsWith("google/protobuf/"))
    .sort();
  const known = new Set(all);
  const wanted = new Set();
  const add = (path) => {
    if (wanted.has(path) || !known.has(path)) return;
    wanted.add(path);
    const text = readFileSync(join(corpus, path), "utf8");
    for (const [, imported] of text.matchAll(/^import (?:public |weak )?"([^"]+)";/gm))
      add(imported);
  };
  for (const [i, path] of all.entries()) if (i % every === 0 || path === LEAF) add(path);
  return { folder: corpusWorkspace((path) => wanted.has(path)), files: wanted.size };
}

/** A workspace with one proto of that many messages. */
function oneFile(messages) {
  const folder = corpusWorkspace(() => false);
  const fields = ["string name = 1;", "int64 size = 2;", "repeated State states = 3;"];
  const types = Array.from(
    { length: messages },
    (_, i) =>
      `// Number ${i}.\nmessage Item${i} {\n${fields.map((one) => `  // As it says.\n  ${one}`).join("\n")}\n  // The one before.\n  Item${Math.max(0, i - 1)} before = 4;\n}\n`,
  );
  const text = `syntax = "proto3";\n\n// One large file.\npackage large.v1;\n\n// On or off.\nenum State {\n  // Neither.\n  STATE_UNSPECIFIED = 0;\n  // On.\n  STATE_ON = 1;\n}\n\n${types.join("\n")}`;
  mkdirSync(join(folder, "proto", "large", "v1"), { recursive: true });
  writeFileSync(join(folder, "proto", "large", "v1", "large.proto"), text);
  return { folder, megabytes: text.length / 1e6 };
}

const row = (what, unit, amount, { whole, after, unchanged }) =>
  console.log(
    `| ${what} | ${whole.cpu.toFixed(1)} s | ${((whole.cpu * 1000) / amount).toFixed(0)} ms/${unit} | ${whole.memory.toFixed(0)} MB | ${after.cpu.toFixed(1)} s | ${unchanged.cpu.toFixed(2)} s |`,
  );

const [which] = process.argv.slice(2);
console.log("| | a whole run | of which each | memory | after a comment | nothing changed |");
console.log("| --- | --: | --: | --: | --: | --: |");
if (which !== "size") {
  for (const every of [16, 8, 4, 2, 1]) {
    const { folder, files } = partOfCorpus(every);
    row(`${files} files`, "file", files, cost(folder, `proto/${LEAF}`));
  }
}
if (which !== "files") {
  for (const messages of [1000, 2000, 4000, 8000]) {
    const { folder, megabytes } = oneFile(messages);
    row(
      `one file of ${megabytes.toFixed(1)} MB`,
      "MB",
      megabytes,
      cost(folder, "proto/large/v1/large.proto"),
    );
  }
}
