// Baselines by name: refs, patterns of tags, and names that are none.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import {
  A,
  changing,
  clone,
  commit,
  fieldsOf,
  fresh,
  proto,
  refused,
  resolved,
  setBaseline,
} from "./baseline-repository.js";

describe("by name", () => {
  it("is several, with every tag that a pattern matches, the newest version first", async () => {
    const w = await changing();
    const fields = ["one", "two", "three"];
    for (const [i, tag] of ["v1.9.0", "v1.10.0", "other-1"].entries()) {
      await w.write(A, proto(...fields.slice(0, i + 1)));
      await commit(w);
      await w.git("tag", ...(i === 0 ? ["-a", "-m", "annotated"] : []), tag);
    }
    await w.git("checkout", "--quiet", "--orphan", "elsewhere");
    await w.write(A, proto("lone"));
    await commit(w);
    await w.git("tag", "v0.1.0");
    await w.git("tag", "v-blob", (await w.git("rev-parse", `HEAD:${A}`)).trim());
    await w.git("checkout", "--quiet", "main");
    await setBaseline(w, ["main~1", "v*"]);
    const all = await resolved(w);
    expect(all.map((one) => [one.name, fieldsOf(one)])).toEqual([
      ["main~1", ["one", "two"]],
      ["v1.10.0", ["one", "two"]],
      ["v1.9.0", ["one"]],
      ["v0.1.0", ["lone"]],
    ]);
    // The same protos are compiled once.
    expect(all[0]?.schema).toBe(all[1]?.schema);
    expect(all[2]?.commit).toBe((await w.git("rev-parse", "v1.9.0^{commit}")).trim());
    expect(await all[2]?.lines(A)).toContain("  int32 one = 1;");
    expect(await all[2]?.lines("proto/none.proto")).toEqual([]);
    expect(await fresh(w)).toEqual(["three"]);
  });

  it("names the nearest tag where none matches, or the newest ones", async () => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, ["HEAD", "v*"]);
    expect(await refused(w)).toBe(
      "lockstep.yaml:1:19: error: No tag matches v*, so changes cannot be judged against it.\n  help: There are no tags in this clone.\n",
    );
    for (const tag of ["release-1", "release-2", "release-3", "release-10"])
      await w.git("tag", tag);
    expect(await refused(w)).toContain("help: Tags here: release-10, release-3, release-2.\n");
    await setBaseline(w, "relaese-1*");
    expect(await refused(w)).toContain("help: Tags here: release-1");
    await w.git("remote", "add", "origin", "https://example.invalid/x.git");
    expect(await refused(w)).toContain("Fetch the tags: git fetch origin --tags\n");
  });

  it("finds a branch of the remote by its short name", async () => {
    const w = await changing();
    await commit(w);
    await w.git("branch", "stable");
    await w.write(A, proto("one", "two"));
    await commit(w);
    const cloned = await clone(w);
    await setBaseline(cloned, "stable");
    expect(await fresh(cloned)).toEqual(["two"]);
    expect((await resolved(cloned))[0]?.name).toBe("origin/stable");
  });

  it("suggests the nearest of the refs", async () => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, "mian");
    expect(await refused(w)).toContain('help: Did you mean "main"?\n');
    await w.git("remote", "add", "origin", "https://example.invalid/x.git");
    expect(await refused(w)).toContain(
      'Did you mean "main"? If not, fetch it: git fetch origin mian:refs/remotes/origin/mian\n',
    );
  });

  it("offers no command to paste for what is no name", async () => {
    const w = await changing();
    await commit(w);
    await w.git("remote", "add", "origin", "https://example.invalid/x.git");
    for (const name of ["$(touch pwned)", "x;touch pwned", "main..topic"]) {
      await setBaseline(w, name);
      const said = await refused(w);
      expect(said).toContain(`${name} is not in this clone`);
      expect(said).not.toContain("git fetch");
    }
    expect(existsSync(w.path("pwned"))).toBe(false);
  });

  it("refuses what looks like an option", async () => {
    const w = await changing();
    await commit(w);
    for (const name of ["-x", "--upload-pack=touch pwned", "--all"]) {
      await setBaseline(w, name);
      expect(await refused(w)).toContain(
        `lockstep.yaml:1:11: error: The baseline "${name}" cannot be used: it looks like an option.`,
      );
    }
    expect(existsSync(w.path("pwned"))).toBe(false);
  });

  it("asks which is meant where a word is a ref and a path", async () => {
    const w = await changing({ "v1/a/v1/a.proto": proto("one", "folder") });
    await commit(w);
    await w.git("tag", "v1");
    await w.write("v1/a/v1/a.proto", proto("one", "two", "folder"));
    await w.write(A, proto("one", "two"));
    await setBaseline(w, "v1");
    const said = await refused(w);
    expect(said).toContain('The baseline "v1" cannot be used: it is both a folder and a commit.');
    expect(said).toContain("Write ./v1 for the folder, or refs/tags/v1 for the commit.");
    await setBaseline(w, "refs/tags/v1");
    expect(await fresh(w)).toEqual(["two"]);
    await setBaseline(w, "./v1");
    expect((await resolved(w)).map(fieldsOf)).toEqual([["one", "two", "folder"]]);
  });

  it("refuses anything else in lockstep.yaml", async () => {
    const w = await changing();
    for (const [value, place] of [
      ["[]", "lockstep.yaml:1:11: error:"],
      ["7", "lockstep.yaml:1:11: error:"],
      ['["main", ""]', "lockstep.yaml:1:20: error:"],
    ] as const) {
      await w.write("lockstep.yaml", `baseline: ${value}\n`);
      const { code, stderr } = await w.run("check");
      expect(code).toBe(2);
      expect(stderr).toContain(place);
      expect(stderr).toContain("it has to be a git ref, a path, or a list of them");
    }
  });

  it("is what a flag names, whatever lockstep.yaml does", async () => {
    const w = await changing();
    await commit(w);
    await setBaseline(w, "nowhere");
    expect((await resolved(w, ["HEAD"])).map(({ name }) => name)).toEqual(["HEAD"]);
    await expect(resolved(w, ["nowhere"])).rejects.toMatchObject({
      code: "BASELINE_MISSING",
      where: undefined,
    });
  });
});
