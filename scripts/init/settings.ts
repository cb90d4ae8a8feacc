// lockstep.yaml, as far as a default does not fit: so that `check` starts clean, and judges what changes.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { docstrings } from "../../checks/docstrings/docstrings.js";
import { ignored } from "../../checks/ignored.js";
import { count } from "../../core/count.js";
import { compareText, type Finding } from "../../core/finding.js";
import type { SeveritySetting } from "../../core/policy.js";
import type { Change } from "./plan.js";
import type { Repository } from "./repository.js";
import type { TemplatePlan } from "./template.js";

/** How many findings of a rule a person still reads at each run; of more than that, none is read. */
const READ = 20;

/** What the settings depend on. */
export interface Today {
  readonly repository: Repository;
  readonly template: TemplatePlan;
  /** The template that lockstep.yaml names, or its default. */
  readonly configured: string;
  /** What the checks find in the protos as they are. */
  readonly findings: readonly Finding[];
}

const PATH = "lockstep.yaml";

/** Plans lockstep.yaml; nothing where every default fits. One that is there is left to its owner. */
export function planSettings(today: Today): Change[] {
  const { repository, template, configured } = today;
  if (existsSync(join(repository.root, PATH))) {
    const keep: Change = { kind: "keep", path: PATH, why: "it is there, and says what is judged" };
    if (template.path === configured) return [keep];
    const why = `add \`template: ${template.path}\``;
    return [keep, { kind: "propose", path: PATH, why }];
  }
  const wanted = [
    templateSection(template),
    docstringsSection(today),
    severitySection(today),
  ].filter((one) => one !== undefined);
  if (wanted.length === 0) return [];
  const schema =
    repository.packageJson?.path === "package.json"
      ? "# yaml-language-server: $schema=node_modules/lockstep/docs/lockstep.schema.json\n"
      : "";
  const after = `${schema}${wanted.map((one) => one.text).join("\n")}`;
  const why = wanted.map((one) => one.why).join("; ");
  const changes: Change[] = [{ kind: "write", path: PATH, before: undefined, after, why }];
  if (/^ {2}enforce: changed$/m.test(after) && !repository.hasCommit) {
    const why = "what was there before is what is committed, and nothing is yet";
    changes.push({ kind: "propose", path: "git commit", why });
  }
  return changes;
}

interface Section {
  readonly text: string;
  readonly why: string;
}

function templateSection({ path }: TemplatePlan): Section | undefined {
  if (path === "buf.gen.yaml") return undefined;
  return {
    text: `# The plugins that Lockstep runs; buf.gen.yaml serves other tools.\ntemplate: ${path}\n`,
    why: `\`lockstep generate\` runs ${path}`,
  };
}

function docstringsSection({ repository, findings }: Today): Section | undefined {
  const found = findings.filter(isDocstring).length;
  if (!repository.isGit || found === 0) return undefined;
  return {
    text: `# Which elements need a docstring.
docstrings:
  # ${count(found, "finding")} in what was there before. Without this line they are errors.
  enforce: changed
`,
    why: "docstrings are judged of what changes",
  };
}

function severitySection({ repository, template, findings }: Today): Section | undefined {
  const rows: { id: string; to: SeveritySetting; why: string }[] = [];
  const byRule = new Map<string, Finding[]>();
  for (const one of findings)
    if (!(repository.isGit && isDocstring(one)))
      byRule.set(one.rule.id, [...(byRule.get(one.rule.id) ?? []), one]);
  for (const [id, of] of byRule) {
    const why = count(of.length, "finding");
    if (of.length > READ) rows.push({ id, to: "off", why: `${why}, too many to show at each run` });
    else if (of.some(({ severity }) => severity === "error")) rows.push({ id, to: "warning", why });
  }
  rows.sort((a, b) => compareText(a.id, b.id));
  const broken = rows.length;
  const setting = repository.isGit ? "warning" : "off";
  const unignored = !repository.isGit || template.tracked.length > 0;
  if (unignored)
    for (const { id } of ignored.rules)
      rows.push({
        id,
        to: setting,
        why: repository.isGit
          ? `${template.tracked.join(", ")} is in git`
          : "there is no git repository",
      });
  if (rows.length === 0) return undefined;
  return {
    text: `${broken > 0 ? "# Rules that the protos break today. Mend one, remove its line, and from then on it is an error.\n" : ""}severity:\n${rows
      .map(({ id, to, why }) => `  ${id}: ${to} # ${why}\n`)
      .join("")}`,
    why: [
      broken > 0 &&
        `${count(broken, "rule")} that the protos break today ${broken === 1 ? "stops" : "stop"} nobody`,
      unignored && "whether git ignores what is generated is not judged as an error",
    ]
      .filter(Boolean)
      .join("; "),
  };
}

function isDocstring({ rule }: Finding): boolean {
  return docstrings.rules.some(({ id }) => id === rule.id);
}
