// Every proto of the workspace lies in a module of buf.yaml: otherwise nothing sees it.

import { count } from "../core/count.js";
import { finding, type OwnRule } from "../core/finding.js";
import { isInside } from "../core/workspace.js";
import type { WorkspaceCheck } from "./check.js";

export const PROTO_OUTSIDE_MODULE: OwnRule<{ modules: readonly string[] }> = {
  id: "PROTO_OUTSIDE_MODULE",
  severity: "error",
  finds: "A proto that git does not ignore is in no module of `buf.yaml`.",
  purpose:
    "A proto outside the modules of buf.yaml is not compiled, judged or generated, and nothing says so.",
  example: {
    wrong: "# buf.yaml has only the module proto, and the file is schemas/job.proto",
    right: "# proto/jobs/v1/job.proto",
  },
  message: (a) =>
    `This file is outside the modules of buf.yaml (${a.modules.join(", ")}), so nothing compiles it.`,
  help: () =>
    "Move it into a module, add its folder to `modules` in buf.yaml, or have git ignore it.",
};

export const modules: WorkspaceCheck = {
  name: "modules",
  reads: "workspace",
  rules: [PROTO_OUTSIDE_MODULE],
  async judge({ workspace, protoFiles, generated }) {
    // Where the workspace itself is the module, what it is cut down to are its folders.
    const paths = workspace.buf.modules.flatMap(({ path, includes }) =>
      path === "." && includes.length > 0 ? includes : [path],
    );
    if (paths.includes(".")) return { findings: [], summary: "the workspace is one module" };
    const protos = await protoFiles();
    const outside = protos.filter(
      (proto) => ![...paths, ...generated].some((p) => isInside(proto, p)),
    );
    return {
      findings: outside.map((path) =>
        finding(PROTO_OUTSIDE_MODULE, { modules: paths }, { path, line: 1, column: 1 }),
      ),
      summary: `${count(protos.length, "proto")} in ${count(paths.length, "module")}`,
    };
  },
};
