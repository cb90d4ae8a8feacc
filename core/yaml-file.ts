// Reads a YAML file and knows where in it each thing stands.
import { readFile } from "node:fs/promises";
import { isMap, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { errorCode, reason, trouble, type Where } from "./trouble.js";

export interface YamlFile {
  /** The file's content as plain data; null where the file is empty. */
  readonly data: unknown;
  /** Where the value at that path stands, or the nearest thing around it. */
  locate(path: readonly PropertyKey[]): Where;
  /** Where the key of that name stands in the map at that path. */
  locateKey(path: readonly PropertyKey[], key: string): Where;
  /** Where that word stands first as a key or a value, at or below that line. */
  find(word: string, line: number): Where | undefined;
}

/**
 * The YAML file at `file`, named `shown` in messages; undefined where there is none.
 * Throws trouble with line and column where it is not YAML.
 */
export async function readYamlFile(file: string, shown: string): Promise<YamlFile | undefined> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (thrown) {
    if (errorCode(thrown) === "ENOENT") return undefined;
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${shown} cannot be read: ${reason(thrown)}.`,
        help: `${shown} has to be a file that you may read. Nothing was changed.`,
      },
      { cause: thrown },
    );
  }
  const lines = new LineCounter();
  const document = parseDocument(text.replace(/^\uFEFF/, ""), {
    lineCounter: lines,
    // A date stays the text that it is: read as a time, 2027-02-30 would silently be the 2nd of March.
    customTags: (tags) =>
      tags.filter((tag) => typeof tag === "string" || tag.tag !== "tag:yaml.org,2002:timestamp"),
    resolveKnownTags: false,
  });
  const at = (offset: number): Where => {
    const { line, col } = lines.linePos(offset);
    return { path: shown, line, column: col };
  };
  const [error] = document.errors;
  if (error !== undefined) {
    throw trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${shown} is not valid YAML: ${(error.message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "")}.`,
        help: "Correct that line. Nothing was changed.",
      },
      { where: at(error.pos[0]), cause: error },
    );
  }
  const locate = (path: readonly PropertyKey[]): Where => {
    for (let length = path.length; length >= 0; length--) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return at(node.range[0]);
    }
    return { path: shown };
  };
  return {
    data: document.toJS() as unknown,
    locate,
    locateKey(path, key) {
      const map = document.getIn(path, true);
      if (!isMap(map)) return locate(path);
      const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === key);
      return isScalar(pair?.key) && pair.key.range ? at(pair.key.range[0]) : locate(path);
    },
    find(word, line) {
      let found: Where | undefined;
      visit(document, {
        Scalar(_, scalar) {
          if (String(scalar.value) !== word || !scalar.range) return;
          const where = at(scalar.range[0]);
          if ((where.line ?? 0) < line) return;
          found = where;
          return visit.BREAK;
        },
      });
      return found;
    },
  };
}

/**
 * The settings in the file, none where it is empty or missing. Throws trouble where it is anything
 * else than a map.
 */
export function settingsIn(
  source: YamlFile | undefined,
  shown: string,
): Readonly<Record<string, unknown>> {
  const data = source?.data ?? {};
  if (typeof data === "object" && !Array.isArray(data)) return data as Record<string, unknown>;
  throw trouble(
    "CONFIGURATION_INVALID",
    {
      message: `${shown} has to be a map of settings, such as \`version: v2\`.`,
      help: `Correct ${shown}. Nothing was changed.`,
    },
    source === undefined ? {} : { where: source.locate([]) },
  );
}
