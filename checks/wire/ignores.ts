// What the workspace's breaking policy in buf.yaml leaves out: files, single rules in files, unstable packages.

import { posix } from "node:path";
import type { Buf } from "../../core/buf.js";
import type { Schema } from "../../core/schema.js";
import { fileOf } from "../../core/source-info.js";
import { type BufYaml, isInside, type Module, type Section } from "../../core/workspace.js";
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
  const isIgnored = (path: string, rules: readonly string[]): boolean => {
    const section = sectionOf(path, yaml);
    const only = Object.entries((section?.ignore_only ?? {}) as Record<string, unknown>)
      .filter(([key]) => names(key, rules))
      .flatMap(([, paths]) => strings(paths));
    return [...strings(section?.ignore), ...only].some((ignored) =>
      isInside(path, ignored.replace(/^\.\//, "").replace(/\/$/, "")),
    );
  };
  return ({ suspect, finding }) => {
    const { path } = finding.place;
    const about = suspect.at ?? suspect.was;
    if (about !== undefined && sectionOf(path, yaml)?.ignore_unstable_packages === true) {
      if (isUnstable(fileOf(about).proto.package)) return true;
    }
    // What an image alone has may have been in any module.
    const places =
      moduleOf(path, yaml) === undefined
        ? yaml.modules.map((module) => posix.join(module.path, path))
        : [path];
    if (suspect.at !== undefined) places.push(schema.pathOf(fileOf(suspect.at).proto.name));
    return places.some((place) => isIgnored(place, suspect.covers));
  };
}

/** The module that a path of the workspace is in; undefined where it is in none. */
export function moduleOf(path: string, { modules }: BufYaml): Module | undefined {
  return modules
    .filter((one) => isInside(path, one.path))
    .sort((a, b) => b.path.length - a.path.length)[0];
}

function sectionOf(path: string, yaml: BufYaml): Section {
  return moduleOf(path, yaml)?.breaking ?? yaml.breaking;
}

/** What buf takes for a version that may still change: v1alpha1, v1beta1, v1p1beta1, v1test (buf's documentation). */
function isUnstable(name: string): boolean {
  return /(^|\.)v[1-9]\d*(test\w*|(p[1-9]\d*)?(alpha|beta)([1-9]\d*)?)$/.test(name);
}

function strings(value: unknown): string[] {
  return [value].flat().filter((one) => typeof one === "string");
}
