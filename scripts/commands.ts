// The commands as the command line and the package's API call them: from the cache where nothing has changed,
// with an outcome also in trouble.
import { asTrouble } from "../core/trouble.js";
import type { Call, Outcome } from "./pipeline.js";
import type { Load } from "./remember.js";

/** What is wrong with the workspace; `only` names the checks to run, which are all where it is undefined. */
export function check(call: Call, only: readonly string[] | undefined): Promise<Outcome> {
  return remembered(`check ${only ?? ""}`, true, call, async () => {
    const { check } = await import("./check.js");
    return (known) => check(known, { only });
  });
}

/** Brings the generated folders in step with the protos. */
export function generate(call: Call): Promise<Outcome> {
  return remembered("generate", true, call, async () => (await import("./generate.js")).generate);
}

/** What the change breaks for peers that speak the baselines. */
export function breaking(call: Call): Promise<Outcome> {
  return remembered("breaking", false, call, async () => (await import("./breaking.js")).breaking);
}

function remembered(name: string, generates: boolean, call: Call, load: Load): Promise<Outcome> {
  return troubled(
    import("./remember.js").then((memory) => memory.remembered(call, { name, generates }, load)),
  );
}

/** The outcome of a command, also where trouble kept it from having one. */
export async function troubled(command: Promise<Outcome>): Promise<Outcome> {
  try {
    return await command;
  } catch (thrown) {
    return { findings: [], troubles: [asTrouble(thrown)], steps: [], sources: undefined };
  }
}
