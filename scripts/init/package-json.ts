// What a package.json says that init asks about.
import { reason, trouble } from "../../core/trouble.js";
import type { FoundFile } from "./repository.js";

export interface PackageJson {
  readonly name?: string;
  readonly scripts: Readonly<Record<string, string>>;
  /** What it depends on, to run and to develop. */
  readonly dependencies: ReadonlySet<string>;
}

/** The package in that file. Throws trouble where it is not what npm takes. */
export function readPackageJson({ path, text }: FoundFile): PackageJson {
  const invalid = (why: string, cause?: unknown): Error =>
    trouble(
      "CONFIGURATION_INVALID",
      {
        message: `${path} is not valid: ${why}.`,
        help: `Correct ${path}, then run lockstep init again. Nothing was written.`,
      },
      { where: { path }, cause },
    );
  let data: unknown;
  try {
    data = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (thrown) {
    throw invalid(reason(thrown), thrown);
  }
  if (!isObject(data)) throw invalid("it is not an object");
  const section = (name: string): Record<string, string> => {
    const value = data[name] ?? {};
    if (!isObject(value)) throw invalid(`\`${name}\` is not an object`);
    return value as Record<string, string>;
  };
  return {
    ...(typeof data.name === "string" ? { name: data.name } : {}),
    scripts: section("scripts"),
    dependencies: new Set(
      ["dependencies", "devDependencies", "peerDependencies"].flatMap((name) =>
        Object.keys(section(name)),
      ),
    ),
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
