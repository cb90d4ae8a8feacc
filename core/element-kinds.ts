// The kinds of elements that documentation is written for.

export const ELEMENT_KINDS = [
  "package",
  "service",
  "method",
  "message",
  "field",
  "oneof",
  "enum",
  "value",
  "extension",
] as const;
export type ElementKind = (typeof ELEMENT_KINDS)[number];
