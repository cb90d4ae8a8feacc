// How trouble reads: what keeps the run itself from being done.
import type { Trouble, Where } from "../trouble.js";

/** `error: what and why`, with the place before it where there is one, and what to do below it. */
export function troubleText({ where, message, help }: Trouble): string {
  const place = where === undefined ? "" : `${whereText(where)}: `;
  return `${place}error: ${message}\n${help === "" ? "" : `  help: ${help}\n`}`;
}

/** `path:line:column`, of which the last two may not be known. */
export function whereText({ path, line, column }: Where): string {
  return [path, line, column].filter((part) => part !== undefined).join(":");
}
