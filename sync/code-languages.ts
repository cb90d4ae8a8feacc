// The languages that hand-written code may be in.
import type { CodeLanguage } from "./languages/code.js";
import { typescriptCode } from "./languages/typescript/code.js";

export const CODE_LANGUAGES: readonly CodeLanguage[] = [typescriptCode];

/** The language of a file, by its name; undefined for one that is no code. */
export function languageOf(path: string): CodeLanguage | undefined {
  return CODE_LANGUAGES.find(({ endings }) => endings.some((ending) => path.endsWith(ending)));
}
