// lockstep.yaml: what a workspace may set. The schema below is the only source: of the validation,
// of the types, and of docs/lockstep.schema.json, which editors read.
import { z } from "zod";
import { ELEMENT_KINDS } from "./elements.js";
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
    baseline: z
      .string()
      .min(1)
      .optional()
      .describe(
        "The git ref that changes are judged against. Without it: the merge base with the remote's default branch, or HEAD where there is no remote.",
      ),
    sources: z
      .array(z.string().min(1))
      .default(["."])
      .describe(
        "The folders that hold hand-written code, relative to the workspace. Files that git ignores, and generated ones, are never read.",
      ),
    docstrings: z
      .strictObject({
        enforce: z
          .enum(["all", "changed"])
          .default("all")
          .describe("`changed` judges only elements that are new or changed against the baseline."),
        kinds: z
          .array(z.enum(ELEMENT_KINDS))
          .default([...ELEMENT_KINDS])
          .describe("The kinds of elements that are judged."),
        packages: z
          .strictObject({
            include: z
              .array(z.string())
              .default([])
              .describe("Only these packages, and those in them."),
            exclude: z
              .array(z.string())
              .default([])
              .describe("Not these packages, nor those in them."),
          })
          .prefault({}),
      })
      .prefault({})
      .describe("What the docstrings check judges."),
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
        help: suggestion(key, keysAt(issue.path)),
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

/** The settings that are valid in the section at that path. */
function keysAt(path: readonly PropertyKey[]): string[] {
  let section: unknown = configurationSchema;
  for (const part of path) section = unwrapped(section).shape?.[String(part)];
  return Object.keys(unwrapped(section).shape ?? {});
}

/** The object that a default is around. */
function unwrapped(schema: unknown): { shape?: Record<string, unknown> } {
  let inner = schema as { shape?: Record<string, unknown>; unwrap?: () => unknown };
  while (inner?.shape === undefined && inner?.unwrap !== undefined)
    inner = inner.unwrap() as typeof inner;
  return inner ?? {};
}
