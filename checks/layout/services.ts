// One service per file, and the file is named for it.
import { posix } from "node:path";
import { type Finding, finding, type OwnRule } from "../../core/finding.js";
import { type LayoutElement, type LayoutFile, placeAt } from "./facts.js";

export const LAYOUT_ONE_SERVICE: OwnRule<{ service: string; first: string; target: string }> = {
  id: "LAYOUT_ONE_SERVICE",
  severity: "error",
  finds: "A file has more than one service.",
  purpose:
    "Whoever looks for a service finds it by its file, and its file has nothing of another one.",
  example: {
    wrong: "// navarch.proto\nservice NodeService {}\nservice ControlPlaneService {}",
    right:
      "// node.proto\nservice NodeService {}\n\n// control_plane.proto\nservice ControlPlaneService {}",
  },
  message: (a) => `${a.service} is the second service of this file, after ${a.first}.`,
  help: (a) => `Move ${a.service}, and what only it uses, to ${a.target}.`,
};

export const LAYOUT_FILE_NAME: OwnRule<{ service: string; target: string }> = {
  id: "LAYOUT_FILE_NAME",
  severity: "error",
  finds: "A file with a service is not named for it.",
  purpose: "Whoever looks for a service finds it by the name of its file.",
  example: {
    wrong: "// api.proto\nservice NodeService {}",
    right: "// node.proto\nservice NodeService {}",
  },
  message: (a) => `The file of ${a.service} is not named for it.`,
  help: (a) => `Rename this file to ${a.target}, and the imports of it.`,
};

export const SERVICE_RULES = [LAYOUT_ONE_SERVICE, LAYOUT_FILE_NAME];

/** Files with several services, and services in a file of another name. */
export function serviceFindings(files: readonly LayoutFile[]): Finding[] {
  return files.flatMap((file) => {
    const { path } = file;
    const [first, ...others] = file.services;
    if (first === undefined) return [];
    const target = (service: LayoutElement): string =>
      posix.join(posix.dirname(path), `${fileNames(service)[0]}.proto`);
    const named = others.map((service) =>
      finding(
        LAYOUT_ONE_SERVICE,
        { service: service.name, first: first.name, target: target(service) },
        placeAt(file, service.span),
        { symbol: service.typeName },
      ),
    );
    const isNamed = file.services.some((service) =>
      fileNames(service).includes(posix.basename(path, ".proto")),
    );
    if (isNamed) return named;
    const misnamed = finding(
      LAYOUT_FILE_NAME,
      { service: first.name, target: target(first) },
      placeAt(file, first.span),
      { symbol: first.typeName },
    );
    return [...named, misnamed];
  });
}

/** The names that the file of a service may have: `node` or `node_service` for `NodeService`. */
function fileNames(service: LayoutElement): string[] {
  const snake = snakeCase(service.name);
  const short = snake.replace(/_(service|api)$/, "");
  return [...new Set([short, snake, `${short}_service`])];
}

/** `HTTPNodeService` becomes `http_node_service`. */
export function snakeCase(name: string): string {
  return name
    .replace(/([A-Z]+)([A-Z][a-z])/g, "$1_$2")
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .toLowerCase();
}
