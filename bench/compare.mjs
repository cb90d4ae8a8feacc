// Lockstep beside what a user would otherwise run after an edit: buf lint, buf breaking, buf generate and a script
// that imports the result. node bench/compare.mjs <a|b|c> [rounds] [scenarios, separated by commas]
//   a  this workspace      b  some 300 protos of Google's      c  all of them, several thousand
// The two sides alternate, and what counts is the ratio of their medians: the machine's speed is in both.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { corpusWorkspace, root } from "./corpus.mjs";
import { measure } from "./measure.mjs";

const [size = "a", rounds = "3", wanted] = process.argv.slice(2);
const bin = join(root, "node_modules", ".bin");
const buf = join(bin, "buf");
const lockstep = [process.execPath, join(root, "dist", "lockstep.js")];
const env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, GIT_CONFIG_GLOBAL: "/dev/null" };
const outside = mkdtempSync(join(tmpdir(), "lockstep-plain-"));

/** Some 300 protos that need no others. */
const SOME =
  /^google\/(api|rpc|type|longrunning|iam|logging|monitoring|pubsub|cloud\/(common|location|oslogin|speech|vision|language|translate|tasks|scheduler|secretmanager|kms|redis|run|texttospeech|functions|storage))/;

const SIZES = {
  a: {
    make: ownWorkspace,
    leaf: "proto/navarch/v1/node.proto",
    wide: "proto/navarch/v1/fleet.proto",
  },
  b: {
    make: () => corpusWorkspace((path) => SOME.test(path)),
    leaf: "proto/google/pubsub/v1/schema.proto",
    wide: "proto/google/api/field_behavior.proto",
  },
  c: {
    make: () => corpusWorkspace(),
    leaf: "proto/google/pubsub/v1/schema.proto",
    wide: "proto/google/api/field_behavior.proto",
  },
};

/** A copy of this workspace: its protos, its code and its configuration. */
function ownWorkspace() {
  const folder = mkdtempSync(join(tmpdir(), "lockstep-own-"));
  const { stdout } = spawnSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8" });
  for (const path of stdout.split("\0").filter((one) => one !== "")) {
    if (existsSync(join(root, path))) cpSync(join(root, path), join(folder, path));
  }
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  run([["git", "init", "--quiet"]], folder);
  return folder;
}

/** Runs commands one after the other; wall and CPU time in seconds, and the highest memory of one in MB. */
function run(commands, cwd) {
  const measured = { wall: 0, cpu: 0, memory: 0 };
  for (const command of commands) {
    const { wall, cpu, memory } = measure(command, cwd, env);
    measured.wall += wall;
    measured.cpu += cpu;
    measured.memory = Math.max(measured.memory, memory);
  }
  return measured;
}

const git = (cwd, ...args) =>
  run([["git", "-c", "user.name=bench", "-c", "user.email=bench@example.com", ...args]], cwd);

const median = (values) => [...values].sort((x, y) => x - y)[Math.floor(values.length / 2)];

function plainCommands(folder) {
  const plugins = ["protoc-gen-es"].map((local) => ({
    local,
    out: "generated",
    strategy: "all",
    opt: ["target=js+dts", "import_extension=js"],
  }));
  const out = join(folder, "plain");
  const template = JSON.stringify({ version: "v2", plugins });
  writeFileSync(
    join(outside, "import.mjs"),
    `import { readdirSync } from "node:fs";
for (const path of readdirSync(${JSON.stringify(join(out, "generated"))}, { recursive: true }))
  if (path.endsWith(".js")) await import(${JSON.stringify(`${out}/generated/`)} + path);`,
  );
  return [
    [buf, "lint"],
    [buf, "breaking", "--against", ".git#ref=HEAD"],
    [buf, "generate", "--template", template, "-o", out],
    [process.execPath, join(outside, "import.mjs")],
  ];
}

const { make, leaf, wide } = SIZES[size];
const folder = make();
// As somebody has it who adopts Lockstep: with what init writes.
if (size !== "a") {
  rmSync(join(folder, "buf.gen.yaml"));
  run([[...lockstep, "init", "--yes"]], folder);
}
writeFileSync(
  join(folder, ".gitignore"),
  "node_modules\ngenerated/\nplain/\n.cache/\n.lockstep/\n",
  { flag: "a" },
);
git(folder, "add", "--all");
git(folder, "commit", "--quiet", "-m", "protos");

const generate = [[...lockstep, "generate"]];
const plain = plainCommands(folder);
let edits = 0;
/** A comment at the end of a proto: another one each time. */
const edit = (path) => writeFileSync(join(folder, path), `\n// Edit ${++edits}.\n`, { flag: "a" });
const clear = () => run([[...lockstep, "cache", "clear"]], folder);
const fresh = () => rmSync(join(folder, "generated"), { recursive: true, force: true });

/** What happens before each side is measured, and what is measured. */
const SCENARIOS = {
  cold: {
    before: () => {
      clear();
      fresh();
    },
    ours: generate,
  },
  unchanged: { before: () => {}, ours: generate },
  leaf: { before: () => edit(leaf), ours: generate },
  wide: { before: () => edit(wide), ours: generate },
  branch: {
    before: () => {
      git(folder, "stash", "--quiet");
      run(generate, folder);
      git(folder, "stash", "pop", "--quiet");
    },
    ours: generate,
  },
  commit: {
    before: () => {
      edit(leaf);
      git(folder, "add", "--all");
    },
    ours: [[...lockstep, "hook", "run"]],
  },
};

const bufVersion = createRequire(import.meta.url)("@bufbuild/buf/package.json").version;
const protos = readdirSync(join(folder, "proto"), { recursive: true }).filter((one) =>
  one.endsWith(".proto"),
);
console.log(
  `(${size}) ${protos.length} protos; Node.js ${process.version}, buf ${bufVersion}, ${cpus().length} cores, medians of ${rounds}`,
);
const idle = run([[process.execPath, "-e", "0"]], folder);
console.log(`node -e 0: ${idle.wall.toFixed(2)} s`);
console.log(
  "| scenario | plain: wall | CPU | memory | lockstep: wall | CPU | memory | wall ratio | CPU ratio |",
);
console.log("| --- | --: | --: | --: | --: | --: | --: | --: | --: |");
const names = wanted?.split(",") ?? Object.keys(SCENARIOS);
// All others start from what a run has left.
if (names[0] !== "cold") run(generate, folder);
for (const name of names) {
  const { before, ours } = SCENARIOS[name];
  const sides = { plain: [], lockstep: [] };
  for (let round = 0; round < Number(rounds); round++) {
    before();
    sides.lockstep.push(run(ours, folder));
    sides.plain.push(run(plain, folder));
  }
  const of = (side, what) => median(sides[side].map((one) => one[what]));
  const cells = (side) => [
    `${of(side, "wall").toFixed(2)} s`,
    `${of(side, "cpu").toFixed(2)} s`,
    `${of(side, "memory").toFixed(0)} MB`,
  ];
  const ratio = (what) => (of("lockstep", what) / of("plain", what)).toFixed(3);
  console.log(
    `| ${[name, ...cells("plain"), ...cells("lockstep"), ratio("wall"), ratio("cpu")].join(" | ")} |`,
  );
}
rmSync(folder, { recursive: true, force: true });
rmSync(outside, { recursive: true, force: true });
