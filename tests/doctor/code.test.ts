// lockstep doctor on what keeps a server from starting, or has it show a wrong status.
import { symlink } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, it } from "vitest";
import { packageFolder } from "../../core/installation.js";
import { freePorts } from "../../examples/free-ports.js";
import { generatedWorkspace } from "../generated-workspace.js";
import { mirrored, setValues, VALUES } from "../mirrors/mirror-workspace.js";
import { LENIENT, STATUS_PROTO, workspace } from "../workspace.js";
import { causesIn, doctorOf, expectWell, remedyIn, stateIn } from "./patients.js";

it("sees that nothing is generated, and that generate cures it", async () => {
  const w = await workspace();
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toEqual([
    "generated-missing generated Nothing has been generated yet: 8 files missing.",
  ]);
  // What there is not cannot be imported, and that is not told as a second cause.
  expect(stateIn(report, "index-export-missing")).toBe("blocked: generated-missing");
  expect(remedyIn(report, "generated-missing")).toBe("Run: lockstep generate");
  expect((await w.run("generate")).code).toBe(0);
  await expectWell(w);

  await w.remove("generated/index.js");
  expect(causesIn(await doctorOf(w))).toEqual([
    "generated-missing generated/index.js This generated file is missing.",
  ]);
  await w.run("generate");
  await expectWell(w);
});

it("sees that what is generated is out of date, and what the index lacks by it", async () => {
  const w = await generatedWorkspace();
  await w.edit("proto/a/v1/a.proto", "// Something", "// Added.\nmessage New {}\n\n// Something");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  const stale = report.diagnoses.filter(({ id }) => id === "generated-stale");
  expect(stale.map(({ path }) => path)).toContain("generated/a/v1/a_pb.js");
  expect(causesIn(report)).toContain(
    "index-export-missing generated/index.js The index does not export 1 element of the schema: message a.v1.New.",
  );
  expect(new Set(report.diagnoses.slice(0, -1).map(({ remedy }) => remedy))).toEqual(
    new Set(["Run: lockstep generate"]),
  );
  await w.run("generate");
  await expectWell(w);
});

it("sees an export that was taken out of the index", async () => {
  const w = await generatedWorkspace();
  const index = await w.read("generated/a/v1/index.js");
  await w.write("generated/a/v1/index.js", index.replace(/\bEndpointSchema,?/, ""));
  const report = await doctorOf(w);
  expect(causesIn(report).filter((one) => one.startsWith("index-export-missing"))).toEqual(
    expect.arrayContaining([
      "index-export-missing generated/a/v1/index.js The index does not export 1 element of the schema: message a.v1.Endpoint.",
    ]),
  );
  await w.run("generate");
  await expectWell(w);
});

it("sees that the runtime of the bindings is not installed", async () => {
  const w = await generatedWorkspace();
  await w.remove("node_modules");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  const { cause, remedy } = report.diagnoses[0] ?? {};
  expect(report.diagnoses[0]?.id).toBe("index-export-missing");
  expect(cause).toContain("Cannot find package '@bufbuild/protobuf'");
  expect(remedy).toContain("npm install @bufbuild/protobuf");
  await symlink(join(packageFolder, "node_modules"), w.path("node_modules"));
  await expectWell(w);
});

it("sees an import that leads nowhere, with its line", async () => {
  const w = await generatedWorkspace({
    "src/server.ts": '\nimport { Statsu } from "../generated/index.js";\n\nconsole.log(Statsu);\n',
  });
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toEqual([
    'consumer-import-unresolved src/server.ts:2 "../generated/index.js" does not export Statsu.',
  ]);
  expect(remedyIn(report, "consumer-import-unresolved")).toBe('Did you mean "Status"?');
  await w.write("src/server.ts", (await w.read("src/server.ts")).replaceAll("Statsu", "Status"));
  await expectWell(w);
});

