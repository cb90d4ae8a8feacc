// The formats: how each makes a text of a report. A reporter is loaded when its format is asked for.
import { posix } from "node:path";
import type { Sources } from "../sources.js";
import type { Trouble } from "../trouble.js";
import { dayOf } from "../waivers.js";
import type { Format, Report } from "./report.js";
import { troubleText } from "./trouble.js";

/** What a format may need beside the report. */
export interface Setting {
  /** What kept the run from being done. A format that is read by itself has to say so. */
  readonly troubles: readonly Trouble[];
  readonly sources: Sources | undefined;
  readonly color: boolean;
  readonly now: Date;
  /** Lockstep's own version. */
  readonly version: string;
  /** Where the workspace is in its repository, as `Git.prefix` has it. */
  readonly prefix: () => Promise<string>;
}

/** A path of the workspace as its repository has it: what forges link to. */
export type InRepository = (path: string) => string;

type Render = (report: Report, setting: Setting) => Promise<string>;

/** How to make a report in each format: the text, with a line ending; empty where there is nothing to say. */
export const RENDER: Readonly<Record<Format, Render>> = {
  async text(report, { troubles, sources, color, now }) {
    const told = troubles.map(troubleText).join("");
    if (troubles.length > 0 && report.findings.length === 0) return told;
    const { textReport } = await import("./text.js");
    return (await textReport(report, sources, color, dayOf(now))) + told;
  },
  async json(report) {
    return (await import("./json.js")).jsonReport(report);
  },
  async github(report, setting) {
    const { githubReport } = await import("./github.js");
    return githubReport(report, setting.troubles, await inRepository(setting));
  },
  async sarif(report, setting) {
    const { sarifReport } = await import("./sarif.js");
    const { troubles, sources, version } = setting;
    return sarifReport(report, troubles, await inRepository(setting), sources, version);
  },
  async junit(report, setting) {
    const { junitReport } = await import("./junit.js");
    return junitReport(report, setting.troubles, await inRepository(setting), setting.now);
  },
  async gitlab(report, setting) {
    const { gitlabReport } = await import("./gitlab.js");
    return gitlabReport(report, setting.troubles, await inRepository(setting));
  },
  async markdown(report, setting) {
    const { markdownReport } = await import("./markdown.js");
    return markdownReport(report, setting.troubles, await inRepository(setting));
  },
};

async function inRepository({ prefix }: Setting): Promise<InRepository> {
  const folder = await prefix();
  return (path) => (posix.isAbsolute(path) ? path : posix.join(folder, path));
}
