// Runs steps of GitHub Actions as they are written: their shell text with bash, their expressions with GitHub's
// own evaluator. What it does not know makes the test fail.
import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import { parse } from "yaml";
import { packageFolder } from "../../core/installation.js";
import { attempt, type Ended } from "../hook/hook-repository.js";

export interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly shell?: string;
  readonly "working-directory"?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly run?: string;
}

export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string }>>;
  readonly outputs: Readonly<Record<string, { readonly value: string }>>;
  readonly runs: { readonly using: string; readonly steps: readonly Step[] };
}

/** The values of the contexts, by their names: `inputs`, `github`, `steps`. */
export type Contexts = Readonly<Record<string, unknown>>;

export interface Ran extends Ended {
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
}

export async function readAction(): Promise<Action> {
  return parse(await readFile(join(packageFolder, "action.yml"), "utf8")) as Action;
}

/** What the text is with each `${{ }}` in it evaluated. Throws for what names nothing. */
export function evaluated(text: string, contexts: Contexts): string {
  return text.replace(/\$\{\{(.*?)\}\}/gs, (_, expression: string) => {
    const value = dataFor(expression, contexts);
    if (value.kind === data.Kind.Null) throw new Error(`There is no ${expression.trim()}.`);
    return value.coerceString();
  });
}

/** Whether the condition holds. */
export function holds(condition: string, contexts: Contexts): boolean {
  const [, inside = condition] = /^\s*\$\{\{(.*)\}\}\s*$/s.exec(condition) ?? [];
  return dataFor(`!!(${inside})`, contexts).coerceString() === "true";
}

function dataFor(expression: string, contexts: Contexts): data.ExpressionData {
  const { tokens } = new Lexer(expression).lex();
  const cancelled = {
    name: "cancelled",
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(false),
  };
  const parsed = new Parser(tokens, Object.keys(contexts), [cancelled]).parse();
  const functions = new Map([[cancelled.name, cancelled]]);
  return new Evaluator(parsed, dataOf(contexts) as data.Dictionary, functions).evaluate();
}

function dataOf(value: unknown): data.ExpressionData {
  if (typeof value === "string") return new data.StringData(value);
  if (typeof value === "number") return new data.NumberData(value);
  if (typeof value === "boolean") return new data.BooleanData(value);
  if (typeof value !== "object" || value === null) throw new Error(`No context has a ${value}.`);
  const pairs = Object.entries(value).map(([key, one]) => ({ key, value: dataOf(one) }));
  return new data.Dictionary(...pairs);
}

/** Runs a `run` step in that folder, and reads the outputs that it has written. */
export async function runStep(
  step: Step,
  contexts: Contexts,
  folder: string,
  environment: Readonly<Record<string, string>>,
): Promise<Ended & { outputs: Record<string, string> }> {
  const { run = "", env = {}, shell = "bash" } = step;
  if (shell !== "bash") throw new Error(`No shell but bash is known here, and not ${shell}.`);
  if (run.includes("${{")) throw new Error("An expression would become a part of the script.");
  const script = join(await mkdtemp(join(environment.RUNNER_TEMP as string, "step-")), "step.sh");
  await writeFile(script, run);
  const own = Object.entries(env).map(([name, value]) => [name, evaluated(value, contexts)]);
  const flags = ["--noprofile", "--norc", "-e", "-o", "pipefail"];
  const where = join(folder, evaluated(step["working-directory"] ?? ".", contexts));
  const all = { ...environment, ...Object.fromEntries(own) };
  const ended = await attempt(where, "bash", [...flags, script], all);
  return { ...ended, outputs: outputsIn(await readFile(all.GITHUB_OUTPUT as string, "utf8")) };
}

function outputsIn(text: string): Record<string, string> {
  const lines = text.split("\n").filter(Boolean);
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]),
  );
}

/** Uses the action with those inputs, as a workflow would. */
export async function useAction(
  folder: string,
  environment: Readonly<Record<string, string>>,
  given: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const action = await readAction();
  if (action.runs.using !== "composite") throw new Error("It is no composite action.");
  const inputs: Record<string, string> = {};
  for (const [name, { default: value }] of Object.entries(action.inputs)) inputs[name] = value;
  for (const [name, value] of Object.entries(given)) {
    if (!(name in inputs)) throw new Error(`The action has no input ${name}.`);
    inputs[name] = value;
  }
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  let ended: Ended = { code: 0, output: "" };
  for (const step of action.runs.steps) {
    const { outputs, ...one } = await runStep(step, { inputs, steps }, folder, environment);
    if (step.id !== undefined) steps[step.id] = { outputs };
    ended = { code: one.code, output: ended.output + one.output };
    if (one.code !== 0) break;
  }
  const outputs = Object.entries(action.outputs).map(([name, { value }]) => [
    name,
    evaluated(value, { inputs, steps }),
  ]);
  return {
    ...ended,
    outputs: Object.fromEntries(outputs),
    summary: await readFile(environment.GITHUB_STEP_SUMMARY as string, "utf8"),
  };
}
