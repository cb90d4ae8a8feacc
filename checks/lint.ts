// buf lint, with the workspace's own buf.yaml, on the image that was compiled once.
import { type Annotation, configurations } from "../core/buf.js";
import { count } from "../core/count.js";
import { type Finding, finding } from "../core/finding.js";
import { columnFromCells } from "../core/position.js";
import { placeOf } from "./annotation.js";
import { lintRule } from "./buf-rules.js";
import type { Judged, SchemaCheck } from "./check.js";

export const lint: SchemaCheck = {
  name: "lint",
  reads: "files",
  rules: [],
  isElsewhere: true,
  async judge(judged, schema) {
    const groups = configurations(judged.workspace.buf, "lint");
    const results = await Promise.all(
      groups.map(({ configuration, modules }) =>
        judged.buf.lint(schema.imageOf(modules), configuration),
      ),
    );
    const findings = await Promise.all(
      results.flat().map((annotation) => findingOf(annotation, judged, schema.pathOf)),
    );
    return { findings, summary: count(schema.files.length, "file") };
  },
};

async function findingOf(
  annotation: Annotation,
  judged: Judged,
  pathOf: (name: string) => string,
): Promise<Finding> {
  const args = { message: annotation.message };
  const rule = lintRule(annotation.type);
  if (annotation.path === undefined) return finding(rule, args, { path: "buf.yaml" });
  const path = pathOf(annotation.path);
  return finding(rule, args, await placeOf(annotation, path, judged.sources, columnFromCells));
}
