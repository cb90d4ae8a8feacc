// lockstep explain, from the table that holds the rules; and that table itself.
import { describe, expect, it } from "vitest";
import { RULES } from "../checks/table.js";
import { packageFolder } from "../core/installation.js";
import { TestWorkspace } from "./workspace.js";

const w = new TestWorkspace(packageFolder);

describe("explain", () => {
  it.each(RULES.map((rule) => rule.id))(
    "tells of %s why, wrong, right, and how to switch it off",
    async (id) => {
      const { code, stdout } = await w.run("explain", id);
      expect(code).toBe(0);
      const rule = RULES.find((one) => one.id === id);
      expect(stdout).toContain(rule?.purpose);
      expect(stdout).toContain(rule?.finds);
      expect(stdout).toContain(
        `  severity:\n    ${id}: ${rule?.severity === "warning" ? "off" : "warning"}`,
      );
      expect(stdout).toContain(rule?.example.right.split("\n")[0]);
      expect(rule?.example.right).not.toBe(rule?.example.wrong);
    },
  );

  it("gives the nearest rule for one that there is not", async () => {
    const { code, stderr } = await w.run("explain", "DOCSTRING_BEHINDS");
    expect(code).toBe(2);
    expect(stderr).toContain('Did you mean "DOCSTRING_BEHIND"?');
  });

  it("says of a rule of buf's where buf documents it", async () => {
    const { code, stdout } = await w.run("explain", "ENUM_VALUE_PREFIX");
    expect(code).toBe(0);
    expect(stdout).toContain("https://buf.build/docs/lint/rules/");
    const breaking = await w.run("explain", "FIELD_SAME_TYPE");
    expect(breaking.stdout).toContain("https://buf.build/docs/breaking/rules/");
  });

  it("says of a breaking change how to waive it", async () => {
    const { stdout } = await w.run("explain", "FIELD_TYPE_CHANGED");
    expect(stdout).toContain("  waivers:\n    - rule: FIELD_TYPE_CHANGED\n");
    expect((await w.run("explain", "DOCSTRING_MISSING")).stdout).not.toContain("waivers:");
  });
});

describe("the table of rules", () => {
  it("has each id once, in capitals", () => {
    const ids = RULES.map((rule) => rule.id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[A-Z]+(_[A-Z0-9]+)*$/);
  });
});
