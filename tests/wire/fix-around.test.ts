// What lockstep fix may not use or touch: numbers of the history, and what is waived or switched off.
import { describe, expect, it } from "vitest";
import { commit, committed, ENGINE, found } from "./gate.js";

const INSERTED = [
  ["PROCESS_STATUS_FAILED = 4;", "PROCESS_STATUS_FAILED = 5;"],
  ["PROCESS_STATUS_HEALTHY = 3;", "PROCESS_STATUS_LOADING = 3;\n  PROCESS_STATUS_HEALTHY = 4;"],
] as const;

describe("lockstep fix", () => {
  it("gives an inserted value no number that an earlier commit removed", async () => {
    const w = await committed();
    await w.edit(ENGINE, "PROCESS_STATUS_FAILED = 4;", "PROCESS_STATUS_FAILED = 4;\n  GONE = 5;");
    await commit(w, "add");
    await w.edit(ENGINE, "  GONE = 5;\n", "");
    await commit(w, "remove");
    for (const [from, to] of INSERTED) await w.edit(ENGINE, from, to);
    const shown = await w.json("breaking");
    const shift = shown.findings.find(({ rule }) => rule === "ENUM_VALUE_RENUMBERED");
    expect(shift?.help).toContain("PROCESS_STATUS_LOADING = 6;");
    expect((await w.run("fix")).code).toBe(0);
    expect(await w.read(ENGINE)).toContain("PROCESS_STATUS_LOADING = 6;");
    expect(await found(w)).toEqual([
      "warning ENUM_VALUE_ADDED gaius.v1.ProcessStatus.PROCESS_STATUS_LOADING",
    ]);
  });

  it("reserves what it is to, and not what is waived in the same message", async () => {
    const w = await committed();
    await w.edit(ENGINE, "  ProcessStatus status = 2;\n  int64 memory_bytes = 3;\n", "");
    const waiver = `waivers:
  - rule: FIELD_REMOVED_UNRESERVED
    symbol: gaius.v1.Endpoint.status
    reason: It comes back before the release.
    expires: 2999-12-31
`;
    await w.write("lockstep.yaml", (await w.read("lockstep.yaml")) + waiver);
    expect((await w.run("fix")).code).toBe(0);
    const proto = await w.read(ENGINE);
    expect(proto).toContain('  reserved 3;\n  reserved "memory_bytes";\n');
    expect(proto).not.toContain('"status"');
  });
});
