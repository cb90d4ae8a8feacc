// The facts of many versions at once: those kept from earlier runs, and the rest read from git and kept.
import type { Cache } from "../../../core/cache.js";
import type { Log } from "../../../core/git-log.js";
import { packageVersion } from "../../../core/installation.js";
import { type Facts, factsOf, type Unreadable } from "./facts.js";

/** How many characters of a blob's id tell its pack: as many packs as that has hexadecimal numbers. */
const PREFIX = 2;

/**
 * Gives `use` the facts of each of the blobs, in any order. They are kept in packs, because thousands of
 * files take longer to open than to read. Throws trouble where git lacks a blob.
 */
export async function eachFacts(
  blobs: ReadonlySet<string>,
  log: Log,
  cache: Cache,
  use: (blob: string, facts: Facts | Unreadable) => void,
): Promise<void> {
  const missing: string[] = [];
  await Promise.all(
    [...byPrefix(blobs)].map(async ([prefix, ids]) => {
      const pack = await read(prefix, cache);
      for (const id of ids) {
        const facts = pack[id];
        if (facts !== undefined) use(id, facts);
        else missing.push(id);
      }
    }),
  );
  const made = new Map<string, Facts | Unreadable>();
  for await (const { id, content } of log.contents(missing)) {
    const facts = await factsOf(content.toString("utf8"));
    use(id, facts);
    made.set(id, facts);
  }
  for (const [prefix, ids] of byPrefix(made.keys())) {
    const pack = await read(prefix, cache);
    for (const id of ids) pack[id] = made.get(id) as Facts | Unreadable;
    await cache.put("facts", keyOf(prefix), Buffer.from(JSON.stringify(pack)));
  }
}

function byPrefix(ids: Iterable<string>): Map<string, string[]> {
  const packs = new Map<string, string[]>();
  for (const id of ids) {
    const pack = packs.get(id.slice(0, PREFIX));
    if (pack === undefined) packs.set(id.slice(0, PREFIX), [id]);
    else pack.push(id);
  }
  return packs;
}

type Pack = Record<string, Facts | Unreadable>;

async function read(prefix: string, cache: Cache): Promise<Pack> {
  const content = await cache.get("facts", keyOf(prefix));
  return content === undefined ? {} : (JSON.parse(content.toString("utf8")) as Pack);
}

/** Another version of Lockstep may read more out of a blob. */
function keyOf(prefix: string): string {
  return `${packageVersion()} ${prefix}`;
}
