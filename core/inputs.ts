// `inputs` of buf.gen.yaml: the parts of the workspace that the plugins are given, each with an image of its own.
import { resolve } from "node:path";
import type { DescFile } from "@bufbuild/protobuf";
import type { Schema } from "./schema.js";
import { type Trouble, trouble } from "./trouble.js";
import {
  type BufGenYaml,
  type Input,
  isInside,
  type Workspace,
  workspacePath,
} from "./workspace.js";

/** What one run of the plugins is given. */
export interface Part {
  /** Has the files to generate, and what they import marked as imported. */
  readonly image: Uint8Array;
  /** The files to generate. */
  readonly files: readonly DescFile[];
  /** The types that it is cut down to, as flags of buf's. */
  readonly flags: readonly string[];
}

/**
 * A part for each input; where there is none, the whole schema. Throws trouble where an input is not of
 * this workspace, and where it has no protos.
 */
export function partsOf(schema: Schema, gen: BufGenYaml, workspace: Workspace): Part[] {
  if (gen.inputs.length === 0) return [{ image: schema.image, files: schema.files, flags: [] }];
  return gen.inputs.map((input) => {
    const isTaken = fileFilter(input, gen.path, schema, workspace);
    const files = schema.files.filter((file) => isTaken(schema.pathOf(file.proto.name)));
    if (files.length === 0) {
      const help = `Correct its paths: they are relative to ${gen.path}.`;
      throw wrong(input, gen.path, "has no protos", help);
    }
    const flags = [
      ...strings(input.settings.types).map((type) => `--type=${type}`),
      ...strings(input.settings.exclude_types).map((type) => `--exclude-type=${type}`),
    ];
    const names = new Set(files.map((file) => file.proto.name));
    return { image: schema.part(names).image, files, flags };
  });
}

/** Whether the input takes a file, by its path from the workspace. */
function fileFilter(
  input: Input,
  template: string,
  schema: Schema,
  { root, buf }: Workspace,
): (path: string) => boolean {
  const { directory, proto_file: proto, include_package_files: siblings } = input.settings;
  const inside = (path: string): string => workspacePath(root, resolve(root, path)) || ".";
  if (typeof proto === "string") {
    const path = inside(proto);
    const of = schema.files.find((file) => schema.pathOf(file.proto.name) === path);
    if (siblings !== true || of === undefined) return (other) => other === path;
    const packageFiles = schema.files.filter((file) => file.proto.package === of.proto.package);
    const paths = new Set(packageFiles.map((file) => schema.pathOf(file.proto.name)));
    return (other) => paths.has(other);
  }
  if (typeof directory !== "string") {
    const help =
      "What is to be generated has to be a module of buf.yaml, or a dependency of one and `include_imports: true` on the plugin. For other inputs run buf itself, and give Lockstep a template of its own: `template` in lockstep.yaml.";
    throw wrong(input, template, "is not a part of this workspace", help);
  }
  const folder = inside(directory);
  const modules = buf.modules.map((module) => module.path);
  if (!modules.some((module) => isInside(module, folder))) {
    const around = modules.find((module) => isInside(folder, module));
    const help =
      around === undefined
        ? `Name a module of buf.yaml (${modules.join(", ")}) or a folder that holds modules.`
        : `Name the module, and the folder below it: { directory: ${around}, paths: [${folder}] }`;
    throw wrong(input, template, "is not a module of this workspace", help);
  }
  const paths = strings(input.settings.paths).map(inside);
  const excluded = strings(input.settings.exclude_paths).map(inside);
  return (path) =>
    isInside(path, folder) &&
    (paths.length === 0 || paths.some((one) => isInside(path, one))) &&
    !excluded.some((one) => isInside(path, one));
}

function wrong({ settings, where }: Input, template: string, why: string, help: string): Trouble {
  const [kind = "", value] = Object.entries(settings)[0] ?? [];
  const message = `${template}: the input \`${kind}: ${String(value)}\` ${why}.`;
  return trouble(
    "CONFIGURATION_INVALID",
    { message, help: `${help} Nothing was changed.` },
    { where },
  );
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
