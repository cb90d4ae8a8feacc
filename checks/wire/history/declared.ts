// Every name that a proto ever declared: a waiver may name what is gone since it was let go.

import type { Reading } from "./history.js";
import { eachFacts } from "./kept.js";

/**
 * The fully qualified names of all that the protos of those commits, or of any commit before them,
 * declared, and the paths of those protos from every folder above them; as far as the clone goes back.
 * Throws trouble where it lacks contents.
 */
export async function everDeclared(
  commits: readonly string[],
  { log, cache }: Omit<Reading, "history">,
): Promise<Set<string>> {
  const names = new Set<string>();
  const add = (name: string): void => {
    for (let rest = name; rest !== "" && !names.has(rest); rest = parentOf(rest)) names.add(rest);
  };
  const changes = (await log.commits(commits)).flatMap((commit) => commit.changes);
  for (const { path } of changes) {
    const parts = path.split("/");
    for (const i of parts.keys()) names.add(parts.slice(i).join("/"));
  }
  const blobs = new Set(changes.flatMap(({ blob }) => blob ?? []));
  await eachFacts(blobs, log, cache, (_, facts) => {
    if ("why" in facts) return;
    for (const [parent, elements] of [...facts.messages, ...facts.enums]) {
      add(parent);
      for (const [name] of elements) add(`${parent}.${name}`);
    }
    for (const [, [name]] of facts.extensions) add(name);
    for (const [service, rpcs] of facts.services) {
      add(service);
      for (const rpc of rpcs) add(`${service}.${rpc}`);
    }
  });
  return names;
}

function parentOf(name: string): string {
  return name.slice(0, Math.max(0, name.lastIndexOf(".")));
}
