// Random protos with random comments between any two tokens, for the properties of fix.

import { Random } from "../random.js";

const SYNTAXES = ['syntax = "proto3" ;', 'syntax = "proto2" ;', 'edition = "2023" ;'] as const;

/** A proto of package `p<seed>`; its comments' words are its own. */
export function randomProto(seed: number): string {
  const random = new Random(seed);
  const next = (): number => random.next();
  const chance = (p: number): boolean => random.chance(p);
  const pick = <T>(from: readonly T[]): T => random.pick(from);
  const syntax = pick(SYNTAXES);
  const proto2 = syntax.includes("proto2");
  let names = 0;
  const name = (prefix: string): string => `${prefix}${names++}`;
  const label = (): string =>
    proto2
      ? pick(["optional", "repeated"])
      : syntax.includes("proto3") && chance(0.2)
        ? pick(["optional", "repeated"])
        : "";
  const options = (): string =>
    chance(0.3)
      ? pick(["[ deprecated = true ]", '[ json_name = "j@" , deprecated = false ]']).replace(
          "@",
          String(names++),
        )
      : "";

  const field = (number: number): string =>
    `${label()} ${pick(["int32", "string", "bool"])} ${name("f_")} = ${number} ${options()} ;`;
  const enumeration = (): string => {
    const own = name("E");
    return `enum ${own} { ${chance(0.3) ? "option deprecated = true ;" : ""} ${own}_A = 0 ; ${own}_B = 1 ${options().replace(/json_name = "[^"]*" ,/, "")} ; ${own}_C = 2 ; }`;
  };
  const message = (depth: number): string => {
    const parts: string[] = [];
    let number = 1;
    for (let i = Math.floor(next() * 4); i >= 0; i--) parts.push(field(number++));
    if (chance(0.3)) parts.push(`map < string , int32 > ${name("m_")} = ${number++} ;`);
    if (chance(0.3))
      parts.push(
        `oneof ${name("o_")} { int32 ${name("x_")} = ${number++} ; string ${name("y_")} = ${number++} ; }`,
      );
    if (proto2 && chance(0.4))
      parts.push(
        `optional group ${name("G")} = ${number++} { optional int32 ${name("g_")} = 1 ; }`,
      );
    if (chance(0.2)) parts.push("reserved 100 to 110 ;");
    if (chance(0.3)) parts.push("option deprecated = true ;");
    if (depth < 2 && chance(0.4)) parts.push(message(depth + 1));
    if (chance(0.3)) parts.push(enumeration());
    return `message ${name("M")} { ${parts.join(" ")} }`;
  };
  const body: string[] = [`package p${seed} ;`];
  const request = name("Q");
  body.push(
    `message ${request} { ${proto2 || !syntax.includes("proto3") ? "extensions 10 to 20 ;" : ""} }`,
  );
  for (let i = 0; i < 2; i++) body.push(message(0));
  if (chance(0.6)) body.push(enumeration());
  if (chance(0.6)) {
    const rpc = (): string =>
      `rpc ${name("R")} ( ${request} ) returns ( stream ${request} ) ${pick([";", "{ }", "{ option deprecated = true ; }"])}`;
    body.push(`service ${name("S")} { ${rpc()} ${rpc()} }`);
  }
  if (!syntax.includes("proto3"))
    body.push(
      `extend ${request} { ${label()} int32 ${name("e_")} = 10 ; }`.replace("{  int32", "{ int32"),
    );
  return layOut(`${syntax} ${body.join(" ")}`.split(/\s+/), next, seed);
}

/** Puts white space and comments between the tokens. */
function layOut(tokens: readonly string[], next: () => number, seed: number): string {
  const eol = next() < 0.2 ? "\r\n" : "\n";
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  let words = 0;
  const word = (): string => `${pick(["", "", "é", "日本", "\t", "  "])}w${seed}x${words++}`;
  const indent = (): string => pick(["", "  ", "    ", "\t", "                    "]);
  const comment = (): string => {
    const style = next();
    if (style < 0.55) return `//${pick(["", " ", "/ "])}${word()}${eol}${indent()}`;
    if (style < 0.65) return `// ${word()} ──────${eol}${indent()}`;
    if (style < 0.7) return `/* ---- ${word()} ---- */`;
    if (style < 0.75) return `/* ${word()} */`;
    if (style < 0.85)
      return `/**${eol}${indent()} * ${word()}${eol}${indent()} * ${word()}${eol}${indent()} */`;
    if (style < 0.95) return `/*${word()}${eol}${word()}*/`;
    return `//${eol}`;
  };
  const parts: string[] = [next() < 0.1 ? "\uFEFF" : "", next() < 0.2 ? comment() : ""];
  for (const token of tokens) {
    parts.push(token);
    const ends = /[;{}]/.test(token);
    const count = next() < (ends ? 0.55 : 0.06) ? 1 + Math.floor(next() * 3) : 0;
    parts.push(ends && next() < 0.5 ? pick([eol, eol + eol, `${eol}${indent()}`]) : " ");
    for (let i = 0; i < count; i++)
      parts.push(comment(), pick(["", " ", eol, eol + eol, `${eol}${indent()}`]));
    if (ends && next() < 0.7) parts.push(eol + indent());
  }
  return parts.join("") + pick(["", eol]);
}
