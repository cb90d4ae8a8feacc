// What the bundled protoc-gen-es takes beside the original: to start, and for files of growing size. The
// largest, google/cloud/compute/v1/compute.proto, takes the original minutes.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { create, fromBinary, toBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { corpusWorkspace, root } from "./corpus.mjs";

const FILES = [
  "google/pubsub/v1/pubsub.proto",
  "google/privacy/dlp/v2/dlp.proto",
  "google/ads/admanager/v1/report_definition.proto",
  "google/cloud/compute/v1/compute.proto",
];
const programs = {
  original: join(root, "node_modules/@bufbuild/protoc-gen-es/bin/protoc-gen-es"),
  bundled: join(root, "dist/protoc-gen-es.js"),
};
const scratch = mkdtempSync(join(tmpdir(), "lockstep-bench-"));
const usageFile = join(scratch, "usage.json");
const recorder = `data:text/javascript,import{writeFileSync}from"node:fs";process.on("exit",()=>writeFileSync(${JSON.stringify(usageFile)},JSON.stringify(process.resourceUsage())))`;

/** What the plugin answers to the request, its CPU time in seconds and its peak memory in megabytes. */
function run(program, input) {
  const options = { input, maxBuffer: 2 ** 30 };
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", recorder, program],
    options,
  );
  if (status !== 0) throw new Error(`${program} failed:\n${stderr}`);
  const { userCPUTime, systemCPUTime, maxRSS } = JSON.parse(readFileSync(usageFile, "utf8"));
  return { stdout, seconds: (userCPUTime + systemCPUTime) / 1e6, megabytes: maxRSS / 1024 };
}

/** What buf asks a plugin for that file of the workspace. */
function request(workspace, file) {
  const args = ["build", "--path", join("proto", file), "-o", "-#format=binpb"];
  const options = { cwd: workspace, maxBuffer: 2 ** 30 };
  const built = spawnSync(join(root, "node_modules/.bin/buf"), args, options);
  if (built.status !== 0) throw new Error(`buf build failed:\n${built.stderr}`);
  const image = fromBinary(FileDescriptorSetSchema, built.stdout);
  return toBinary(
    CodeGeneratorRequestSchema,
    create(CodeGeneratorRequestSchema, {
      fileToGenerate: [file],
      parameter: "target=js+dts,import_extension=js",
      protoFile: image.file,
      sourceFileDescriptors: image.file.filter(({ name }) => name === file),
    }),
  );
}

const workspace = corpusWorkspace();
try {
  console.log(`Node.js ${process.version}; CPU time, peak memory`);
  const inputs = [
    ["nothing to generate", 0, new Uint8Array()],
    ...FILES.map((file) => [
      file,
      readFileSync(join(workspace, "proto", file)).length,
      request(workspace, file),
    ]),
  ];
  for (const [what, bytes, input] of inputs) {
    const theirs = run(programs.original, input);
    const ours = run(programs.bundled, input);
    if (!ours.stdout.equals(theirs.stdout)) throw new Error(`${what}: the outputs differ`);
    const figures = ({ seconds, megabytes }) =>
      `${seconds.toFixed(2).padStart(7)} s ${megabytes.toFixed(0).padStart(4)} MB`;
    console.log(
      `${what.padEnd(48)} ${(bytes / 1000).toFixed(0).padStart(5)} kB  original ${figures(theirs)}  bundled ${figures(ours)}  ratio ${(theirs.seconds / ours.seconds).toFixed(1)}`,
    );
  }
} finally {
  rmSync(workspace, { recursive: true });
  rmSync(scratch, { recursive: true });
}
