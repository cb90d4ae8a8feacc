// Which package manager the repository uses, by its lockfile, and how to say things to it.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { packageVersion } from "../../core/installation.js";
import { errorCode } from "../../core/trouble.js";
import { readPackageJson } from "./package-json.js";
import type { Change } from "./plan.js";
import type { Repository } from "./repository.js";

interface PackageManager {
  readonly lockfile: string;
  /** Installs what the lockfile has, in CI. */
  readonly install: string;
  readonly add: string;
  readonly addDev: string;
}

const MANAGERS: readonly [PackageManager, ...PackageManager[]] = [
  {
    lockfile: "package-lock.json",
    install: "npm ci",
    add: "npm install",
    addDev: "npm install --save-dev",
  },
  {
    lockfile: "pnpm-lock.yaml",
    install: "corepack enable && pnpm install --frozen-lockfile",
    add: "pnpm add",
    addDev: "pnpm add --save-dev",
  },
  {
    lockfile: "yarn.lock",
    install: "corepack enable && yarn install --immutable",
    add: "yarn add",
    addDev: "yarn add --dev",
  },
];

/** The command by which a repository without a package.json starts this very version. */
export function pinned(): string {
  return `npx --yes lockstep@${packageVersion()}`;
}

/** The package manager of the repository, and whether its lockfile is there. */
export function packageManager({ root, packageJson }: Repository): PackageManager & {
  readonly isLocked: boolean;
} {
  const folder = join(root, dirname(packageJson?.path ?? "package.json"));
  const found = MANAGERS.find(({ lockfile }) => existsSync(join(folder, lockfile)));
  return { ...(found ?? MANAGERS[0]), isLocked: found !== undefined };
}

/** The packages that the repository does not have yet, as commands to run: nothing is installed unasked. */
export function planPackages(repository: Repository): Change[] {
  const { root, packageJson } = repository;
  const { add, addDev } = packageManager(repository);
  const { name, dependencies } = readPackageJson(
    packageJson ?? { path: "package.json", text: "{}" },
  );
  const changes: Change[] = [];
  if (!dependencies.has("lockstep") && name !== "lockstep") {
    const why = "so that everybody runs the same version";
    const path = `${addDev} lockstep@${packageVersion()}`;
    changes.push({ kind: "propose", path, why, isNeeded: true });
  }
  const runtime = "@bufbuild/protobuf";
  const isListed = dependencies.has(runtime);
  if (packageJson === undefined ? !resolves(runtime, root) : !isListed)
    changes.push({
      kind: "propose",
      path: `${add} ${runtime}`,
      why: "the bindings import it",
      isNeeded: true,
    });
  return changes;
}

function resolves(name: string, from: string): boolean {
  try {
    createRequire(join(from, "any.js")).resolve(name);
    return true;
  } catch (thrown) {
    if (errorCode(thrown) === "MODULE_NOT_FOUND") return false;
    throw thrown;
  }
}
