// lockstep.yaml: what a workspace may set. The schema below is the only source: of the validation,
// of the types, and of docs/lockstep.schema.json, which editors read.
import { z } from "zod";
import { ELEMENT_KINDS } from "./element-kinds.js";
import { SEVERITIES } from "./finding.js";
import { suggestion } from "./nearest.js";
import { trouble } from "./trouble.js";
import { readYamlFile, type YamlFile } from "./yaml-file.js";

/** What peers may exchange: binary and JSON messages, and calls of RPCs. */
export const SPOKEN = ["binary", "json", "rpc"] as const;
export type Spoken = (typeof SPOKEN)[number];

/** A text that says something; zod's own words for what is wrong with one are not for people. */
const text = (): z.ZodString =>
  z
    .string({ error: ({ input }) => missingOr(input, "it has to be a text; put it in quotes") })
    .trim()
    .min(1, { error: "it has to say something" });

const waiver = z.strictObject({
  rule: text().describe("The rule whose finding is let through, by its id."),
  symbol: text().describe("The fully qualified name of what changed."),
  reason: text().describe("Why the change is harmless here. The report shows it."),
  expires: z.iso
    .date({ error: ({ input }) => missingOr(input, `"${String(input)}" is no day as YYYY-MM-DD`) })
    .describe("The last day on which it holds."),
  baseline: text()
    .optional()
    .describe("The baseline that it holds against; without it, all that are judged."),
});

/** The reviewed permission for one named break. */
export type Waiver = z.infer<typeof waiver>;

const waivers = z
  .array(waiver, { error: "it has to be a list" })
  .superRefine((all, context) => {
    const same = (a: Waiver, b: Waiver): boolean =>
      a.rule === b.rule && a.symbol === b.symbol && a.baseline === b.baseline;
    all.forEach((one, i) => {
      const first = all.findIndex((other) => same(one, other));
      if (first === i) return;
      const message = `it waives the same as waivers.${first}: ${one.rule} for ${one.symbol}`;
      context.addIssue({ code: "custom", path: [i], message });
    });
  })
  .default([])
  .describe("Breaking changes that were reviewed and are let through for a time.");

function missingOr(input: unknown, why: string): string {
  return input === undefined || input === null ? "it is missing" : why;
}

const NAMES = "it has to be a git ref, a path, or a list of them";

export const configurationSchema = z
  .strictObject({
    severity: z
      .record(z.string(), z.enum([...SEVERITIES, "off"]))
      .default({})
      .describe("The severity of a rule, by its id; `off` switches the rule off."),
    baseline: z
      .union([z.string().min(1, NAMES), z.array(z.string().min(1, NAMES)).min(1, NAMES)], NAMES)
      .optional()
      .describe(
        "What changes are judged against, one or several: a git ref, a pattern of tags (`v*`), a folder, or an image file. Without it: the merge base with the remote's default branch, in CI with the branch that the change goes to, or HEAD where there is no remote.",
      ),
    template: z
      .string({ error: ({ input }) => missingOr(input, "it has to be the path of a file") })
      .refine((path) => !/^(\/|[A-Za-z]:)|(^|[\\/])\.\.([\\/]|$)/.test(path), {
        error: "it has to be a file inside the workspace",
      })
      .refine((path) => /(^|\/)buf(\.[\w-]+)*\.yaml$/.test(path), {
        error: "its name has to be that of a file of buf's, such as buf.gen.lockstep.yaml",
      })
      .default("buf.gen.yaml")
      .describe(
        "The file with the plugins to run, as `buf generate --template` takes it, relative to buf.yaml. Another one than buf.gen.yaml keeps Lockstep's plugins apart from those of other tools.",
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
    wire: z
      .strictObject({
        speaks: z
          .array(z.enum(SPOKEN), { error: "it has to be a list" })
          .min(1, { error: `it has to name at least one of ${SPOKEN.join(", ")}` })
          .default([...SPOKEN])
          .describe("What peers exchange: messages in binary or in JSON, and calls of RPCs."),
      })
      .prefault({})
      .describe("What the wire check takes for breaking."),
    waivers,
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
  // A mistyped setting comes before the one that is missing for it.
  const { issues } = result.error;
  const issue = issues.find(({ code }) => code === "unrecognized_keys") ?? issues[0];
  throw mistake(issue as z.core.$ZodIssue, source as YamlFile, shown);
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
  for (const part of path)
    if (typeof part !== "number") section = unwrapped(section).shape?.[String(part)];
  return Object.keys(unwrapped(section).shape ?? {});
}

/** The object that a default or a list is around. */
function unwrapped(schema: unknown): { shape?: Record<string, unknown> } {
  let inner = schema as { shape?: Record<string, unknown>; unwrap?: () => unknown };
  while (inner?.shape === undefined && inner?.unwrap !== undefined)
    inner = inner.unwrap() as typeof inner;
  return inner ?? {};
}
