// The plugins of this package in threads: the same files as when buf starts them as programs.
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { openBuf } from "../core/buf.js";
import { filesOf } from "../core/image.js";
import type { OwnPlugin } from "../core/own-plugins.js";
import { readBufGenYaml } from "../core/workspace.js";
import { prepareThread, runInThreads, type Task } from "../sync/plugin-threads.js";
import { BUF_GEN_YAML, LENIENT, type TestWorkspace, workspace } from "./workspace.js";
import { xdsWorkspace } from "./xds-protos.js";

const PLUGINS: readonly OwnPlugin[] = ["protoc-gen-es", "protoc-gen-lockstep"].map((name) => ({
  name,
  parameter: "target=js+dts,import_extension=js",
  out: "generated",
}));

async function taskOf(w: TestWorkspace, plugins = PLUGINS): Promise<Task> {
  const built = await openBuf(w.root, process.env).build();
  if (!("image" in built)) throw new Error(JSON.stringify(built.annotations));
  const files = filesOf(built.image).filter((file) => !file.isImport);
  return { image: built.image, protos: files.map(({ name }) => name), plugins };
}

/** What buf writes when it runs the template's plugins. */
async function madeByBuf(w: TestWorkspace, image: Uint8Array): Promise<Map<string, string>> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-test-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const gen = await readBufGenYaml(w.root, [], "buf.gen.yaml");
  await openBuf(w.root, process.env).generate(image, gen, folder, []);
  const found = new Map<string, string>();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile()) found.set(path.slice(folder.length + 1), await readFile(path, "utf8"));
  }
  return found;
}

it("make of several hundred protos what buf has them make", async () => {
  const w = await workspace({ ...(await xdsWorkspace()), "buf.gen.yaml": BUF_GEN_YAML });
  const task = await taskOf(w);
  const made = await runInThreads([() => task], "a plugin", undefined);
  expect(made?.length).toBeGreaterThan(0);
  const contents = new Map(made?.map(({ path, content }) => [path, content.toString()]));
  expect(contents).toEqual(await madeByBuf(w, task.image));
});

it("run in a thread that was started before there was a task", async () => {
  const w = await workspace({ ...LENIENT, "proto/a.proto": 'syntax = "proto3";\nmessage A {}\n' });
  const task = await taskOf(w);
  const gen = await readBufGenYaml(w.root, [], "buf.gen.yaml");
  prepareThread(gen, task.plugins);
  const ahead = await runInThreads([() => task], "a plugin", undefined);
  expect(ahead?.length).toBeGreaterThan(0);
  expect(ahead).toEqual(await runInThreads([() => task], "a plugin", undefined));
});

it("share the tasks, each of which has files of its own", async () => {
  const w = await workspace({
    ...LENIENT,
    "proto/a/v1/a.proto": 'syntax = "proto3";\npackage a.v1;\nmessage A {}\n',
    "proto/b/v1/b.proto": 'syntax = "proto3";\npackage b.v1;\nmessage B {}\n',
  });
  const all = await taskOf(w);
  const parts = all.protos.map((name) => () => ({ ...all, protos: [name] }));
  const made = await runInThreads(parts, "a plugin", undefined);
  expect(made?.map(({ path }) => path).sort()).toEqual(
    ["a", "b"].flatMap((name) => [
      `generated/${name}/v1/${name}_pb.d.ts`,
      `generated/${name}/v1/${name}_pb.js`,
    ]),
  );
});

it("leave to buf what they refuse, and what is made twice", async () => {
  const w = await workspace({ ...LENIENT, "proto/a.proto": 'syntax = "proto3";\nmessage A {}\n' });
  const [es] = PLUGINS as [OwnPlugin];
  const odd = await taskOf(w, [{ ...es, parameter: "colour=red" }]);
  expect(await runInThreads([() => odd], "a plugin", undefined)).toBeUndefined();
  const twice = await taskOf(w, [es, es]);
  expect(await runInThreads([() => twice], "a plugin", undefined)).toBeUndefined();
});

const DESCRIPTOR = 'import "google/protobuf/descriptor.proto";\n';

it.each([
  [
    "of its own",
    `${DESCRIPTOR}extend google.protobuf.FieldOptions {
  string source_only = 50001 [retention = RETENTION_SOURCE];
}
message A {
  string name = 1 [(source_only) = "here"];
}`,
  ],
  [
    "in a message",
    `${DESCRIPTOR}extend google.protobuf.EnumValueOptions {
  Where where = 50002;
}
message Where {
  message Deep {
    string dropped = 2 [retention = RETENTION_SOURCE];
  }
  Deep deep = 1;
}
enum E {
  E_UNSPECIFIED = 0 [(where) = { deep: { dropped: "b" } }];
}`,
  ],
  [
    "of protobuf's own",
    `message Open {
  extensions 100 to 200 [
    declaration = { number: 100, full_name: ".a.one", type: "string" },
    verification = DECLARATION
  ];
}
extend Open {
  string one = 100;
}`,
  ],
])("leave to buf what has an option for the source alone, %s", async (_, proto) => {
  const w = await workspace({
    ...LENIENT,
    "buf.gen.yaml": BUF_GEN_YAML,
    "proto/a.proto": `edition = "2023";\npackage a;\n${proto}\n`,
  });
  const task = await taskOf(w);
  expect(await runInThreads([() => task], "a plugin", undefined)).toBeUndefined();
  expect((await w.run("generate")).code).toBe(0);
  for (const [path, content] of await madeByBuf(w, task.image))
    expect([path, await w.read(path)]).toEqual([path, content]);
});

it("stop with the run", async () => {
  const w = await workspace({ ...LENIENT, "proto/a.proto": 'syntax = "proto3";\nmessage A {}\n' });
  const task = await taskOf(w);
  const stop = new AbortController();
  const stopped = runInThreads([() => task], "a plugin", stop.signal);
  stop.abort();
  await expect(stopped).rejects.toMatchObject({ code: "STOPPED" });
});
