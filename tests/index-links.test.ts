// Whether the root's index links, told without loading it: only what is sure counts.
import { describe, expect, it } from "vitest";
import { typescript } from "../sync/languages/typescript/typescript.js";

const PACKAGES = new Map([
  ["a/v1/index.js", 'export {\n  Status,\n  file_a,\n} from "./a_pb.js";\n'],
  ["b/index.js", 'import * as bPb from "./b_pb.js";\n\nexport {\n  bPb,\n};\n'],
]);

const INDEX = `import * as aV1 from "./a/v1/index.js";
import * as b from "./b/index.js";

export {
  aV1,
  b,
};

export {
  Status,
} from "./a/v1/index.js";
`;

function isLinked(index: string, ending = "js"): boolean {
  const as = (text: string): string => text.replaceAll(".js", `.${ending}`);
  const files = [...PACKAGES].map(([path, text]) => [as(path), Buffer.from(as(text))] as const);
  return typescript.isLinked(`index.${ending}`, Buffer.from(as(index)), new Map(files));
}

describe("the root's index", () => {
  it("links where all that it names is there", () => {
    expect(isLinked(INDEX)).toBe(true);
    expect(isLinked(INDEX, "ts")).toBe(true);
    expect(isLinked(INDEX.replace("  Status,", "  Status,\n  file_a,"))).toBe(true);
  });

  it.each([
    ["names what an index of a package does not export", "  Status,", "  State,"],
    ["names what is in a namespace alone", "Status,\n} from", "b_pb,\n} from"],
    [
      "takes from a file that is none of them",
      '} from "./a/v1/index.js"',
      '} from "./a/v1/a_pb.js"',
    ],
    ["takes from a package", 'import * as b from "./b/index.js"', 'import * as b from "b"'],
    ["lacks a package", 'import * as b from "./b/index.js";\n', ""],
    ["lacks a package that it imports", "  b,\n", ""],
    ["exports something else", "  b,\n", "  b,\n  c,\n"],
    ["exports all of a module", "export {\n  Status,\n}", "export *"],
    ["is no code", "export {", "export {{"],
  ])("does not where it %s", (_, from, to) => {
    expect(INDEX).toContain(from);
    expect(isLinked(INDEX.replace(from, to))).toBe(false);
  });
});
