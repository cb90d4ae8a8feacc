// The layout of the protos: what lives in which file, grouped by service.

import { count } from "../../core/count.js";
import type { Finding, OwnRule } from "../../core/finding.js";
import { lintIgnores } from "../../core/lint-ignore.js";
import type { Schema } from "../../core/schema.js";
import type { Judged, SchemaCheck } from "../check.js";
import { CYCLE_RULES, cycleFindings } from "./cycles.js";
import { HOME_RULES, homeFindings } from "./homes.js";
import { PACKAGE_RULES, packageFindings } from "./packages.js";
import { SERVICE_RULES, serviceFindings } from "./services.js";

/** A family of layout rules: judges the whole schema. */
type Family = (judged: Judged, schema: Schema) => Promise<Finding[]>;

const FAMILIES: readonly Family[] = [serviceFindings, packageFindings, homeFindings, cycleFindings];

const RULES: readonly OwnRule<never>[] = [
  ...SERVICE_RULES,
  ...PACKAGE_RULES,
  ...HOME_RULES,
  ...CYCLE_RULES,
];

export const layout: SchemaCheck = {
  name: "layout",
  reads: "schema",
  rules: RULES,
  async judge(judged, schema) {
    const findings = await Promise.all(FAMILIES.map((family) => family(judged, schema)));
    const isIgnored = lintIgnores(judged.workspace.buf);
    const services = schema.files.reduce((sum, file) => sum + file.services.length, 0);
    return {
      findings: findings.flat().filter(({ place }) => !isIgnored(place.path)),
      summary: `${count(services, "service")} in ${count(schema.files.length, "file")}`,
    };
  },
};
