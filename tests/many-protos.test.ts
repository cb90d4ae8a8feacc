// Several hundred protos of four modules, generated, indexed and imported.
import { expect, it } from "vitest";
import { workspace } from "./workspace.js";
import { xdsWorkspace } from "./xds-protos.js";

it("generates and imports several hundred protos of four modules", async () => {
  const files = await xdsWorkspace();
  expect(Object.keys(files).length).toBeGreaterThan(400);
  const w = await workspace(files);

  const first = await w.json("generate");
  expect(first.findings).toEqual([]);
  expect(first.code).toBe(0);
  expect(first.steps.find((step) => step.name === "apply")?.summary).toMatch(
    /^\d{4} files written, 0 removed, 0 unchanged/,
  );
  const check = await w.json("check");
  expect(check.ok).toBe(true);
  expect(check.steps.find((step) => step.name === "drift")?.summary).toBe(
    "what is generated is up to date",
  );

  // Every name of every module is in its package's index, and at the root exactly if it is there once.
  const modules = [...(await w.files("generated")).keys()].filter((path) =>
    /_(pb|maps)\.js$/.test(path),
  );
  const problems = JSON.parse(
    await w.node(`
      import { readFileSync } from "node:fs";
      const root = await import("./generated/index.js");
      const types = new Map();
      const problems = [], where = new Map();
      const indexes = new Map();
      for (const path of ${JSON.stringify(modules)}) {
        const module = await import("./" + path);
        const file = Object.values(module).find((value) => value.kind === "file") ?? Object.values(await import("./" + path.replace(/_maps\\.js$/, "_pb.js"))).find((value) => value.kind === "file");
        const name = file.proto.package;
        const index = await import("./generated/" + name.replaceAll(".", "/") + "/index.js");
        indexes.set(name, index);
        for (const [, key] of readFileSync(path.replace(/js$/, "d.ts"), "utf8").matchAll(/^export declare type (\\S+)/gm)) types.set(key, (types.get(key) ?? 0) + 1);
        for (const [key, value] of Object.entries(module)) {
          if (index[key] !== value) problems.push(name + " lacks " + key);
          where.set(key, [...(where.get(key) ?? []), value]);
        }
      }
      for (const [key, values] of where) {
        // A value collides with a value of that name, and with a type of that name that is not its own.
        const collides = values.length > 1 || (types.get(key) ?? 0) > 0;
        if (collides ? values.includes(root[key]) : root[key] !== values[0]) problems.push("root: " + key);
      }
      const namespaces = Object.values(root).filter((value) => Object.prototype.toString.call(value) === "[object Module]");
      if (namespaces.length !== indexes.size) problems.push(namespaces.length + " namespaces");
      console.log(JSON.stringify(problems));`),
  ) as string[];
  expect(problems).toEqual([]);
});
