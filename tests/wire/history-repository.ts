// A real repository whose commits have names, and the history's findings in short.
import { type Added, judgeHistory, type Now } from "../../checks/wire/history/history.js";
import type { Reused } from "../../checks/wire/history/rules.js";
import { openCache } from "../../core/cache.js";
import { type Finding, messageOf } from "../../core/finding.js";
import { openHistory } from "../../core/git-history.js";
import { openLog } from "../../core/git-log.js";
import { type TestWorkspace, workspace } from "../workspace.js";

/** What `M.name = number type` or `E VALUE = number` stands for: a field or a value of package a. */
export function added(line: string, about: Partial<Added> = {}): Added {
  const field = /^([\w.]+)\.(\w+) = (-?\d+) (.+)$/.exec(line);
  const value = /^([\w.]+) (\w+) = (-?\d+)$/.exec(line);
  const [, parent = "", name = "", number = ""] = field ?? value ?? [];
  return {
    kind: field === null ? "value" : "field",
    parent: `a.${parent}`,
    name,
    symbol: `a.${parent}.${name}`,
    number: Number(number),
    ...(field === null ? {} : { type: field[4] as string }),
    numberIsNew: true,
    nameIsNew: true,
    place: { path: "proto/a/a.proto", line: 1 },
    ...about,
  };
}

export class Repository {
  /** The names of the commits by their ids. */
  readonly names = new Map<string, string>();

  constructor(readonly w: TestWorkspace) {}

  /** Commits those files, by their paths; undefined removes one. */
  async commit(name: string, files: Readonly<Record<string, string | undefined>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      if (text === undefined) await this.w.remove(path);
      else await this.w.write(path, text);
    }
    await this.w.git("add", "--all");
    await this.w.git("commit", "--quiet", "--allow-empty", "-m", name);
    await this.call(name);
  }

  /** Gives the commit that is checked out that name. */
  async call(name: string): Promise<void> {
    this.names.set((await this.w.git("rev-parse", "HEAD")).trim(), name);
  }

  findings(elements: readonly Added[], refs: readonly string[] = ["HEAD"]): Promise<Finding[]> {
    return findingsIn(this.w.root, elements, refs);
  }

  /** The findings as `NUMBER b = 5 was a = 5 string until <name of the commit>`. */
  async told(elements: readonly (string | Added)[], refs?: readonly string[]): Promise<string[]> {
    const all = elements.map((one) => (typeof one === "string" ? added(one) : one));
    return (await this.findings(all, refs)).map((one) => {
      if (one.rule.id === "HISTORY_UNREADABLE") return this.named(messageOf(one));
      const { name, number, old } = one.args as Reused;
      const was = [old.name, "=", old.number, old.type].filter((part) => part !== undefined);
      const rule = one.rule.id.replace("_REUSED_AFTER_REMOVAL", "");
      return `${rule} ${name} = ${number} was ${was.join(" ")} until ${this.names.get(old.commit)}`;
    });
  }

  /** The text with the names of the commits in place of their short ids. */
  named(text: string): string {
    return [...this.names].reduce((all, [id, name]) => all.replaceAll(id.slice(0, 7), name), text);
  }
}

/** Changed protos that have nothing beside what was added. */
export const NOTHING: Now = {
  hasName: () => false,
  canHave: () => false,
  nextFree(_, taken) {
    let free = 1;
    while (taken.has(free)) free++;
    return free;
  },
};

/** The findings on those elements in the history of the refs. The next free number is one that is not taken. */
export async function findingsIn(
  root: string,
  elements: readonly Added[],
  refs: readonly string[] = ["HEAD"],
  env: NodeJS.ProcessEnv = process.env,
): Promise<Finding[]> {
  const history = openHistory(root, env);
  const commits = await Promise.all(refs.map((ref) => history.commit(ref)));
  return judgeHistory(
    elements,
    commits.filter((commit) => commit !== undefined),
    { log: openLog(root, env), history, cache: openCache(root) },
    NOTHING,
  );
}

/** A repository without a commit; its cache is its own. */
export async function repository(): Promise<Repository> {
  const w = await workspace({});
  await w.remove("node_modules");
  return new Repository(w);
}

/** A proto of package a with that body. */
export function proto(body: string, syntax = "proto3"): string {
  return `syntax = "${syntax}";\npackage a;\n${body}\n`;
}
