// lockstep fix on a large public set of protos: as it is, and after its one-line docstrings were moved
// behind their elements. Prints the counts; fails where the result compiles to something else.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { corpusWorkspace, root } from "./corpus.mjs";

const workspace = corpusWorkspace();
const protos = readdirSync(join(workspace, "proto"), { recursive: true })
  .filter((path) => path.endsWith(".proto"))
  .map((path) => join(workspace, "proto", path));

/** The report of a command, as JSON. */
function lockstep(...args) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [join(root, "dist", "lockstep.js"), ...args, "--format", "json"],
    {
      cwd: workspace,
      encoding: "utf8",
      maxBuffer: 1 << 30,
    },
  );
  if (status === 2) throw new Error(stderr);
  return JSON.parse(stdout);
}

/** What everything compiles to, comments aside. */
function descriptors() {
  const { stdout, status } = spawnSync(
    join(root, "node_modules", ".bin", "buf"),
    ["build", "--exclude-source-info", "-o", "-#format=binpb"],
    {
      cwd: workspace,
      maxBuffer: 1 << 30,
    },
  );
  if (status !== 0) throw new Error("the corpus does not compile");
  return stdout;
}

const step = (report) => report.steps.find(({ name }) => name === "fix").summary;

try {
  console.log(`${protos.length} protos`);
  console.log(`as they are: ${step(lockstep("fix", "--dry-run"))}`);
  const before = descriptors();
  let moved = 0;
  for (const proto of protos) {
    const text = readFileSync(proto, "utf8");
    const behind = text.replace(
      /(?<=[;{}]\n\n?)([ \t]*)\/\/ ([^\n]*)\n\1([^\s/][^\n/]*;)\n/g,
      (_, indent, comment, declaration) => {
        moved++;
        return `${indent}${declaration}  // ${comment}\n`;
      },
    );
    if (behind !== text) writeFileSync(proto, behind);
  }
  console.log(`${moved} comments moved behind`);
  console.log(`then: ${step(lockstep("fix"))}`);
  console.log(`and again: ${step(lockstep("fix"))}`);
  if (!before.equals(descriptors())) throw new Error("the fixed protos compile to something else");
  console.log("they compile to the same as before");
} finally {
  rmSync(workspace, { recursive: true, force: true });
}
