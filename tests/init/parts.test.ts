// The parts of init that have laws: module roots answer every import, and an edit of JSON changes nothing else.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readProto } from "../../core/proto-file.js";
import { addScript } from "../../scripts/init/json-text.js";
import { inferRoots, type Roots } from "../../scripts/init/proto-roots.js";

describe("inferRoots", () => {
  /** The roots of protos with those packages and imports, by their paths. */
  function rootsOf(protos: Record<string, string>, vendored: Record<string, string> = {}): Roots {
    const read = (files: Record<string, string>) =>
      Object.entries(files).map(([path, text]) => readProto(path, text));
    return inferRoots(read(protos), read(vendored));
  }
  const paths = ({ roots }: Roots): string[] => roots.map(({ path }) => path);

  it.each([
    ["the package is the folder", { "proto/a/v1/a.proto": "package a.v1;" }, ["proto"]],
    ["the package is the whole path", { "a/v1/a.proto": "package a.v1;" }, ["."]],
    [
      "imports name more than the package does",
      {
        "src/proto/a/a.proto": 'package a; import "src/proto/a/b.proto";',
        "src/proto/a/b.proto": "package a;",
        "src/proto/c/c.proto": "package c;",
      },
      ["."],
    ],
    [
      "files import each other by their bare names",
      { "src/pb/a.proto": 'package x; import "b.proto";', "src/pb/b.proto": "package x;" },
      ["src/pb"],
    ],
    [
      "two modules have a file of one name",
      {
        "one/proto/a/a.proto": 'package a; import "a/common.proto";',
        "one/proto/a/common.proto": "package a;",
        "two/proto/b/b.proto": 'package b; import "b/common.proto";',
        "two/proto/b/common.proto": "package b;",
      },
      ["one/proto", "two/proto"],
    ],
    ["only a name tells", { "server/protos/v1/a.proto": "package acme;" }, ["server/protos"]],
    ["nothing tells", { "server/x/a.proto": "" }, ["server/x"]],
    ["it lies at the top", { "a.proto": "package a;" }, ["."]],
    [
      "an import is commented out, and a field is called import",
      {
        "proto/a/a.proto":
          'package a; // import "proto/a/b.proto";\n/* import "x.proto"; */ message M { string import = 1; }',
        "proto/a/b.proto": "package a;",
      },
      ["proto"],
    ],
  ])("%s", (_, protos, expected) => {
    expect(paths(rootsOf(protos))).toEqual(expected);
  });

  it("shows the other folders that would do where it had to guess", () => {
    expect(rootsOf({ "server/protos/v1/a.proto": "package acme;" }).alternatives).toEqual([
      ".",
      "server",
      "server/protos/v1",
    ]);
    expect(rootsOf({ "proto/a/v1/a.proto": "package a.v1;" }).alternatives).toEqual([]);
  });

  it("names the imports that no file answers, except what every compiler brings", () => {
    const { unresolved } = rootsOf({
      "proto/a/a.proto":
        "package a; import \"google/protobuf/any.proto\"; import public 'x/y.proto';",
    });
    expect([...unresolved]).toEqual([["x/y.proto", "proto/a/a.proto"]]);
  });

  const names = fc.uniqueArray(fc.constantFrom("alpha", "beta", "gamma", "delta"), {
    minLength: 1,
    maxLength: 3,
  });

  it("finds the roots again from which protos were written", () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.constantFrom(".", "proto", "src/api", "services/x/idl"), {
          minLength: 1,
          maxLength: 3,
        }),
        names,
        fc.nat(),
        (roots, packages, seed) => {
          // Each root has its own packages, so that a name means one file.
          const all = roots.flatMap((root, r) =>
            packages.map((name) => ({
              root,
              name: `${name}${r}.v1`,
              file: `${name}${r}/v1/f.proto`,
            })),
          );
          const protos = Object.fromEntries(
            all.map(({ root, name, file }, i) => {
              const imported = all[(i + seed) % all.length] as { file: string };
              const line = imported.file === file ? "" : `import "${imported.file}";`;
              return [root === "." ? file : `${root}/${file}`, `package ${name}; ${line}`];
            }),
          );
          const found = rootsOf(protos);
          expect(found.unresolved.size).toBe(0);
          expect(paths(found)).toEqual([...roots].sort());
        },
      ),
    );
  });
});

describe("addScript", () => {
  // By way of its text, because JSON has no -0.
  const value = fc.json().map((text): unknown => JSON.parse(text));
  const entry = fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), value, { maxKeys: 4 });
  const indent = fc.constantFrom("", "\t", "  ", "    ", "   ");

  it("adds the script, and keeps every byte of the rest", () => {
    fc.assert(
      fc.property(
        entry,
        fc.option(fc.dictionary(fc.stringMatching(/^[a-z]{1,6}$/), fc.string(), { maxKeys: 3 })),
        indent,
        fc.constantFrom("\n", "\r\n"),
        fc.constantFrom("", "\uFEFF"),
        (others, scripts, space, eol, mark) => {
          const data = { ...others, ...(scripts === null ? {} : { scripts }) };
          const text = (value: object): string =>
            mark + JSON.stringify(value, null, space).replaceAll("\n", eol) + eol;
          const after = addScript(text(data), "proto-generate", "lockstep generate");
          expect(JSON.parse(after.replace(mark, ""))).toEqual({
            ...data,
            scripts: { ...scripts, "proto-generate": "lockstep generate" },
          });
          // Where there is an entry whose indentation it can follow, it writes what npm would.
          const isKnown = Object.keys(data).length > 0;
          if (isKnown && !("scripts" in others))
            expect(after).toBe(
              text({ ...data, scripts: { ...scripts, "proto-generate": "lockstep generate" } }),
            );
        },
      ),
    );
  });
});
