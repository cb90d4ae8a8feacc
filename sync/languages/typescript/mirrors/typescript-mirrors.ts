// TypeScript and JavaScript, as the place of mirrors.
import type { MirrorLanguage } from "../../../mirrors/declaration.js";
import { readMirrors } from "./read-mirrors.js";

export const typescriptMirrors: MirrorLanguage = {
  endings: [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"],
  readMirrors,
};
