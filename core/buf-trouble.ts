// What buf says when it cannot do its work, in words that name the place and what to do there.
import { join } from "node:path";
import { nearest, suggestion } from "./nearest.js";
import type { Outcome } from "./process.js";
import { trouble, type Where } from "./trouble.js";
import type { BufGenYaml } from "./workspace.js";
import { readYamlFile } from "./yaml-file.js";

/** The settings of buf.yaml and buf.gen.yaml, to guess a mistyped one; buf alone judges them. */
const SETTINGS =
  `breaking build clean deps disable disable_builtin disallow_comment_ignores directory directories
  enabled enum_zero_value_suffix except exclude_types excludes field field_option file_option ignore
  ignore_only ignore_unstable_packages include_imports include_wkt includes inputs lint local managed
  module modules name opt options out override path paths plugin plugins policies protoc_builtin
  protoc_path remote revision roots rpc_allow_google_protobuf_empty_requests
  rpc_allow_google_protobuf_empty_responses rpc_allow_same_request_response service_suffix strategy
  types use value version`.split(/\s+/);

/** buf failed at compiling or linting; `known` are the names of its rules and their categories. */
export async function bufFailed(
  root: string,
  doing: string,
  outcome: Outcome,
  known: () => Promise<readonly string[]> = async () => [],
): Promise<Error> {
  const words = said(outcome);
  const decode =
    /^decode (\S+?): (?:yaml: )?(?:unmarshal errors:\s*)?(?:line (\d+): )?([\s\S]*)$/.exec(words);
  if (decode !== null) {
    const [, path = "", line, what = ""] = decode;
    return configurationInvalid(root, path, what, line === undefined ? undefined : Number(line));
  }
  const rule = /^"([^"]+)" is not a known rule or category ID/.exec(words)?.[1];
  if (rule !== undefined) {
    return trouble(
      "CONFIGURATION_INVALID",
      {
        message: `buf.yaml names an unknown rule or category "${rule}".`,
        help: suggestion(rule, await known()),
      },
      { where: (await find(root, "buf.yaml", [rule])) ?? { path: "buf.yaml" } },
    );
  }
  const empty = /^Module "path: "(.+)"" had no \.proto files/.exec(words)?.[1];
  if (empty !== undefined) {
    return trouble(
      "CONFIGURATION_INVALID",
      {
        message: `The module ${empty} has no protos: no file in it ends in .proto.`,
        help: `Put a proto into ${empty}/, or correct the module's \`path\` in buf.yaml. Nothing was changed.`,
      },
      { where: (await find(root, "buf.yaml", [empty])) ?? { path: "buf.yaml" } },
    );
  }
  return trouble("BUF_FAILED", { doing, said: words });
}

/** buf failed at running the plugins, whose files were to land in `folder`. */
export async function generateFailed(
  root: string,
  outcome: Outcome,
  { path: file, plugins }: BufGenYaml,
  folder: string,
): Promise<Error> {
  const words = said(outcome).replaceAll(`${folder}/`, "");
  const template = /^decode (?:config file|buf\.gen\.yaml): ([\s\S]*)/m.exec(words)?.[1];
  if (template !== undefined) {
    return configurationInvalid(root, file, template, undefined);
  }
  const twice =
    /file "(.+)" was generated multiple times: once by plugin "(.+)" and again by plugin "(.+)"/;
  const [, path, first, second] = twice.exec(words) ?? [];
  if (path !== undefined && first !== undefined && second !== undefined) {
    const where = plugins.findLast((plugin) => plugin.name === second)?.where;
    return trouble("TWO_PLANS", { path, first, second }, where === undefined ? {} : { where });
  }
  const [failure = "", ...more] = words.split("\n");
  const plugin = plugins.find(({ name }) => failure.startsWith(`plugin ${name}: `));
  if (plugin === undefined) return trouble("BUF_FAILED", { doing: "run the plugins", said: words });
  const why = failure.slice(`plugin ${plugin.name}: `.length);
  // What one plugin's failure does to the others is no news.
  const rest = more.filter((line) => !/^plugin |^context canceled$/.test(line));
  const printed = printedBefore(outcome);
  const { told, help } = pluginWords(why, printed !== "" || rest.length > 0);
  const lines = [told, ...rest, ...printed.split("\n")].filter((line) => line.trim() !== "");
  return trouble(
    "PLUGIN_FAILED",
    { plugin: plugin.name, why: lines.join("\n  "), help },
    { where: plugin.where },
  );
}

