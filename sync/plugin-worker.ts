// Runs the plugins that this package brings, in a thread: what buf and protoc start a process for.
// plugin-threads.ts starts it, and sends it images.
import { parentPort } from "node:worker_threads";
import { create, fromBinary } from "@bufbuild/protobuf";
import { CodeGeneratorRequestSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { protocGenEs } from "@bufbuild/protoc-gen-es/dist/cjs/src/protoc-gen-es-plugin.js";
import { BUF_EXTENSION } from "../core/image.js";
import { reason } from "../core/trouble.js";
import type { Answer, Task } from "./plugin-threads.js";
import { mayHaveSourceOptions } from "./source-retention.js";
import { statusMaps } from "./status-maps.js";

const PLUGINS = [protocGenEs, statusMaps];

parentPort?.on("message", (task: Task) => parentPort?.postMessage(answer(task)));

function answer({ image, protos, plugins }: Task): Answer {
  try {
    const { file: protoFile } = fromBinary(FileDescriptorSetSchema, image);
    // As buf does: what it says of a file is not a part of the file.
    for (const file of protoFile)
      file.$unknown = file.$unknown?.filter(({ no }) => no !== BUF_EXTENSION);
    if (mayHaveSourceOptions(protoFile)) return { refused: "it has options for the source alone" };
    return plugins.map(({ name, parameter }) => {
      const plugin = PLUGINS.find((one) => one.name === name);
      if (plugin === undefined) throw new Error(`${name} is no plugin of this package`);
      const fileToGenerate = [...protos];
      const request = { fileToGenerate, parameter, protoFile };
      const { file } = plugin.run(create(CodeGeneratorRequestSchema, request));
      return file.map(({ name: path, content }) => [path, content] as const);
    });
  } catch (thrown) {
    return { refused: reason(thrown) };
  }
}
