// Waivers as a reviewer meets them: what one lets through, and what is said once it is wrong or done with.
import { describe, expect, it } from "vitest";
import type { TestWorkspace } from "../workspace.js";
import { LENIENT } from "../workspace.js";
import { commit, committed, ENGINE, ENGINE_PROTO, found, policy, trouble } from "./gate.js";

const MEMORY = "gaius.v1.Endpoint.memory_bytes";
const MODEL = "gaius.v1.Endpoint.model";

interface Waiver {
  readonly rule: string;
  readonly symbol: string;
  readonly expires?: string;
  readonly baseline?: string;
}

/** Writes those waivers to lockstep.yaml. */
async function waive(w: TestWorkspace, ...waivers: Waiver[]): Promise<void> {
  const all = waivers.map((one) => ({
    reason: "No peer reads it.",
    expires: "2099-01-31",
    ...one,
  }));
  await w.write("lockstep.yaml", `${LENIENT["lockstep.yaml"]}waivers: ${JSON.stringify(all)}\n`);
}

/** A workspace in which two fields changed their types, after what `meanwhile` does. */
async function changed(
  meanwhile: (w: TestWorkspace) => Promise<unknown> = async () => {},
): Promise<TestWorkspace> {
  const proto = ENGINE_PROTO.replace(
    "= 3;\n}\n\nservice",
    "= 3;\n  int64 model = 4;\n}\n\nservice",
  );
  const w = await committed({ [ENGINE]: proto });
  await meanwhile(w);
  await w.edit(ENGINE, "int64 memory_bytes", "int32 memory_bytes");
  await w.edit(ENGINE, "int64 model", "int32 model");
  return w;
}

