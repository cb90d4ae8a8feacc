// Which names a file declares, and how often.
import type { Expression, Node } from "oxc-parser";
import { childrenOf } from "../nodes.js";

/** How many times each name is declared: one that a function declares anew may stand for anything. */
export function declaredNames(root: Node): Map<string, number> {
  const counts = new Map<string, number>();
  const declare = (pattern: Node): void => {
    if (pattern.type === "Identifier") {
      counts.set(pattern.name, (counts.get(pattern.name) ?? 0) + 1);
    } else if (pattern.type === "Property") declare(pattern.value as Expression);
    else if (pattern.type === "AssignmentPattern") declare(pattern.left);
    else if (/Pattern|RestElement|TSParameterProperty/.test(pattern.type))
      childrenOf(pattern).forEach(declare);
  };
  const visit = (node: Node): void => {
    if (/^Import.*Specifier$/.test(node.type)) declare((node as { local: Node } & Node).local);
    if (node.type === "VariableDeclarator") declare(node.id);
    if (node.type === "TSImportEqualsDeclaration") declare(node.id);
    if (node.type === "CatchClause" && node.param !== null) declare(node.param);
    if ("params" in node && Array.isArray(node.params)) (node.params as Node[]).forEach(declare);
    if (
      "id" in node &&
      node.type !== "VariableDeclarator" &&
      node.type !== "TSImportEqualsDeclaration"
    ) {
      const { id } = node as { id: Node | null };
      if (id !== null && id.type === "Identifier") declare(id);
    }
    childrenOf(node).forEach(visit);
  };
  visit(root);
  return counts;
}
