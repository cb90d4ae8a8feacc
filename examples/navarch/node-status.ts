// How a node's status follows from what it reports and what it is told. The control plane alone
// decides it.
import { HealthStatus, type Node, NodeCommandType, NodeStatus } from "#bindings";

/** The worst of the results; UNSPECIFIED where there are none. */
export function worstHealth(results: readonly { readonly status: HealthStatus }[]): HealthStatus {
  const order = [HealthStatus.UNHEALTHY, HealthStatus.DEGRADED, HealthStatus.HEALTHY];
  const found = new Set(results.map(({ status }) => status));
  return order.find((status) => found.has(status)) ?? HealthStatus.UNSPECIFIED;
}

/** The status of a node once it has reported its health. Only ACTIVE and UNHEALTHY depend on it. */
export function statusAfterReport({ status, health }: Node): NodeStatus {
  if (status !== NodeStatus.ACTIVE && status !== NodeStatus.UNHEALTHY) return status;
  return statusInUse(health);
}

/** The status of a node once a command of that type has been handed out to it. */
export function statusAfterCommand({ status, health }: Node, type: NodeCommandType): NodeStatus {
  if (status === NodeStatus.TERMINATED) return status;
  switch (type) {
    case NodeCommandType.CORDON:
      return NodeStatus.CORDONED;
    case NodeCommandType.DRAIN:
      return NodeStatus.DRAINING;
    case NodeCommandType.UNCORDON:
      return statusInUse(health);
    case NodeCommandType.TERMINATE:
      return NodeStatus.TERMINATED;
    case NodeCommandType.RUN_DIAGNOSTIC:
    case NodeCommandType.UNSPECIFIED:
      return status;
    default: {
      // A newer operator's command for a newer daemon: tsc says so when the proto has one more.
      const unknown: never = type;
      void unknown;
      return status;
    }
  }
}

/** The status of a node that boots again. */
export function statusAfterBoot(earlier: Node | undefined): NodeStatus {
  const keeps = earlier?.status === NodeStatus.CORDONED || earlier?.status === NodeStatus.DRAINING;
  return keeps ? earlier.status : NodeStatus.ACTIVE;
}

function statusInUse(health: HealthStatus): NodeStatus {
  return health === HealthStatus.UNHEALTHY ? NodeStatus.UNHEALTHY : NodeStatus.ACTIVE;
}
