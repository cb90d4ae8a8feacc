// The layout of the protos: what lives in which file, grouped by service.

import { count } from "../../core/count.js";
import type { Finding, OwnRule } from "../../core/finding.js";
import { lintIgnores } from "../../core/lint-ignore.js";
import type { FactsCheck } from "../check.js";
import { CYCLE_RULES, cycleFindings } from "./cycles.js";
import { type LayoutFile, layoutFiles } from "./facts.js";
import { HOME_RULES, homeFindings } from "./homes.js";
import { PACKAGE_RULES, packageFindings } from "./packages.js";
import { SERVICE_RULES, serviceFindings } from "./services.js";

/** A family of layout rules, which judges all files together. */
interface Family {
  readonly rules: readonly OwnRule<never>[];
  readonly judge: (files: readonly LayoutFile[]) => Finding[];
}

const FAMILIES: readonly Family[] = [
  { rules: SERVICE_RULES, judge: serviceFindings },
  { rules: PACKAGE_RULES, judge: packageFindings },
  { rules: HOME_RULES, judge: homeFindings },
  { rules: CYCLE_RULES, judge: cycleFindings },
];

const RULES = FAMILIES.flatMap(({ rules }) => rules);

export const layout: FactsCheck<LayoutFile> = {
  name: "layout",
  reads: "facts",
  rules: RULES,
  factsOf: ({ sources }, schema) => layoutFiles(schema, sources),
  async judge({ workspace }, facts) {
    const files = [...facts.values()];
    const isIgnored = lintIgnores(workspace.buf);
    const { severity } = workspace.configuration;
    const families = FAMILIES.filter(({ rules }) => rules.some(({ id }) => severity[id] !== "off"));
    const services = files.reduce((sum, file) => sum + file.services.length, 0);
    return {
      findings: families
        .flatMap(({ judge }) => judge(files))
        .filter(({ place }) => !isIgnored(place.path)),
      summary: `${count(services, "service")} in ${count(files.length, "file")}`,
    };
  },
};
