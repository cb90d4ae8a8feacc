// GaiusService on a controller: what clients ask, checked; what the controller says, as protos.
import { on } from "node:events";
import { create } from "@bufbuild/protobuf";
import { timestampFromDate } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type ServiceImpl } from "@connectrpc/connect";
import {
  type Endpoint,
  EndpointSchema,
  type GaiusService,
  OrchestratorStatusSchema,
  ProcessStatus,
} from "#bindings/gaius/engine/v1";
import {
  type Change,
  type Controller,
  type EndpointStatus,
  type Endpoint as RunEndpoint,
  WrongState,
} from "./controller.js";

/**
 * What the controller calls a status, as peers know it.
 *
 * @proto gaius.engine.v1.ProcessStatus except UNSPECIFIED
 */
const STATUS_MAP: Readonly<Record<`${EndpointStatus}`, ProcessStatus>> = {
  stopped: ProcessStatus.STOPPED,
  starting: ProcessStatus.STARTING,
  healthy: ProcessStatus.HEALTHY,
  unhealthy: ProcessStatus.UNHEALTHY,
  stopping: ProcessStatus.STOPPING,
  failed: ProcessStatus.FAILED,
  pending: ProcessStatus.PENDING,
};

const GIB = 2 ** 30;

/** The implementation of every method, to be given to a ConnectRPC router. */
export function gaiusService(controller: Controller): ServiceImpl<typeof GaiusService> {
  /** The name, if there is such an endpoint. */
  const known = (name: string): string => {
    if (name === "") throw new ConnectError("An endpoint's name is empty.", Code.InvalidArgument);
    if (controller.endpoint(name) !== undefined) return name;
    throw new ConnectError(`There is no endpoint ${JSON.stringify(name)}.`, Code.NotFound);
  };
  /** The names, each once, or those of all endpoints where there are none. */
  const chosen = (names: readonly string[]): string[] =>
    names.length === 0
      ? controller.endpoints().map(({ configuration }) => configuration.name)
      : [...new Set(names.map(known))];

  return {
    getOrchestratorStatus: () => ({ status: orchestratorStatus(controller) }),

    listEndpoints: () => ({ endpoints: controller.endpoints().map(toProto) }),

    getEndpoint: ({ name }) => ({
      endpoint: toProto(controller.endpoint(known(name)) as RunEndpoint),
    }),

    startEndpoint: async ({ name }) => ({
      endpoint: toProto(await done(controller.start(known(name)))),
    }),

    stopEndpoint: async ({ name, force }) => ({
      endpoint: toProto(await done(controller.stop(known(name), force))),
    }),

    restartEndpoint: async ({ name }) => ({
      endpoint: toProto(await done(controller.restart(known(name)))),
    }),

    cleanStartEndpoints: async ({ names }) => ({
      endpoints: (await done(controller.cleanStart(chosen(names)))).map(toProto),
    }),

    async *watchEndpoints({ names }, { signal }) {
      const watched = new Set(chosen(names));
      // Listens before it looks, so that no change is missed; the end of the call ends the listening.
      const changes = on(controller, "change", { signal });
      for (const endpoint of controller.endpoints()) {
        if (watched.has(endpoint.configuration.name)) yield { endpoint: toProto(endpoint) };
      }
      try {
        for await (const [{ endpoint, previous }] of changes as AsyncIterable<[Change]>) {
          if (!watched.has(endpoint.configuration.name)) continue;
          yield { endpoint: toProto(endpoint), previousStatus: STATUS_MAP[previous] };
        }
      } catch (thrown) {
        throw signal.aborted ? signal.reason : thrown;
      }
    },
  };
}

async function done<T>(call: Promise<T>): Promise<T> {
  try {
    return await call;
  } catch (thrown) {
    if (!(thrown instanceof WrongState)) throw thrown;
    throw new ConnectError(thrown.message, Code.FailedPrecondition);
  }
}

function toProto({ configuration, status, statusTime, statusMessage }: RunEndpoint): Endpoint {
  return create(EndpointSchema, {
    name: configuration.name,
    model: configuration.model,
    status: STATUS_MAP[status],
    gpuIds: configuration.gpu_ids,
    port: configuration.port,
    statusTime: timestampFromDate(statusTime),
    statusMessage,
  });
}

function orchestratorStatus(controller: Controller) {
  const endpoints = controller.endpoints();
  const holding = endpoints
    .filter((endpoint) => controller.holdsGpus(endpoint))
    .map(({ configuration }) => configuration);
  const gpus = controller.configuration.gpus.toSorted((a, b) => a.id - b.id);
  const held = (id: number) => holding.filter(({ gpu_ids }) => gpu_ids.includes(id));
  const agents = [...new Set(holding.map(({ agent }) => agent))].sort();
  return create(OrchestratorStatusSchema, {
    gpus: gpus.map(({ id, name, memory_gib }) => ({
      id,
      name,
      memoryTotalBytes: bytes(memory_gib),
      memoryUsedBytes: bytes(held(id).reduce((sum, endpoint) => sum + endpoint.memory_gib, 0)),
    })),
    availableGpuIds: gpus.map(({ id }) => id).filter((id) => held(id).length === 0),
    allocations: agents
      .map((agent) => ({
        agent,
        gpuIds: gpus.map(({ id }) => id).filter((id) => held(id)[0]?.agent === agent),
      }))
      .filter(({ gpuIds }) => gpuIds.length > 0),
    endpoints: endpoints.map(toProto),
  });
}

function bytes(gib: number): bigint {
  return BigInt(Math.round(gib * GIB));
}