describe("a waiver", () => {
  it("lets through that rule for that symbol alone, and the report says why", async () => {
    const w = await changed();
    await waive(w, { rule: "FIELD_TYPE_CHANGED", symbol: MEMORY });
    expect(await found(w)).toEqual([
      `error FIELD_TYPE_CHANGED ${MEMORY} (waived)`,
      `error FIELD_TYPE_CHANGED ${MODEL}`,
    ]);
    await waive(
      w,
      { rule: "FIELD_TYPE_CHANGED", symbol: MEMORY },
      { rule: "FIELD_TYPE_CHANGED", symbol: MODEL },
    );
    expect(await w.run("breaking")).toMatchObject({
      code: 0,
      stdout: `Waived:
  ${ENGINE}:17:3  FIELD_TYPE_CHANGED  ${MEMORY}: No peer reads it. (until 2099-01-31)
  ${ENGINE}:18:3  FIELD_TYPE_CHANGED  ${MODEL}: No peer reads it. (until 2099-01-31)

2 waived.
`,
    });
    const { findings, steps } = await w.json("breaking");
    expect(findings.map(({ waived }) => waived)).toEqual(
      Array(2).fill({ reason: "No peer reads it.", expires: "2099-01-31" }),
    );
    expect(steps.at(-1)?.summary).toBe("2 waived; against HEAD");
    expect(await w.run("check", "--only", "wire")).toMatchObject({ code: 0 });
  });

  it("that is expired, of another rule, or misspelt lets nothing through, and is said to be wrong", async () => {
    const w = await changed();
    await w.edit(ENGINE, "int32 model", "int64 model");
    const STANDS = `error FIELD_TYPE_CHANGED ${MEMORY}`;
    await waive(w, { rule: "FIELD_TYPE_CHANGED", symbol: MEMORY, expires: "2020-01-31" });
    expect(await found(w)).toEqual([`error WAIVER_EXPIRED ${MEMORY}`, STANDS]);
    await waive(w, { rule: "FIELD_CARDINALITY_CHANGED", symbol: MEMORY });
    expect(await found(w)).toEqual([`warning WAIVER_UNUSED ${MEMORY}`, STANDS]);
    expect((await w.run("breaking")).stdout).toContain(
      "help: Remove it, or correct its rule: what was found of that symbol is FIELD_TYPE_CHANGED.\n",
    );
    await waive(w, { rule: "FIELD_TYPE_CHANGED", symbol: "gaius.v1.Endpoint.memory_byte" });
    expect(await found(w)).toEqual([
      "error WAIVER_UNKNOWN_SYMBOL gaius.v1.Endpoint.memory_byte",
      STANDS,
    ]);
    expect((await w.run("breaking")).stdout).toContain(`help: Did you mean "${MEMORY}"?`);
    await waive(w, { rule: "FIELD_TYPE_CHANGE", symbol: MEMORY });
    expect(await trouble(w)).toMatch(
      /^lockstep\.yaml:\d+:\d+: error: A waiver names "FIELD_TYPE_CHANGE", which is no rule about breaking changes\.\n {2}help: Did you mean "FIELD_TYPE_CHANGED"\?\n$/,
    );
  });

  it("may hold for one baseline alone", async () => {
    const w = await changed(async (before) => {
      await before.git("tag", "v1.0.0");
      await before.edit(ENGINE, "  int64 model = 4;\n", "  int64 model = 4;\n  bool ready = 5;\n");
      await commit(before);
    });
    await waive(w, { rule: "FIELD_TYPE_CHANGED", symbol: MEMORY, baseline: "v1.0.0" });
    const against = ["--against", "v1.0.0", "--against", "main"];
    expect(await found(w, ...against)).toEqual([
      `error FIELD_TYPE_CHANGED ${MEMORY} against main`,
      `error FIELD_TYPE_CHANGED ${MEMORY} (waived) against v1.0.0`,
      `error FIELD_TYPE_CHANGED ${MODEL} against v1.0.0, main`,
    ]);
    expect(await found(w, "--against", "main")).toEqual([
      `warning WAIVER_UNUSED ${MEMORY}`,
      `error FIELD_TYPE_CHANGED ${MEMORY}`,
      `error FIELD_TYPE_CHANGED ${MODEL}`,
    ]);
  });

  it("is unused once the change is merged, whatever it deleted", async () => {
    const w = await committed({ "buf.yaml": policy("  use: [FILE]\n") });
    const JOB = "proto/gaius/v1/job.proto";
    await w.write(
      JOB,
      'syntax = "proto3";\npackage gaius.v1;\nmessage Job {\n  string name = 1;\n}\n',
    );
    await commit(w);
    await w.edit(ENGINE, "  int64 memory_bytes = 3;\n", "");
    await w.edit(
      ENGINE,
      "  rpc GetEndpoint(GetEndpointRequest) returns (GetEndpointResponse);\n",
      "",
    );
    await w.remove(JOB);
    const findings = (await w.json("breaking")).findings.filter((one) => one.severity === "error");
    expect(findings.map(({ rule, symbol }) => `${rule} ${symbol}`)).toEqual([
      "FIELD_REMOVED_UNRESERVED gaius.v1.Endpoint.memory_bytes",
      "RPC_REMOVED gaius.v1.Engine.GetEndpoint",
      "FILE_NO_DELETE gaius/v1/job.proto",
    ]);
    expect(findings.at(-1)?.path).toBe(JOB);
    await waive(w, ...findings.map(({ rule, symbol }) => ({ rule, symbol: symbol ?? "" })));
    expect(await w.run("breaking")).toMatchObject({ code: 0 });
    await commit(w);
    const left = await found(w);
    expect(left).toEqual(findings.map(({ symbol }) => `warning WAIVER_UNUSED ${symbol}`));
    expect((await w.run("breaking")).stdout).toContain(
      "lets nothing through: there is no such finding.",
    );
  });

  it("keeps lockstep fix from undoing what it lets through", async () => {
    const w = await committed();
    const before = "  PROCESS_STATUS_HEALTHY = 3;\n  PROCESS_STATUS_FAILED = 4;\n";
    await w.edit(ENGINE, before, before.replace("3", "5").replace("4", "3").replace("5", "4"));
    const swapped = await w.read(ENGINE);
    const [finding] = (await w.json("breaking")).findings;
    expect(finding).toMatchObject({ rule: "ENUM_VALUE_RENUMBERED", fixable: true });
    await waive(w, { rule: "ENUM_VALUE_RENUMBERED", symbol: finding?.symbol ?? "" });
    expect(await w.run("fix")).toMatchObject({ code: 0 });
    expect(await w.read(ENGINE)).toBe(swapped);
  });
});
