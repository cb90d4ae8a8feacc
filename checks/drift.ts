// What is on disk is what would be generated now.
import { extname } from "node:path";
import { diffLines } from "diff";
import { count } from "../core/count.js";
import { type Finding, finding, type OwnRule } from "../core/finding.js";
import type { Comparison, Difference } from "../core/plan.js";

type Stale =
  | { readonly kind: "folder"; readonly files: number }
  | { readonly kind: "missing" }
  | { readonly kind: "stale" }
  | {
      readonly kind: "changed";
      readonly added: readonly string[];
      readonly removed: readonly string[];
    };

export const GENERATED_STALE: OwnRule<Stale> = {
  id: "GENERATED_STALE",
  severity: "error",
  finds: "A generated file is missing, out of date, or left over. Only `check` reports it.",
  fixedBy: "lockstep generate",
  purpose: "What programs import has to be what the protos say today.",
  example: {
    wrong: "# edit a proto, and run a program on the old bindings",
    right: "just proto-generate",
  },
  message: (a) => {
    switch (a.kind) {
      case "folder":
        return `Nothing has been generated yet: ${count(a.files, "file")} missing.`;
      case "missing":
        return "This generated file is missing.";
      case "stale":
        return "This generated file is left over: nothing in the protos makes it any more.";
      case "changed":
        return `This generated file is out of date: ${changed(a.added, a.removed)}.`;
    }
  },
  help: () => "Run: lockstep generate",
};

export const DRIFT_RULES = [GENERATED_STALE];

/** The differences of a generated folder from its plan, as findings. */
export function driftFindings(comparison: Comparison): Finding[] {
  const { folder, exists, differences, planned } = comparison;
  if (!exists && planned.length > 0) {
    return [finding(GENERATED_STALE, { kind: "folder", files: planned.length }, { path: folder })];
  }
  return differences.map(differenceFinding);
}

function differenceFinding(difference: Difference): Finding {
  switch (difference.kind) {
    case "missing":
      return finding(GENERATED_STALE, { kind: "missing" }, { path: difference.file.path });
    case "stale":
      return finding(GENERATED_STALE, { kind: "stale" }, { path: difference.path });
    case "changed":
      return changedFinding(difference);
  }
}

function changedFinding(difference: Difference & { kind: "changed" }): Finding {
  const { file, before } = difference;
  const parts = diffLines(before.toString("utf8"), file.content.toString("utf8"));
  const lines = (of: "added" | "removed"): string[] =>
    parts.filter((part) => part[of]).flatMap((part) => part.value.replace(/\n$/, "").split("\n"));
  let line = 1;
  for (const part of parts) {
    if (part.added || part.removed) break;
    line += part.count;
  }
  const place =
    extname(file.path) === "" ? { path: file.path } : { path: file.path, line, column: 1 };
  return finding(
    GENERATED_STALE,
    { kind: "changed", added: lines("added"), removed: lines("removed") },
    place,
  );
}

/** `+2 -1 lines, first "..."`. */
function changed(added: readonly string[], removed: readonly string[]): string {
  const first =
    added.find((line) => /[^\s/*]/.test(line)) ?? removed.find((line) => /[^\s/*]/.test(line));
  const counts = [
    added.length && `${count(added.length, "line")} to add`,
    removed.length && `${count(removed.length, "line")} to remove`,
  ];
  return `${counts.filter(Boolean).join(", ")}${first === undefined ? "" : `, such as \`${clip(first.trim())}\``}`;
}

function clip(text: string): string {
  return text.length > 72 ? `${text.slice(0, 69)}...` : text;
}
