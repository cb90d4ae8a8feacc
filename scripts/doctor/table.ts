// What commonly goes wrong: for each symptom, what causes it, where that is looked for, and what cures it.
import { type Finding, helpOf, messageOf } from "../../core/finding.js";
import { type Cause, type Diagnosis, NotLooked } from "./diagnosis.js";
import type { Examination } from "./examination.js";
import { whyNoHook } from "./hook.js";
import { whyClosed } from "./port.js";

/** Every diagnosis. What others build on comes first. */
export const DIAGNOSES: readonly Diagnosis[] = [
  {
    id: "node-too-old",
    severity: "error",
    symptom: "a command of Lockstep's ends with a syntax error, or with one of a package's",
    remedy: "Install a newer Node, and the packages anew with it: npm install",
    async look({ asked, isNodeTooOld }) {
      const { node, oldestNode } = asked;
      return isNodeTooOld ? [{ cause: `Node is ${node}; it takes ${oldestNode} or later.` }] : [];
    },
  },
  {
    id: "packages-missing",
    severity: "error",
    symptom: "lockstep generate and check do not start",
    remedy: "Install the packages: npm install",
    claims: ["PACKAGES_MISSING"],
    look: passes(async () => {}),
  },
  {
    id: "buf-not-runnable",
    severity: "error",
    symptom: "nothing is compiled or generated",
    remedy: "Install buf for this kind of machine: npm install @bufbuild/buf",
    claims: ["BUF_NOT_RUNNABLE"],
    async look(patient) {
      await patient.buf.version();
      return [];
    },
  },
  {
    id: "not-a-repository",
    severity: "error",
    symptom: "lockstep generate and check end with exit code 2, and no change is judged",
    remedy: "Make it a repository: git init",
    claims: ["GIT_MISSING", "GIT_FAILED", "NOT_A_REPOSITORY"],
    async look({ git, call, examine }) {
      if (await git.isRepository()) return [];
      // Where the workspace itself cannot be opened, that is told by its own diagnosis.
      const needsNone = await examine()
        .then((examination) => examination.needsNoRepository())
        .catch(() => false);
      if (needsNone) throw new NotLooked("lockstep.yaml does without git");
      return [{ cause: `${call.cwd} is not in a git repository.` }];
    },
  },
  {
    id: "workspace-missing",
    severity: "error",
    symptom: "every command says that there is no buf.yaml",
    remedy: "Run it inside a workspace, or name one: --cwd FOLDER",
    claims: ["WORKSPACE_MISSING"],
    look: passes((examination) => examination.run()),
  },
  {
    id: "configuration-invalid",
    severity: "error",
    symptom: "every command stops before it compiles, or before it generates",
    remedy: "Correct what is named.",
    claims: ["CONFIGURATION_INVALID", "FILE_MISSING", "BUF_FAILED"],
    look: passes((examination) => examination.run()),
  },
  {
    id: "protos-broken",
    severity: "error",
    symptom: "nothing new is generated",
    remedy: "Correct what is named.",
    look: finds((examination) => examination.compileErrors()),
  },
  {
    id: "plugin-not-runnable",
    severity: "error",
    symptom: "lockstep generate stops when it runs the plugins, and nothing new is generated",
    remedy: "Install the plugin, or correct its name in buf.gen.yaml.",
    claims: ["PLUGIN_FAILED", "NOTHING_GENERATED", "TWO_PLANS"],
    look: passes((examination) => examination.generates()),
  },
  {
    id: "generated-unusable",
    severity: "error",
    symptom: "lockstep generate stops before it writes",
    remedy: "Give what is generated a folder of its own, which you may write to.",
    claims: [
      "GENERATED_UNUSABLE",
      "FOREIGN_FILE",
      "IN_THE_WAY",
      "PATH_LEAVES_FOLDER",
      "RESERVED_PATH",
    ],
    look: passes((examination) => examination.generates()),
  },
  {
    id: "generated-missing",
    severity: "error",
    symptom: "the server does not start: what it imports is not there",
    remedy: "Run: lockstep generate",
    look: finds((examination) => examination.missing()),
  },
  {
    id: "generated-stale",
    severity: "error",
    symptom: "the server does not know what the protos say today",
    remedy: "Run: lockstep generate",
    look: finds((examination) => examination.stale()),
  },
  {
    id: "index-export-missing",
    severity: "error",
    symptom: "the server does not start: its log has an import error",
    remedy: "Run: lockstep generate",
    async look(patient) {
      const examination = await patient.examine();
      const causes = causesOf(await examination.exportsMissing());
      if (await examination.isInStep()) return causes;
      return causes.map(({ remedy: _, ...cause }) => cause);
    },
  },
  {
    id: "consumer-import-unresolved",
    severity: "error",
    symptom: "a program does not start: its log has an import error",
    remedy: "Correct the import.",
    look: finds((examination) => examination.brokenImports()),
  },
  {
    id: "mapping-missing",
    severity: "error",
    symptom: "a status shows wrong, or not at all",
    remedy: "Run: lockstep generate",
    look: finds((examination) => examination.mirrors()),
  },
  {
    id: "mirror-untagged",
    severity: "error",
    symptom: "a status shows wrong after a value was added",
    remedy: "Have it kept in step: lockstep fix --tag",
    look: finds((examination) => examination.untagged()),
  },
  {
    id: "peers-misread",
    severity: "error",
    symptom: "a peer of an earlier version shows a status wrong, or does not answer",
    remedy: "See what they read: lockstep breaking",
    look: finds((examination) => examination.breaks()),
  },
  {
    id: "baseline-not-fetched",
    severity: "error",
    symptom: "lockstep generate and check end with exit code 2, in CI above all",
    remedy: "Fetch the whole history: git fetch --unshallow",
    claims: [
      "BASELINE_MISSING",
      "BASELINE_UNCLEAR",
      "BASELINE_BROKEN",
      "HISTORY_SHALLOW",
      "HISTORY_PARTIAL",
    ],
    look: passes(async (examination) => (await examination.run()).baselines()),
  },
  {
    id: "generated-tracked",
    severity: "error",
    symptom: "generated code is in commits, and lockstep generate stops",
    remedy: "Have git ignore it.",
    look: finds((examination) => examination.tracked()),
  },
  {
    id: "hook-not-installed",
    severity: "info",
    symptom: "what is wrong with a commit is noticed only in CI",
    remedy: "Run: lockstep hook install",
    async look({ git, call }) {
      if (!(await git.isRepository()))
        throw new NotLooked("there is no git repository", "not-a-repository");
      const why = await whyNoHook(call.cwd, call.env);
      return why === undefined ? [] : [{ cause: why }];
    },
  },
  {
    id: "port-closed",
    severity: "error",
    symptom: "clients of the server are refused, or wait in vain",
    remedy:
      "Start the server, and read the end of its log. An import error there comes from generated-missing, index-export-missing or consumer-import-unresolved.",
    async look({ asked }) {
      if (asked.ports.length === 0) throw new NotLooked("no --port was given");
      const whys = await Promise.all(asked.ports.map(whyClosed));
      return whys.flatMap((why) => (why === undefined ? [] : [{ cause: why }]));
    },
  },
];

type Look = Diagnosis["look"];

/** A look that finds what a check finds. */
function finds(list: (examination: Examination) => Promise<readonly Finding[]>): Look {
  return async (patient) => causesOf(await list(await patient.examine()));
}

/** A look that meets nothing but trouble. */
function passes(work: (examination: Examination) => Promise<unknown>): Look {
  return async (patient) => {
    await work(await patient.examine());
    return [];
  };
}

function causesOf(findings: readonly Finding[]): Cause[] {
  return findings.map((one) => {
    const { path, line } = one.place;
    const place = line === undefined ? { path } : { path, line };
    return { cause: messageOf(one), remedy: helpOf(one), severity: one.severity, ...place };
  });
}
