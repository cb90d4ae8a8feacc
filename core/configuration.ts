// lockstep.yaml: what a workspace may set. The schema below is the only source: of the validation,
// of the types, and of docs/lockstep.schema.json, which editors read.
import { z } from "zod";
import { SEVERITIES } from "./finding.js";
import { suggestion } from "./nearest.js";
import { trouble } from "./trouble.js";
import { readYamlFile, type YamlFile } from "./yaml-file.js";

export const configurationSchema = z
  .strictObject({
    severity: z
      .record(z.string(), z.enum([...SEVERITIES, "off"]))
      .default({})
      .describe("The severity of a rule, by its id; `off` switches the rule off."),
  })
  .describe("The settings of a Lockstep workspace (lockstep.yaml). All of them are optional.");

export type Configuration = z.infer<typeof configurationSchema>;

/** The JSON Schema of lockstep.yaml. */
export function configurationJsonSchema(): object {
  return z.toJSONSchema(configurationSchema, { io: "input" });
}

/**
 * The configuration in `file`, with the defaults for what it leaves out, and the file it was read
 * from (undefined where there is none). Throws trouble with the line of the first mistake.
 */
export async function readConfiguration(
  file: string,
  shown: string,
): Promise<{ configuration: Configuration; source: YamlFile | undefined }> {
  const source = await readYamlFile(file, shown);
  const result = configurationSchema.safeParse(source?.data ?? {});
  if (result.success) return { configuration: result.data, source };
  const issue = result.error.issues[0] as z.core.$ZodIssue;
  throw mistake(issue, source as YamlFile, shown);
}

function mistake(issue: z.core.$ZodIssue, source: YamlFile, shown: string): Error {
  const setting = issue.path.length === 0 ? "" : ` at ${issue.path.join(".")}`;
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] as string;
    return trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${shown} has an unknown setting "${key}"${setting}.`,
        help: suggestion(key, Object.keys(configurationSchema.shape)),
      },
      { where: source.locateKey(issue.path, key) },
    );
  }
  if (issue.code === "invalid_value") {
    const value = String(issue.path.reduce<unknown>(at, source.data));
    const valid = issue.values.map(String);
    return trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${shown} is wrong${setting}: "${value}" is none of ${valid.join(", ")}.`,
        help: suggestion(value, valid),
      },
      { where: source.locate(issue.path) },
    );
  }
  if (issue.code === "invalid_type" && ["object", "record"].includes(issue.expected)) {
    return trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${shown} is wrong${setting}: it has to be a map of settings.`,
        help: "See docs/configuration.md for what each setting takes. Nothing was changed.",
      },
      { where: source.locate(issue.path) },
    );
  }
  return trouble(
    "CONFIGURATION_INVALID",
    {
      message: `${shown} is wrong${setting}: ${issue.message}.`,
      help: "See docs/configuration.md for what each setting takes. Nothing was changed.",
    },
    { where: source.locate(issue.path) },
  );
}

function at(data: unknown, key: PropertyKey): unknown {
  return typeof data === "object" && data !== null
    ? (data as Record<PropertyKey, unknown>)[key]
    : undefined;
}
