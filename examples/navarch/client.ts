// Clients of a control plane, as its nodes and operators use them.
import { type Client, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { ControlPlaneService, NodeService } from "#bindings";

export interface Clients {
  readonly nodes: Client<typeof NodeService>;
  readonly controlPlane: Client<typeof ControlPlaneService>;
}

/** Clients of both services at that address. A call that is not answered in time fails. */
export function clientsOf(baseUrl: string, defaultTimeoutMs = 10_000): Clients {
  const transport = createGrpcTransport({ baseUrl, defaultTimeoutMs });
  return {
    nodes: createClient(NodeService, transport),
    controlPlane: createClient(ControlPlaneService, transport),
  };
}
