// A client built from an older version of the proto, against an engine built from a newer one: after an
// appended value, and after a renumbering that the wire gate refuses.
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, it } from "vitest";
import { stringify } from "yaml";
import { ProcessStatus } from "#bindings/gaius/engine/v1";
import { bufBinary, bundledProgram, packageFolder } from "../../../core/installation.js";
import { freePorts } from "../../../examples/free-ports.js";
import { BUF_YAML, workspace } from "../../workspace.js";
import {
  configuration,
  PROGRAMS,
  processOn,
  reaches,
  run,
  runEngine,
  temporaryFolder,
} from "./running-engine.js";

const FILE = "proto/gaius/engine/v1/gaius_service.proto";
const today = await readFile(join(packageFolder, FILE), "utf8");

/** The proto with a piece of it exchanged. Throws where it does not have that piece. */
function changed(text: string, from: string | RegExp, to: string): string {
  const after = text.replace(from, to);
  if (after === text) throw new Error(`${FILE} does not have ${from}`);
  return after;
}

/** Before PENDING was appended, as peers were built then. */
const BEFORE_PENDING = changed(
  today,
  /\n *\/\/ Queued for startup[^\n]*\n *PROCESS_STATUS_PENDING = 7;\n/,
  "\n",
);

/** SUSPENDED inserted in the middle, and the values after it renumbered. */
const RENUMBERED = [
  ["PROCESS_STATUS_PENDING = 7;", "PROCESS_STATUS_PENDING = 8;"],
  ["PROCESS_STATUS_FAILED = 6;", "PROCESS_STATUS_FAILED = 7;"],
  ["PROCESS_STATUS_STOPPING = 5;", "PROCESS_STATUS_STOPPING = 6;"],
  ["_UNHEALTHY = 4;", "_UNHEALTHY = 4;\n\n  // Paused.\n  PROCESS_STATUS_SUSPENDED = 5;"],
].reduce((text, [from = "", to = ""]) => changed(text, from, to), today);

/**
 * The programs of Gaius on bindings generated from that text, in a folder that stands where this package
 * stands. buf and its plugins generate them, so that no gate is asked.
 */
async function builtFrom(proto: string): Promise<string> {
  const folder = await temporaryFolder();
  const write = async (path: string, content: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  };
  const plugins = [bundledProgram("protoc-gen-es"), bundledProgram("protoc-gen-lockstep")].map(
    (program) => ({
      local: [process.execPath, program],
      out: join(folder, "generated"),
      opt: ["target=js", "import_extension=js"],
    }),
  );
  await write("package.json", await readFile(join(packageFolder, "package.json"), "utf8"));
  await write("buf.yaml", BUF_YAML);
  await write("buf.gen.yaml", stringify({ version: "v2", plugins }));
  await write(FILE, proto);
  await symlink(join(packageFolder, "node_modules"), join(folder, "node_modules"));
  const template = join(folder, "buf.gen.yaml");
  const generated = await run(bufBinary(), ["generate", folder, "--template", template]);
  expect(generated).toMatchObject({ code: 0, stderr: "" });
  await write(
    "generated/gaius/engine/v1/index.js",
    'export * from "./gaius_service_pb.js";\nexport * from "./gaius_service_maps.js";\n',
  );
  // With the chunks that the programs share.
  const dist = join(folder, "examples/dist");
  await cp(dirname(PROGRAMS), dist, { recursive: true });
  return join(dist, basename(PROGRAMS));
}

type Statuses = Readonly<Record<string, string | undefined>>;

/** Runs the gaius-cli among those programs, and returns the status that it shows of each endpoint. */
async function seenBy(programs: string, address: string): Promise<Statuses> {
  const args = ["--address", address, "--cmd", "/gpu status", "--format", "json"];
  const ended = await run(process.execPath, [join(programs, "gaius-cli.js"), ...args]);
  expect(ended).toMatchObject({ code: 0, stderr: "" });
  const { data } = JSON.parse(ended.stdout) as {
    data: { endpoints: { name: string; status: string }[] };
  };
  return Object.fromEntries(data.endpoints.map(({ name, status }) => [name, status]));
}

it("sees the number of an appended value that it does not know, and does not crash", async () => {
  const { address, client } = await runEngine(
    await configuration({ a: { load_ms: 1_000_000 }, b: {} }),
  );
  await client.cleanStartEndpoints({});
  const old = await builtFrom(BEFORE_PENDING);
  expect(await seenBy(old, address)).toEqual({ a: "starting", b: "unknown (7)" });
  expect(await seenBy(PROGRAMS, address)).toEqual({ a: "starting", b: "pending" });
});

it("misreads every status after a value that was inserted in the middle", async () => {
  const renumbered = await builtFrom(RENUMBERED);
  const [hanging = 0, killed = 0] = await freePorts(2);
  // The engine's source is the same: it says STOPPING by its name, and sends another number.
  const { address, client } = await runEngine(
    await configuration({
      hanging: { port: hanging },
      killed: { port: killed },
      loading: { load_ms: 1_000_000 },
      waiting: {},
    }),
    renumbered,
  );
  await client.cleanStartEndpoints({});
  await reaches(client, "loading", ProcessStatus.STARTING); // Its number is the old one.
  process.kill(await processOn(hanging), "SIGSTOP");
  await client.stopEndpoint({ name: "hanging" });
  process.kill(await processOn(killed), "SIGKILL");
  await expect
    .poll(() => seenBy(renumbered, address), { timeout: 60_000 })
    .toEqual({ hanging: "stopping", killed: "failed", loading: "starting", waiting: "pending" });

  const meant = await seenBy(renumbered, address);
  const seen = await seenBy(PROGRAMS, address);
  const misread = Object.keys(meant)
    .filter((name) => seen[name] !== meant[name])
    .map((name) => ({ meant: meant[name], seen: seen[name] }));
  expect(misread).toEqual([
    { meant: "stopping", seen: "failed" },
    { meant: "failed", seen: "pending" },
    { meant: "pending", seen: "unknown (8)" },
  ]);
  expect(misread).toContainEqual(await predicted());
});

/** What the wire gate says that an old peer makes of what a renumbered one sends. */
async function predicted(): Promise<{ meant: string; seen: string }> {
  const w = await workspace({ [FILE]: today });
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--message", "Today.");
  await w.write(FILE, RENUMBERED);
  const { code, findings } = await w.json("breaking");
  const found = findings.find(({ rule }) => rule === "ENUM_VALUE_RENUMBERED");
  expect([code, found?.severity]).toEqual([1, "error"]);
  const shown = found?.evidence.find(
    ({ sender, format }) => sender === "new" && format === "binary",
  );
  expect(shown?.fate).toBe("misread");
  const short = (text = ""): string => text.replace(/^.*PROCESS_STATUS_/, "").toLowerCase();
  return { meant: short(shown?.sent), seen: short(shown?.readers[0]?.saw) };
}
