// What the functions of the package may be called with. Callers without types get a clear refusal.
import { z } from "zod";
import { trouble } from "../core/trouble.js";

const SHARED = {
  cwd: z.string().optional(),
  config: z.string().optional(),
  signal: z.custom<AbortSignal>(isSignal, "has to be an AbortSignal").optional(),
  cache: z.boolean().optional(),
};

const OPTIONS: Readonly<Record<string, z.ZodType>> = {
  check: z.strictObject({ ...SHARED, only: z.array(z.string()).optional() }),
  generate: z.strictObject(SHARED),
  breaking: z.strictObject({
    ...SHARED,
    against: z.union([z.string(), z.array(z.string()).min(1)]).optional(),
  }),
};

/** Throws trouble where the options are not those that the function of that name takes. */
export function validateOptions(name: string, options: unknown): void {
  const issue = OPTIONS[name]?.safeParse(options).error?.issues[0];
  if (issue === undefined) return;
  const option = issue.path.length === 0 ? "" : `${issue.path.join(".")}: `;
  throw trouble("BAD_OPTION", { call: `${name}()`, why: `${option}${issue.message}` });
}

function isSignal(value: unknown): boolean {
  return typeof value === "object" && value !== null && "aborted" in value;
}
