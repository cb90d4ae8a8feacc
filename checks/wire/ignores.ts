// What the workspace's breaking policy in buf.yaml leaves out: files, single rules in files, unstable packages.

import { posix } from "node:path";
import type { Buf } from "../../core/buf.js";
import { type BufYaml, isInside, type Module, type Section } from "../../core/workspace.js";

/** What a finding is about, for the policy. */
export interface Subject {
  /** The path of its file in the workspace; of what an image alone has, the name that it is imported by. */
  readonly path: string;
  readonly package: string;
  /** The rules of buf's that say the same. */
  readonly rules: readonly string[];
}

/** What tells whether buf.yaml says that a file, or its package, is not to be judged for that. */
export async function leavesOut(
  yaml: BufYaml,
  buf: Pick<Buf, "breakingCategories">,
): Promise<(subject: Subject) => boolean> {
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
  return ({ path, package: own, rules }) => {
    if (sectionOf(path, yaml)?.ignore_unstable_packages === true && isUnstable(own)) return true;
    // What an image alone has may have been in any module.
    const places =
      moduleOf(path, yaml) === undefined
        ? yaml.modules.map((module) => posix.join(module.path, path))
        : [path];
    return places.some((place) => isIgnored(place, rules));
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
