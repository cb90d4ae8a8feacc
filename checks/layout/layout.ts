// The layout of the protos: what lives in which file, grouped by service.

import { count } from "../../core/count.js";
import type { Finding, OwnRule } from "../../core/finding.js";
import type { Schema } from "../../core/schema.js";
import type { Judged, WholeCheck } from "../check.js";
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

export const layout: WholeCheck = {
  name: "layout",
  reads: "whole",
  rules: RULES,
  async judge(judged, whole) {
    const schema = await whole();
    const findings = await Promise.all(FAMILIES.map((family) => family(judged, schema)));
    const services = schema.files.reduce((sum, file) => sum + file.services.length, 0);
    return {
      findings: findings.flat(),
      summary: `${count(services, "service")} in ${count(schema.files.length, "file")}`,
    };
  },
};
