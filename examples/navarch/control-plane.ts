// The control plane: one HTTP/2 server in which both services are registered, over one store.
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { ConnectError, type Interceptor } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { ControlPlaneService, NodeService } from "#bindings";
import { endUnread } from "../end-unread.js";
import { controlPlaneService } from "./control-plane-service.js";
import { FleetStore } from "./fleet-store.js";
import { InstanceKeeper } from "./instances.js";
import { type Intervals, nodeService } from "./node-service.js";
import type { Provider } from "./provider.js";

/** Larger requests are refused with RESOURCE_EXHAUSTED. */
export const LARGEST_REQUEST_BYTES = 1024 * 1024;
/** How long a stop waits for calls that have begun. */
const GRACE_MS = 2000;

export interface ControlPlaneOptions {
  /** The folder that holds the fleet. */
  readonly folder: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly intervals: Intervals;
  /** A node that has sent no heartbeat for that long is UNHEALTHY. */
  readonly silenceMs: number;
  readonly providers: readonly Provider[];
  readonly log: (line: string) => void;
}

export interface ControlPlane {
  readonly port: number;
  /** Ends when the calls that have begun are answered, or their clients have had their time. */
  stop(): Promise<void>;
}

/** Starts to serve on 127.0.0.1. Throws if the port or the fleet is in use. */
export async function startControlPlane(options: ControlPlaneOptions): Promise<ControlPlane> {
  const { folder, port, intervals, silenceMs, log } = options;
  if (silenceMs < 2 * intervals.heartbeatMs)
    throw new Error("the silence has to be at least twice the interval of heartbeats");
  const store = new FleetStore(folder);
  const providers = new Map(options.providers.map((provider) => [provider.name, provider]));
  const keeper = new InstanceKeeper(store, providers, silenceMs, log);
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const server = createServer(
    connectNodeAdapter({
      routes(router) {
        router.service(NodeService, nodeService(store, intervals));
        router.service(ControlPlaneService, controlPlaneService(store, providers, keeper, url));
      },
      interceptors: [logFailures(log)],
      readMaxBytes: LARGEST_REQUEST_BYTES,
    }),
  );
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", endUnread);
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen(port, "127.0.0.1", resolve);
    });
  } catch (thrown) {
    await keeper.stop();
    store.close();
    throw thrown;
  }
  return {
    port: (server.address() as AddressInfo).port,
    async stop() {
      await keeper.stop();
      const closed = new Promise((resolve) => server.close(resolve));
      for (const session of sessions) session.close();
      await Promise.race([closed, sleep(GRACE_MS)]);
      for (const session of sessions) session.destroy();
      await closed;
      store.close();
    },
  };
}

/** What is not an answer to a mistake of the caller's is a mistake here, and belongs in the log. */
function logFailures(log: (line: string) => void): Interceptor {
  return (next) => async (request) => {
    try {
      return await next(request);
    } catch (thrown) {
      if (!(thrown instanceof ConnectError))
        log(`${request.method.name} failed: ${stackOf(thrown)}`);
      throw thrown;
    }
  };
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.stack !== undefined ? thrown.stack : String(thrown);
}
