// The ways in which buf is told of modules: each is generated, checked and judged against a commit.
import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { BUF_GEN_YAML, LENIENT, STATUS_PROTO, TestWorkspace, workspace } from "../workspace.js";

const FRUIT = 'syntax = "proto3";\npackage fruit.v1;\nmessage Fruit {\n  string name = 1;\n}\n';
const BASKET = `syntax = "proto3";
package basket.v1;
import "fruit/v1/fruit.proto";
message Basket {
  fruit.v1.Fruit fruit = 1;
}
`;

const LINT = "lint:\n  use: [SYNTAX_SPECIFIED]\n";

describe.each<[string, Record<string, string | undefined>, string]>([
  [
    "buf.yaml v1, one module",
    {
      "buf.yaml": `version: v1\nbuild:\n  excludes: [node_modules]\n${LINT}breaking:\n  use: [FILE_SAME_JAVA_PACKAGE]\n  ignore: [fruit]\n`,
      "fruit/v1/fruit.proto": FRUIT,
      "basket/v1/basket.proto": BASKET,
    },
    ".",
  ],
  [
    "buf.work.yaml with two modules of v1",
    {
      "buf.yaml": undefined,
      "buf.work.yaml": "version: v1\ndirectories: [protos/fruit, protos/basket]\n",
      "protos/fruit/buf.yaml": `version: v1\n${LINT}breaking:\n  use: [FILE_SAME_JAVA_PACKAGE]\n  ignore: [fruit]\n`,
      "protos/basket/buf.yaml": `version: v1\n${LINT}breaking:\n  use: [FILE_SAME_JAVA_PACKAGE]\n`,
      "protos/fruit/fruit/v1/fruit.proto": FRUIT,
      "protos/basket/basket/v1/basket.proto": BASKET,
    },
    "protos/basket",
  ],
  [
    "buf.yaml v2 with two modules, each with rules of its own",
    {
      "buf.yaml": `version: v2\nmodules:\n  - path: protos/fruit\n    breaking:\n      use: [MESSAGE_NO_DELETE]\n  - path: protos/basket\n${LINT}breaking:\n  use: [FILE_SAME_JAVA_PACKAGE]\n`,
      "protos/fruit/fruit/v1/fruit.proto": FRUIT,
      "protos/basket/basket/v1/basket.proto": BASKET,
    },
    "protos/basket",
  ],
])("%s", (_, files, basket) => {
  it("is generated, checked and judged", async () => {
    const made = await workspace({ ...LENIENT, ...files });
    expect(await made.run("generate")).toMatchObject({ code: 0 });
    expect(await made.run("check")).toMatchObject({ code: 0 });
    const read =
      'import { BasketSchema } from "./generated/index.js"; console.log(BasketSchema.field.fruit.message.typeName);';
    expect(await made.node(read)).toBe("fruit.v1.Fruit");
    await made.git("add", "--all");
    await made.git("commit", "--quiet", "-m", "Fruit");
    // Only the policy that buf.yaml has for the module stops what no peer notices.
    const path = `${basket}/basket/v1/basket.proto`.replace(/^\.\//, "");
    for (const file of [path, path.replaceAll("basket", "fruit")]) {
      await made.edit(file, ".v1;\n", '.v1;\noption java_package = "com.acme";\n');
    }
    const { code, findings } = await made.json("breaking", "--against", "HEAD");
    expect(findings.map((one) => `${one.rule} ${one.path}:${one.line}`)).toEqual([
      `FILE_SAME_JAVA_PACKAGE ${path}:3`,
    ]);
    expect(code).toBe(1);
  });
});

const COMMIT = "0123456789abcdef0123456789abcdef";

/** A cache of buf's that holds FRUIT as a module of a registry, and the buf.lock that names it. */
async function cachedModule(): Promise<{ cache: string; lock: string }> {
  const cache = await mkdtemp(join(tmpdir(), "lockstep-test-cache-"));
  onTestFinished(() => rm(cache, { recursive: true, force: true }));
  const kept = new TestWorkspace(join(cache, "v3/modules/b5/buf.build/acme/fruit", COMMIT));
  await kept.write("module.yaml", "version: v1\nfiles_dir: files\n");
  await kept.write("files/fruit/v1/fruit.proto", FRUIT);
  // The digest of a module is that of the digest of the list of its files' digests.
  const shake = (text: string): string =>
    `shake256:${createHash("shake256", { outputLength: 64 }).update(text).digest("hex")}`;
  const digest = shake(shake(`${shake(FRUIT)}  fruit/v1/fruit.proto\n`)).replace("shake256", "b5");
  const dependency = `  - name: buf.build/acme/fruit\n    commit: ${COMMIT}\n    digest: ${digest}\n`;
  return { cache, lock: `version: v2\ndeps:\n${dependency}` };
}

describe("a module of a registry", () => {
  it("is used as it lies in buf's cache, and not judged", async () => {
    const { cache, lock } = await cachedModule();
    vi.stubEnv("BUF_CACHE_DIR", cache);
    const made = await workspace({
      ...LENIENT,
      "buf.yaml": `version: v2\nmodules:\n  - path: proto\ndeps:\n  - buf.build/acme/fruit\n${LINT}`,
      "buf.lock": lock,
      "proto/basket/v1/basket.proto": BASKET,
    });
    const { code, stdout } = await made.run("generate");
    expect(code).toBe(1);
    expect(stdout).toContain("generate what is imported (include_imports: true)");
    await made.write(
      "buf.gen.yaml",
      BUF_GEN_YAML.replaceAll("strategy: all", "strategy: all\n    include_imports: true"),
    );
    expect(await made.run("generate")).toMatchObject({ code: 0 });
    expect(await made.run("check")).toMatchObject({ code: 0 });
    await made.git("add", "--all");
    await made.git("commit", "--quiet", "-m", "Basket");
    await made.edit("proto/basket/v1/basket.proto", "fruit = 1", "fruit = 2");
    expect((await made.json("breaking", "--against", "HEAD")).findings).toMatchObject([
      { rule: "FIELD_RENUMBERED", path: "proto/basket/v1/basket.proto" },
    ]);
  });

  it("that is not in the cache is buf's own refusal", async () => {
    const { cache, lock } = await cachedModule();
    vi.stubEnv("BUF_CACHE_DIR", join(cache, "empty"));
    const made = await workspace({
      "buf.yaml":
        "version: v2\nmodules:\n  - path: proto\ndeps:\n  - registry.invalid/acme/fruit\n",
      "buf.lock": lock.replace("buf.build", "registry.invalid"),
      "proto/basket/v1/basket.proto": BASKET,
    });
    const { code, stdout, stderr } = await made.run("check");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("error: buf could not compile the protos: the server hosted at");
    expect(stderr).toContain('"registry.invalid"');
  });
});

it("a vendored module that buf.yaml exempts from linting is left as it is", async () => {
  const made = await workspace({
    "buf.yaml": `version: v2
modules:
  - path: proto
  - path: vendor
    lint:
      ignore: [vendor/third]
lint:
  use: [STANDARD]
`,
    "lockstep.yaml": "",
    "proto/a/v1/a.proto": STATUS_PROTO.replace(
      "package a.v1;",
      'package a.v1;\n\nimport "third/Odd.proto";',
    ).replace(
      "  Status status = 2;",
      "  Status status = 2;\n  // Kept for old clients.\n  third.Odd odd = 3;",
    ),
    "vendor/third/Odd.proto":
      'syntax = "proto3";\npackage third;\nmessage Odd {}\nservice One {}\nservice Two {}\n',
  });
  expect(await made.run("generate")).toMatchObject({ code: 0, stdout: "No findings.\n" });
  await made.edit("buf.yaml", "vendor/third", "vendor/other");
  const { findings } = await made.json("check", "--only", "layout,docstrings");
  expect(findings.map((one) => one.rule)).toContain("LAYOUT_ONE_SERVICE");
  expect(findings.map((one) => one.rule)).toContain("DOCSTRING_MISSING");
});
