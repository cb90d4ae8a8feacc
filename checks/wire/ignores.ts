// What the workspace's breaking policy in buf.yaml leaves out: files, single rules in files, unstable packages.

import type { Buf } from "../../core/buf.js";
import type { Schema } from "../../core/schema.js";
import { fileOf } from "../../core/source-info.js";
import { type BufYaml, isInside, type Section } from "../../core/workspace.js";
import type { Judged } from "./judge.js";

/** What tells whether buf.yaml says that a finding's file, or its package, is not to be judged for that. */
export async function leavesOut(
  yaml: BufYaml,
  schema: Schema,
  buf: Pick<Buf, "breakingCategories">,
): Promise<(one: Judged) => boolean> {
  const sections = [yaml.breaking, ...yaml.modules.map((module) => module.breaking)];
  const categories = sections.some((section) => section?.ignore_only !== undefined)
    ? await buf.breakingCategories()
    : new Map<string, readonly string[]>();
  /** Whether the key of ignore_only is one of those rules, or a category that one of them is in. */
  const names = (key: string, rules: readonly string[]): boolean =>
    rules.some((rule) => rule === key || categories.get(rule)?.includes(key));
  return ({ suspect, finding }) => {
    const { path } = finding.place;
    const section = sectionOf(path, yaml);
    if (section === undefined) return false;
    const about = suspect.at ?? suspect.was;
    if (about !== undefined && section.ignore_unstable_packages === true) {
      if (isUnstable(fileOf(about).proto.package)) return true;
    }
    const only = Object.entries((section.ignore_only ?? {}) as Record<string, unknown>)
      .filter(([key]) => names(key, suspect.covers))
      .flatMap(([, paths]) => strings(paths));
    const paths = [
      path,
      ...(suspect.at === undefined ? [] : [schema.pathOf(fileOf(suspect.at).proto.name)]),
    ];
    return [...strings(section.ignore), ...only].some((ignored) =>
      paths.some((one) => isInside(one, ignored.replace(/^\.\//, "").replace(/\/$/, ""))),
    );
  };
}

function sectionOf(path: string, yaml: BufYaml): Section {
  const module = yaml.modules
    .filter((one) => isInside(path, one.path))
    .sort((a, b) => b.path.length - a.path.length)[0];
  return module?.breaking ?? yaml.breaking;
}

/** What buf takes for a version that may still change: v1alpha1, v1beta1, v1p1beta1, v1test (buf's documentation). */
function isUnstable(name: string): boolean {
  return /(^|\.)v[1-9]\d*(test\w*|(p[1-9]\d*)?(alpha|beta)([1-9]\d*)?)$/.test(name);
}

function strings(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === "string");
}
