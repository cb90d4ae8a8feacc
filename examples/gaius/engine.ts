// The engine: a controller, and a gRPC server that lets clients at it.
import { once, setMaxListeners } from "node:events";
import { createServer, type ServerHttp2Session } from "node:http2";
import type { AddressInfo } from "node:net";
import { Code, ConnectError } from "@connectrpc/connect";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import { GaiusService } from "#bindings/gaius/engine/v1";
import { endUnread } from "../end-unread.js";
import type { Configuration } from "./configuration.js";
import { Controller } from "./controller.js";
import { gaiusService } from "./service.js";

/** Requests hold little more than names. A larger one is refused with RESOURCE_EXHAUSTED. */
const MAX_REQUEST_BYTES = 64 * 1024;

export interface Engine {
  readonly port: number;
  readonly controller: Controller;
  /** Ends every call and every process of an endpoint. */
  close(): Promise<void>;
}

/**
 * An engine that listens on 127.0.0.1, on any free port where that is 0. `program` is the file that
 * Node runs as an endpoint's process. Throws the system's error where the port is not to be had.
 */
export async function startEngine(options: {
  configuration: Configuration;
  port: number;
  program: string;
}): Promise<Engine> {
  const controller = new Controller(options.configuration, options.program);
  const shutdown = new AbortController();
  setMaxListeners(0, shutdown.signal); // One for each call that is being served.
  const server = createServer(
    connectNodeAdapter({
      routes: (router) => void router.service(GaiusService, gaiusService(controller)),
      // gRPC alone: what the schema promises.
      connect: false,
      grpcWeb: false,
      readMaxBytes: MAX_REQUEST_BYTES,
      shutdownSignal: shutdown.signal,
    }),
  );
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session) => {
    sessions.add(session);
    session.on("close", () => sessions.delete(session));
  });
  server.on("stream", endUnread);
  server.listen(options.port, "127.0.0.1");
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    controller,
    async close() {
      const closed = once(server, "close");
      server.close();
      shutdown.abort(new ConnectError("The engine is shutting down.", Code.Unavailable));
      await controller.close();
      for (const session of sessions) session.close();
      // A client that never closes its end would keep the engine alive.
      const deadline = setTimeout(() => {
        for (const session of sessions) session.destroy();
      }, 1_000);
      await closed;
      clearTimeout(deadline);
    },
  };
}
