// Ways through a syntax tree of oxc-parser.
import { type Node, visitorKeys } from "oxc-parser";

/** The nodes directly in a node, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const fields = node as unknown as Readonly<Record<string, unknown>>;
  return (visitorKeys[node.type] ?? [])
    .flatMap((key) => fields[key] as Node | (Node | null)[] | null)
    .filter((child) => child !== null && child !== undefined);
}
