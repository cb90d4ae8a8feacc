// What changed in the names of fields, in the protos and in JSON.
import { symbolOf } from "../../../core/source-info.js";
import type { Field } from "../pairs.js";
import { type Suspect, suspect } from "../suspect.js";
import { TYPE_RULES } from "./aspects.js";
import { type FieldsChange, REMOVAL_RULES } from "./change.js";
import { valueProbes } from "./probes.js";
import * as rules from "./rules.js";

/** Fields that are called otherwise, in the protos or in JSON. */
export function names(change: FieldsChange): Suspect[] {
  const { pairing } = change;
  const found: Suspect[] = [];
  // A name that another field had is told as one that is reused.
  const jsonNames = new Set(change.pairs.old.fieldsOf(change.old).map(jsonName));
  for (const pair of pairing.both) {
    const { old, now } = pair;
    const args = { name: now.name, old: old.name, json: jsonName(now), oldJson: jsonName(old) };
    const about = {
      symbol: symbolOf(now),
      at: now,
      was: old,
      severity: "proven" as const,
      harmless: "warning" as const,
      probes: valueProbes(change, pair, "number"),
      formats: ["json"] as const,
    };
    if (old.name !== now.name) {
      // The entry of a map is called after it.
      const types = old.fieldKind === "map" && now.fieldKind === "map" ? TYPE_RULES : [];
      const covers = ["FIELD_SAME_NAME", "FIELD_SAME_JSON_NAME", ...REMOVAL_RULES, ...types];
      found.push(suspect(rules.FIELD_RENAMED, args, { ...about, covers }));
    } else if (args.json !== args.oldJson && !jsonNames.has(args.json)) {
      const covers = ["FIELD_SAME_JSON_NAME"];
      found.push(suspect(rules.FIELD_JSON_NAME_CHANGED, args, { ...about, covers }));
    }
  }
  return [...found, ...jsonNamesReused(change)];
}

/** JSON names under which each version knows another field. */
function jsonNamesReused(change: FieldsChange): Suspect[] {
  const { old, now, pairing, pairs } = change;
  const before = new Map(pairs.old.fieldsOf(old).map((field) => [jsonName(field), field]));
  return pairs.now.fieldsOf(now).flatMap((field) => {
    const other = before.get(jsonName(field));
    const isSame = pairing.both.some((pair) => pair.old === other && pair.now === field);
    if (other === undefined || isSame) return [];
    // A new field under the number of one that is gone is told as that.
    const isNew = pairing.added.includes(field) && pairing.removed.includes(other);
    if (isNew && other.number === field.number) return [];
    return [
      suspect(
        rules.FIELD_JSON_NAME_REUSED,
        { name: field.name, json: jsonName(field), old: other.name },
        {
          symbol: symbolOf(field),
          at: field,
          was: other,
          severity: "proven",
          harmless: "warning",
          probes: valueProbes(change, { old: other, now: field }, "number"),
          formats: ["json"],
          covers: ["FIELD_SAME_JSON_NAME"],
        },
      ),
    ];
  });
}

function jsonName(field: Field): string {
  return field.kind === "extension" ? `[${field.typeName}]` : field.jsonName;
}