it("sees a mapping that a mirror lacks", async () => {
  const w = await mirrored(
    '/** @proto a.v1.Status except UNSPECIFIED */\nexport const NAMES = ["stopped", "healthy", "not_ready"];\n',
  );
  await w.run("generate");
  await expectWell(w);
  await setValues(w, [...VALUES, "PENDING = 4"]);
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(causesIn(report)).toContain(
    "mapping-missing src/code.ts:2 NAMES lacks STATUS_PENDING of a.v1.Status.",
  );
  expect(remedyIn(report, "mapping-missing")).toBe("Run: lockstep generate");
  await w.run("generate");
  await expectWell(w);
});

it("advises on a copy of an enum without a tag, and takes one that lacks a value for an error", async () => {
  const w = await mirrored('export const NAMES = ["stopped", "healthy", "not_ready"];\n');
  await w.run("generate");
  const advice = await doctorOf(w);
  expect([advice.code, advice.ok]).toEqual([0, true]);
  expect(causesIn(advice)).toEqual([
    "mirror-untagged src/code.ts:1 NAMES looks like a copy of a.v1.Status.",
  ]);
  expect(advice.diagnoses[0]?.severity).toBe("warning");

  await setValues(w, [...VALUES, "PENDING = 4"]);
  await w.run("generate");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  expect(report.diagnoses[0]).toMatchObject({ id: "mirror-untagged", severity: "error" });
  expect(report.diagnoses[0]?.remedy).toContain("lockstep fix --tag");
  await w.run("fix", "--tag");
  await w.run("generate");
  await expectWell(w);
});

it("sees that peers of an earlier version misread a status", async () => {
  const w = await workspace({
    ...LENIENT,
    "proto/a/v1/a.proto": STATUS_PROTO.replace("}\n", "  // Does not.\n  STATUS_FAILED = 2;\n}\n"),
  });
  await w.run("generate");
  await w.git("add", ".");
  await w.git("commit", "--quiet", "--message", "Peers speak this");
  await expectWell(w);
  await w.edit("proto/a/v1/a.proto", "STATUS_HEALTHY = 1", "STATUS_HEALTHY = 9");
  await w.edit("proto/a/v1/a.proto", "STATUS_FAILED = 2", "STATUS_FAILED = 1");
  const report = await doctorOf(w);
  expect(report.code).toBe(1);
  const misread = report.diagnoses.filter(({ id }) => id === "peers-misread");
  expect(misread[0]).toMatchObject({ severity: "error", path: "proto/a/v1/a.proto" });
  expect((await w.run("fix")).code).toBe(0);
  await w.run("generate");
  await expectWell(w);
});

it("sees whether a server listens, on each port that is asked for", async () => {
  const w = await generatedWorkspace();
  const [port = 0, other = 0] = await freePorts(2);
  const ports = ["--port", String(port), "--port", String(other)];
  expect(stateIn(await doctorOf(w), "port-closed")).toBe("off: no --port was given");
  const server = createServer().listen(port, "127.0.0.1");
  try {
    const report = await doctorOf(w, ...ports);
    expect(report.code).toBe(1);
    expect(causesIn(report)).toEqual([`port-closed Nothing listens on 127.0.0.1:${other}.`]);
    expect(remedyIn(report, "port-closed")).toContain("read the end of its log");
    const open = await doctorOf(w, "--port", String(port));
    expect([open.code, stateIn(open, "port-closed")]).toEqual([0, "well"]);
  } finally {
    server.close();
  }
});

it("looks at nothing that lockstep.yaml switches off, and says so", async () => {
  const w = await mirrored('export const NAMES = ["stopped", "healthy", "not_ready"];\n');
  const settings = await w.read("lockstep.yaml");
  await w.write("lockstep.yaml", `${settings}  MIRROR_UNTAGGED: off\n  GENERATED_STALE: off\n`);
  const report = await doctorOf(w);
  expect(stateIn(report, "mirror-untagged")).toBe("off: its rules are off in lockstep.yaml");
  expect(stateIn(report, "generated-stale")).toBe("off: its rules are off in lockstep.yaml");
});
