// What the history of a proto knows of a value that its enum no longer has.
import type { History } from "../../core/git-history.js";
import type { Schema } from "../../core/schema.js";
import type { Fate, FateOf } from "./cause.js";

/** Looks names up in the history of the enum's file, each once; undefined without a repository. */
export function fates(schema: Schema, history: History | undefined): FateOf {
  const known = new Map<string, Promise<Fate | undefined>>();
  return async ({ desc }, protoName): Promise<Fate | undefined> => {
    if (history === undefined || !/^\w+$/.test(protoName)) return undefined;
    const path = schema.pathOf(desc.file.proto.name);
    const key = `${protoName} ${path}`;
    const fate = known.get(key) ?? fateIn(history, path, protoName);
    known.set(key, fate);
    return fate;
  };
}

async function fateIn(
  history: History,
  path: string,
  protoName: string,
): Promise<Fate | undefined> {
  const removal = await history.lastWith(path, `(^|[^A-Za-z0-9_])${protoName}[ \t]*=`);
  if (removal === undefined) return undefined;
  // The names of enum values are unique in their package, so a line is enough to tell the number.
  const number = new RegExp(`\\b${protoName}\\s*=\\s*(-?(?:0[xX][\\da-fA-F]+|\\d+))`).exec(
    removal.text,
  );
  const { commit } = removal;
  return {
    number: number === null ? undefined : Number(number[1]),
    when:
      commit === undefined
        ? "since the last commit"
        : `in commit ${commit.id} of ${commit.date} ("${commit.subject}")`,
  };
}
