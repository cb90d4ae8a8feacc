// The smoke test: starts each example system, drives it through its command line, checks what comes back
// and stops it. The exit code is 1 where something is not as it should be.
import { fileURLToPath } from "node:url";
import { smokeGaius } from "./gaius/smoke.js";
import { smokeNavarch } from "./navarch/smoke.js";

/** A system's part: it says each step that went well, and throws at the first that did not. */
type Smoke = (programs: string, well: (step: string) => void) => Promise<void>;

const SYSTEMS: Readonly<Record<string, Smoke>> = {
  gaius: smokeGaius,
  navarch: smokeNavarch,
};

for (const [system, smoke] of Object.entries(SYSTEMS)) {
  try {
    await smoke(fileURLToPath(new URL(system, import.meta.url)), (step) =>
      console.log(`✓ ${system}: ${step}`),
    );
  } catch (thrown) {
    console.error(`✗ ${system}: ${thrown instanceof Error ? thrown.message : thrown}`);
    process.exitCode = 1;
  }
}
