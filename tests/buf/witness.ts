// A plugin that writes down what buf gives it: one file for each proto that it is to generate.
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { bufBinary } from "../../core/installation.js";
import type { TestWorkspace } from "../workspace.js";

/** Files of a workspace that has the plugin, as `[node, witness.mjs]`. */
export const WITNESS: Readonly<Record<string, string>> = {
  "witness.mjs": `import { readFileSync } from "node:fs";
import { create, fromBinary, toBinary, toJson } from "@bufbuild/protobuf";
import * as wkt from "@bufbuild/protobuf/wkt";
const request = fromBinary(wkt.CodeGeneratorRequestSchema, readFileSync(0));
const file = request.fileToGenerate.map((name) => {
  const { options, messageType } = request.protoFile.find((one) => one.name === name);
  const content = {
    parameter: request.parameter,
    together: request.fileToGenerate,
    given: request.protoFile.map((one) => one.name),
    options: options === undefined ? {} : toJson(wkt.FileOptionsSchema, options),
    messages: messageType.map((one) => [one.name, ...one.field.map((field) => field.name)].join(" ")),
  };
  return { name: name + ".json", content: JSON.stringify(content) };
});
const answer = create(wkt.CodeGeneratorResponseSchema, { file, supportedFeatures: 1n });
process.stdout.write(toBinary(wkt.CodeGeneratorResponseSchema, answer));
`,
};

/** What the plugin wrote down of one proto. */
export interface Witnessed {
  readonly parameter: string;
  /** The protos that the plugin was to generate in the same run. */
  readonly together: readonly string[];
  /** All protos that it was given. */
  readonly given: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
  /** Each message, followed by its fields. */
  readonly messages: readonly string[];
}

/** What the plugin wrote down below the folder, by the names of the protos. */
export async function witnessed(
  made: TestWorkspace,
  folder: string,
): Promise<Record<string, Witnessed>> {
  const found = [...(await made.files(folder))]
    .filter(([path]) => path.endsWith(".proto.json"))
    .map(([path, { content }]) => [
      path.slice(folder.length + 1).replace(/\.json$/, ""),
      JSON.parse(content) as Witnessed,
    ]);
  return Object.fromEntries(found);
}

/** Runs buf itself in the workspace. Rejects where it fails. */
export async function buf(made: TestWorkspace, ...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(bufBinary(), args, { cwd: made.root });
  return stdout;
}
