// Compiles files that are not in the workspace: laid out in a temporary folder, which is removed again.

import { existsSync } from "node:fs";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { toBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema } from "@bufbuild/protobuf/wkt";
import { type Annotation, openBuf } from "./buf.js";
import { compile, type Decoded, type Schema } from "./schema.js";
import { trouble } from "./trouble.js";
import { openWorkspace, type Workspace } from "./workspace.js";

/** Compiles what `lay` puts into a temporary folder, which it is given. */
export async function compileScratch(
  lay: (folder: string) => Promise<void>,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
  decoded?: Decoded,
): Promise<{ schema: Schema } | { annotations: Annotation[] }> {
  const folder = await mkdtemp(join(tmpdir(), "lockstep-scratch-"));
  try {
    await lay(folder);
    const workspace = await openWorkspace(folder, undefined);
    return await compile(workspace, openBuf(folder, env, signal), decoded);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** buf's files that a compilation depends on. */
export const BUF_FILES: readonly string[] = ["buf.yaml", "buf.work.yaml", "buf.lock"];

/** What the workspace would compile to with other contents for some files. */
export async function compileCopy(
  workspace: Workspace,
  schema: Schema,
  changed: ReadonlyMap<string, Buffer>,
  env: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<Schema> {
  const configuration = [".", ...workspace.buf.modules.map((module) => module.path)].flatMap(
    (path) => BUF_FILES.map((name) => join(path, name)),
  );
  const protos = [...schema.registry.files].map((file) => schema.pathOf(file.proto.name));
  const compiled = await compileScratch(
    async (folder) => {
      for (const path of new Set([...configuration, ...protos])) {
        if (!existsSync(join(workspace.root, path))) continue;
        await mkdir(dirname(join(folder, path)), { recursive: true });
        const content = changed.get(path);
        if (content === undefined) await copyFile(join(workspace.root, path), join(folder, path));
        else await writeFile(join(folder, path), content);
      }
    },
    env,
    signal,
  );
  if ("schema" in compiled) return compiled.schema;
  const [first] = compiled.annotations;
  throw trouble("FIX_CHANGES_SCHEMA", {
    path: first?.path ?? "buf.yaml",
    what: `line ${first?.start_line ?? 1}: ${first?.message ?? "it does not compile"}`,
  });
}

/** Undefined where both schemas are the same, comments aside; else a file in which they differ. */
export function sameSchema(one: Schema, other: Schema): { path: string; what: string } | undefined {
  const bare = (schema: Schema): Map<string, Uint8Array> =>
    new Map(
      schema.files.map(({ proto }) => {
        const { sourceCodeInfo: _, $unknown: __, ...rest } = proto;
        return [
          proto.name,
          toBinary(FileDescriptorProtoSchema, rest, { writeUnknownFields: false }),
        ];
      }),
    );
  const [left, right] = [bare(one), bare(other)];
  for (const name of new Set([...left.keys(), ...right.keys()])) {
    const same =
      Buffer.compare(left.get(name) ?? Buffer.alloc(0), right.get(name) ?? Buffer.alloc(0)) === 0;
    if (!same) return { path: one.pathOf(name), what: "its descriptors differ" };
  }
  return undefined;
}
