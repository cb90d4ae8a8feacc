// JUnit: valid against the schema that Jenkins has, and what a consumer reads out of it.
import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { validateXML } from "xmllint-wasm";
import { reportOf } from "../../core/report/report.js";
import { AWKWARD, FAILED, rendered } from "./awkward.js";

const XSD = new URL("data/junit.xsd", import.meta.url);

async function errors(xml: string): Promise<string[]> {
  const made = await validateXML({
    xml: [{ fileName: "report.xml", contents: xml }],
    schema: [await readFile(XSD, "utf8")],
  });
  return made.errors.map(({ message }) => message);
}

/** The report after libxml2 has read it: its own way of writing, which has plain references only. */
async function read(xml: string): Promise<string> {
  expect(await errors(xml)).toEqual([]);
  const { rawOutput, normalized } = await validateXML({
    xml: [{ fileName: "report.xml", contents: xml }],
    schema: [await readFile(XSD, "utf8")],
    normalization: "format",
  });
  expect(rawOutput).toContain("validates");
  return normalized;
}

/** How often an element with that start is in the text. */
function countOf(xml: string, start: string): number {
  return xml.split(`<${start}`).length - 1;
}

describe("the JUnit report", () => {
  it("is judged by a schema that can say no", async () => {
    const xml = await rendered("junit");
    expect(await errors(xml)).toEqual([]);
    expect(await errors(xml.replace("</failure>", ""))).not.toEqual([]);
    expect(await errors(xml.replace("<testcase", "<testcase file='a'"))).not.toEqual([]);
    expect(await errors(xml.replace("]]&gt;", "]]> \u0000"))).not.toEqual([]);
  });

  it("has a failure for an error, and a skipped test for what fails no run", async () => {
    const xml = await read(await rendered("junit"));
    expect(countOf(xml, "failure")).toBe(1);
    expect(countOf(xml, "skipped")).toBe(3);
    expect(countOf(xml, "error")).toBe(0);
    expect(xml).toContain('name="schemas, old/proto/wörk space/a,b:100%.proto"');
    expect(xml).toContain('tests="4" failures="1" errors="0" skipped="3"');
    expect(xml).toContain("Waived until 2027-01-31: ");
    expect(xml).toContain("as bytes           18 [06]");
    expect(xml).toContain('time="1.5" timestamp="2026-10-01T12:00:00"');
  });

  it("keeps what means something in XML", async () => {
    const xml = await read(await rendered("junit"));
    for (const kept of [
      "&lt;script&gt;alert(1)&lt;/script&gt;",
      "]]&gt; | pipe",
      "&amp;lt;",
      "\\x00\\x1b[31m",
      "\\xd800",
    ]) {
      expect(xml).toContain(kept);
    }
    // Within an attribute, too, where line endings would be lost.
    const message = /<failure message="([^"]*)"/.exec(xml)?.[1] ?? "";
    expect(message.split(/&#10;|\n/).length).toBe(AWKWARD.split("\n").length);
  });

  it("has a passed test where nothing is wrong, and an error where the run could not be done", async () => {
    const clean = await read(await rendered("junit", reportOf([], [], false)));
    expect(countOf(clean, "testcase")).toBe(1);
    expect(clean).toContain('tests="1" failures="0" errors="0" skipped="0"');
    const failed = await read(
      await rendered("junit", reportOf([], [], true), { troubles: [FAILED] }),
    );
    expect(failed).toContain('tests="1" failures="0" errors="1" skipped="0"');
    expect(failed).toContain("lock,step.yaml:3:2: error: Says");
  });
});
