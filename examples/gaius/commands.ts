// The commands of gaius-cli: what each asks the engine, and what it shows of the answer.
import { type MessageShape, toJson } from "@bufbuild/protobuf";
import type { Client } from "@connectrpc/connect";
import {
  type Endpoint,
  EndpointSchema,
  type GaiusService,
  OrchestratorStatusSchema,
  type ProcessStatus,
  ProcessStatusShortNames,
} from "#bindings/gaius/engine/v1";

export type GaiusClient = Client<typeof GaiusService>;

/** What a command shows: data for tools, lines for people. */
export interface Shown {
  readonly data: unknown;
  readonly text: string;
}

interface Command {
  /** What it begins with. */
  readonly words: string;
  /** What is typed after that. */
  readonly parameters: "" | "NAME" | "NAME [--force]" | "[NAME...]";
  readonly does: string;
  run(client: GaiusClient, names: string[], force: boolean): AsyncIterable<Shown>;
}

export const COMMANDS: readonly Command[] = [
  {
    words: "/gpu status",
    parameters: "",
    does: "GPUs, who holds them, and all endpoints",
    async *run(client) {
      const { status } = await client.getOrchestratorStatus({});
      if (status !== undefined) yield showOrchestrator(status);
    },
  },
  {
    words: "/endpoint list",
    parameters: "",
    does: "all endpoints",
    async *run(client) {
      yield showEndpoints((await client.listEndpoints({})).endpoints);
    },
  },
  {
    words: "/endpoint status",
    parameters: "NAME",
    does: "one endpoint",
    async *run(client, [name = ""]) {
      yield showEndpoint((await client.getEndpoint({ name })).endpoint);
    },
  },
  {
    words: "/endpoint start",
    parameters: "NAME",
    does: "queue an endpoint for startup",
    async *run(client, [name = ""]) {
      yield showEndpoint((await client.startEndpoint({ name })).endpoint);
    },
  },
  {
    words: "/endpoint stop",
    parameters: "NAME [--force]",
    does: "stop an endpoint, gently or at once",
    async *run(client, [name = ""], force) {
      yield showEndpoint((await client.stopEndpoint({ name, force })).endpoint);
    },
  },
  {
    words: "/endpoint restart",
    parameters: "NAME",
    does: "stop an endpoint gently, then start it",
    async *run(client, [name = ""]) {
      yield showEndpoint((await client.restartEndpoint({ name })).endpoint);
    },
  },
  {
    words: "/endpoint clean-start",
    parameters: "[NAME...]",
    does: "stop these endpoints (or all) at once, then start them in turn",
    async *run(client, names) {
      yield showEndpoints((await client.cleanStartEndpoints({ names })).endpoints);
    },
  },
  {
    words: "/endpoint watch",
    parameters: "[NAME...]",
    does: "print every change of these endpoints (or all), until Ctrl-C",
    async *run(client, names) {
      // Without an end: the deadline is for calls that are answered once.
      for await (const change of client.watchEndpoints({ names }, { timeoutMs: 0 })) {
        const { endpoint, previousStatus } = change;
        if (endpoint === undefined) continue;
        const before = previousStatus === undefined ? null : short(previousStatus);
        const { name, statusMessage } = endpoint;
        const arrow = before === null ? "" : `${before} -> `;
        yield {
          data: { ...asData(endpoint), previous_status: before },
          text: `${name}: ${arrow}${short(endpoint.status)} ${statusMessage}`.trimEnd(),
        };
      }
    },
  },
];

/** A status as an operator reads it. An engine newer than this client may know others. */
export function short(status: ProcessStatus): string {
  return ProcessStatusShortNames[status] ?? `unknown (${status})`;
}

const JSON_OPTIONS = { useProtoFieldName: true, alwaysEmitImplicit: true } as const;

function asData(endpoint: Endpoint): object {
  const json = toJson(EndpointSchema, endpoint, JSON_OPTIONS) as object;
  return { ...json, status: short(endpoint.status) };
}

function showEndpoint(endpoint: Endpoint | undefined): Shown {
  if (endpoint === undefined) throw new Error("The engine answered without an endpoint.");
  return { data: { endpoint: asData(endpoint) }, text: table([endpoint]) };
}

function showEndpoints(endpoints: readonly Endpoint[]): Shown {
  return { data: { endpoints: endpoints.map(asData) }, text: table(endpoints) };
}

function showOrchestrator(status: MessageShape<typeof OrchestratorStatusSchema>): Shown {
  const { gpus, availableGpuIds, allocations, endpoints } = status;
  const json = toJson(OrchestratorStatusSchema, status, JSON_OPTIONS) as object;
  const lines = [
    `GPUs: ${availableGpuIds.length} of ${gpus.length} available`,
    ...allocations.map(({ agent, gpuIds }) => `  ${agent} holds ${gpuIds.join(", ")}`),
    "",
    table(endpoints),
  ];
  return { data: { ...json, endpoints: endpoints.map(asData) }, text: lines.join("\n") };
}

function table(endpoints: readonly Endpoint[]): string {
  const rows = [
    ["NAME", "STATUS", "GPUS", "PORT", "MODEL", ""],
    ...endpoints.map(({ name, status, gpuIds, port, model, statusMessage }) => [
      name,
      short(status),
      gpuIds.join(",") || "-",
      String(port),
      model,
      statusMessage,
    ]),
  ];
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