function pluginWords(why: string, hasSaid: boolean): { told: string; help: string } {
  const status = /^exit status (\d+)$/.exec(why)?.[1];
  const signal = /^signal: (.+)$/.exec(why)?.[1];
  if (status !== undefined || signal !== undefined) {
    const told = `it ended with ${status === undefined ? `the signal "${signal}"` : `exit code ${status}`}`;
    return hasSaid
      ? { told: `${told} and printed:`, help: "Mend what it says." }
      : { told: `${told} and said nothing`, help: "Run it by hand to see why." };
  }
  if (/executable file not found|no such file/.test(why)) {
    return {
      told: `no such program is installed: ${why}`,
      help: "Install the package that has it, or correct its name in buf.gen.yaml.",
    };
  }
  if (/permission denied/.test(why)) {
    return {
      told: why,
      help: "Make the file executable, or name what runs it: `local: [node, plugin.mjs]`.",
    };
  }
  const path = /path "(.*)" should (?:not jump context|be relative)/.exec(why)?.[1];
  if (path !== undefined) {
    return {
      told: `it wants to write to "${path}", which leaves the folder of its \`out\``,
      help: "A plugin may write only below its `out`; report this to its author.",
    };
  }
  if (/wire unmarshal|cannot parse/.test(why)) {
    return {
      told: `what it printed is not a CodeGeneratorResponse (${why})`,
      help: "A plugin must print nothing else to standard output; messages belong on standard error.",
    };
  }
  return { told: why, help: "Mend what it says." };
}

/** What buf says of a configuration file that it cannot use, with the place where it is to be found. */
async function configurationInvalid(
  root: string,
  path: string,
  text: string,
  line: number | undefined,
): Promise<Error> {
  const what = (text.trim().split("\n")[0] ?? "").replace(/^.*?(unknown field ")/, "$1");
  const key = /unknown field "([^"]*)"|field (\S+) not found/.exec(what);
  const setting = key?.[1] ?? key?.[2];
  const quoted = [...what.matchAll(/"([^"]+)"|\bpath: (\S+?):/g)].map((m) => m[1] ?? m[2] ?? "");
  const place = await find(root, path, setting === undefined ? quoted : [setting], line);
  const where = place ?? { path, ...(line === undefined ? {} : { line }) };
  if (setting === undefined) {
    const told = {
      message: `${path} is not valid: ${what}.`,
      help: `Correct ${path}. Nothing was changed.`,
    };
    return trouble("CONFIGURATION_INVALID", told, { where });
  }
  // It may be one that belongs elsewhere in the file.
  const near = nearest(
    setting,
    SETTINGS.filter((known) => known !== setting),
  );
  const help =
    near === undefined
      ? `Remove it, or see what buf's documentation of ${path} calls it.`
      : `Did you mean "${near}"?`;
  return trouble(
    "CONFIGURATION_INVALID",
    {
      message: `${path} has an unknown setting "${setting}".`,
      help: `${help} Nothing was changed.`,
    },
    { where },
  );
}

/** Where the first of the words that stands in the file stands. */
async function find(
  root: string,
  path: string,
  words: readonly string[],
  line = 1,
): Promise<Where | undefined> {
  const source = await readYamlFile(join(root, path), path);
  return words.map((word) => source?.find(word, line)).find((where) => where !== undefined);
}

/** buf's own words on what it could not do: its last ones, without the prefix. */
function said({ stderr, code }: Outcome): string {
  const text = stderr
    .slice(failureStart(stderr))
    .replace(/^(Failure|Error): /, "")
    .trim();
  return text === "" ? `it ended with exit code ${code} and said nothing` : text;
}

/** What the programs that buf ran printed before it failed. */
function printedBefore({ stderr }: Outcome): string {
  return stderr.slice(0, failureStart(stderr)).trim();
}

/** Where buf's own words start: a plugin may have left its last line without an end. */
function failureStart(stderr: string): number {
  return Math.max(stderr.lastIndexOf("Failure: "), 0);
}
