// A large public set of protos: the xDS API of Envoy and what it imports, as an npm package ships it.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageFolder } from "../core/installation.js";
import { LENIENT } from "./workspace.js";

const DEPENDENCIES = join(packageFolder, "node_modules/@grpc/grpc-js-xds/deps");
const MODULES = ["envoy-api", "googleapis", "protoc-gen-validate", "xds"];

/** The files of a workspace with those protos. */
export async function xdsWorkspace(): Promise<Record<string, string>> {
  const files: Record<string, string> = {
    ...LENIENT,
    "buf.yaml": `version: v2\nmodules:\n${MODULES.map((module) => `  - path: ${module}\n`).join("")}lint:\n  use: [SYNTAX_SPECIFIED]\n`,
  };
  for (const [path, { module, content }] of await protos()) files[`${module}/${path}`] = content;
  return files;
}

/** The protos of the package, by module and import path, without those whose imports it leaves out. */
async function protos(): Promise<Map<string, { module: string; content: string }>> {
  const found = new Map<string, { module: string; content: string }>();
  for (const module of MODULES) {
    for (const path of await readdir(join(DEPENDENCIES, module), { recursive: true })) {
      if (!path.endsWith(".proto") || /^(tests|java)\//.test(path)) continue;
      // Its protos use an option that its copy of validate.proto does not have yet.
      const content = (await readFile(join(DEPENDENCIES, module, path), "utf8")).replaceAll(
        " ignore_empty: true",
        "",
      );
      found.set(path, { module, content });
    }
  }
  for (let before = -1; before !== found.size; ) {
    before = found.size;
    for (const [path, { content }] of found) {
      const imports = [...content.matchAll(/^import\s+(?:public\s+|weak\s+)?"([^"]+)"/gm)].map(
        (match) => match[1] as string,
      );
      if (imports.some((one) => !one.startsWith("google/protobuf/") && !found.has(one)))
        found.delete(path);
    }
  }
  return found;
}
