// What a person sees of a watch on a terminal: errors appear, and go in place.
import { readdir } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { STATUS_PROTO, workspace } from "../workspace.js";
import { Terminal } from "./watching.js";

const PROTO = "proto/a/v1/a.proto";
const READY = "Watching for changes. Ctrl-C ends it.";

describe("on a terminal", () => {
  it("shows an error, clears it when it is mended, and ends with Ctrl-C", async () => {
    const w = await workspace();
    const terminal = new Terminal(w, "echo earlier work; exec $watch");
    await terminal.shows(["No findings.", "8 files written", READY], ["earlier work"]);
    expect(terminal.scrollback).toContain("earlier work");
    expect(await w.read("generated/index.d.ts")).toContain("a/v1");
    const good = await w.files("generated");

    await w.edit(PROTO, "string name = 1;", "strin name = 1;");
    await terminal.shows(["COMPILE", `${PROTO} changed`, "1 error.", READY], ["No findings."]);
    expect(terminal.shown).toContain("the protos do not compile");
    expect(await w.files("generated")).toEqual(good);

    await w.edit(PROTO, "strin name = 1;", "string name = 1;\n  // Its port.\n  int32 port = 3;");
    await terminal.shows(["No findings.", READY], ["COMPILE", "1 error."]);
    expect(await w.read("generated/a/v1/a_pb.d.ts")).toContain("port");
    // The block of the round is all there is on the screen.
    expect(terminal.shown.split(READY)).toHaveLength(2);
    expect(terminal.shown.split("\n")).toHaveLength(4);
    expect(terminal.scrollback).not.toContain("COMPILE");

    terminal.type("\u0003");
    expect(await terminal.ended()).toBe(0);
    expect(terminal.shown).not.toContain("    at ");
    expect(terminal.shown).not.toContain("MaxListeners");
    expect(await readdir(w.path("generated/.lockstep"))).toEqual(["manifest.json"]);
  });

  it("appends where the terminal cannot replace, and uses no colour where none is wanted", async () => {
    const w = await workspace();
    const terminal = new Terminal(w, undefined, { TERM: "dumb", NO_COLOR: "1" });
    await terminal.shows(["No findings.", "8 files written"]);
    await w.edit(PROTO, "string name = 1;", "strin name = 1;");
    await terminal.shows(["1 error.", "No findings.", "8 files written"]);
    expect(terminal.raw).not.toContain("\u001B");
    terminal.type("\u0003");
    expect(await terminal.ended()).toBe(0);
  });

  it("replaces without colours where NO_COLOR asks for that", async () => {
    const w = await workspace({ [PROTO]: STATUS_PROTO.replace("string name", "strin name") });
    const terminal = new Terminal(w, undefined, { NO_COLOR: "1" });
    await terminal.shows(["COMPILE", READY]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control characters
    expect(terminal.raw).not.toMatch(/\u001B\[[\d;]*m/);
    await w.write(PROTO, STATUS_PROTO);
    await terminal.shows(["No findings.", READY], ["COMPILE"]);
  });
});
