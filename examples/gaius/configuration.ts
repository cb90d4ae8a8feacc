// What an engine runs: its GPUs and its endpoints, read from a YAML file.
import { readFileSync } from "node:fs";
import { isNode, LineCounter, parseDocument } from "yaml";
import { z } from "zod";

const port = z.int().min(1).max(65535);
const milliseconds = z.int().min(1);

const endpointSchema = z.strictObject({
  name: z.string().min(1),
  model: z.string().min(1),
  /** Whom the endpoint runs for. */
  agent: z.string().min(1),
  gpu_ids: z.array(z.int()),
  port,
  /** Device memory that the model takes on each of its GPUs. */
  memory_gib: z.number().min(0).default(0),
  /** How long the stand-in program takes to load the model. */
  load_ms: z.int().min(0).default(0),
});

const configurationSchema = z
  .strictObject({
    gpus: z.array(
      z.strictObject({ id: z.int().min(0), name: z.string(), memory_gib: z.number().min(0) }),
    ),
    endpoints: z.array(endpointSchema).min(1),
    health: z
      .strictObject({
        /** From one health check of an endpoint to the next. */
        interval_ms: milliseconds.default(500),
        /** An endpoint that does not answer within this time is UNHEALTHY. */
        timeout_ms: milliseconds.default(2_000),
        /** An endpoint that is not HEALTHY this long after its start is FAILED. */
        startup_ms: milliseconds.default(60_000),
      })
      .prefault({}),
    /** How long an engine that shuts down lets its endpoints finish before it kills them. */
    shutdown_ms: milliseconds.default(5_000),
  })
  .superRefine(({ gpus, endpoints }, context) => {
    const refuse = (path: PropertyKey[], message: string): void =>
      context.addIssue({ code: "custom", path, message });
    const ids = new Set<number>();
    gpus.forEach(({ id }, i) => {
      if (ids.has(id)) refuse(["gpus", i, "id"], `GPU ${id} is listed twice`);
      ids.add(id);
    });
    const names = new Set<string>();
    const ports = new Map<number, string>();
    const agents = new Map<number, string>();
    endpoints.forEach(({ name, port, agent, gpu_ids }, i) => {
      if (names.has(name)) refuse(["endpoints", i, "name"], `${name} is listed twice`);
      names.add(name);
      const other = ports.get(port);
      if (other !== undefined)
        refuse(["endpoints", i, "port"], `${other} has port ${port} already`);
      ports.set(port, name);
      gpu_ids.forEach((id, j) => {
        const at = ["endpoints", i, "gpu_ids", j];
        const holder = agents.get(id) ?? agent;
        if (!ids.has(id)) refuse(at, `there is no GPU ${id}`);
        // A GPU is in at most one allocation, so that two agents never get the same.
        if (holder !== agent) refuse(at, `GPU ${id} is the agent ${holder}'s already`);
        agents.set(id, holder);
      });
    });
  });

export type Configuration = z.output<typeof configurationSchema>;
export type EndpointConfiguration = z.output<typeof endpointSchema>;

/** The configuration in that file. Throws an error that says what is wrong with it, and where. */
export function readConfiguration(path: string): Configuration {
  const lines = new LineCounter();
  const document = parseDocument(readFileSync(path, "utf8"), { lineCounter: lines });
  const [broken] = document.errors;
  if (broken) throw new Error(`${path}: ${broken.message}`);
  const read = configurationSchema.safeParse(document.toJS());
  if (read.success) return read.data;
  const told = read.error.issues.map(({ path: keys, message }) => {
    // Something that is missing has no place; what it is missing in has one.
    const depths = keys.map((_, depth) => keys.slice(0, keys.length - depth));
    const node = depths.map((at) => document.getIn(at, true)).find(isNode);
    const line = node?.range ? `:${lines.linePos(node.range[0]).line}` : "";
    return `${path}${line}: ${keys.join(".")}: ${message}`;
  });
  throw new Error(told.join("\n"));
}
