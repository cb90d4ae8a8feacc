// Where machines come from: what the control plane needs of a provider, be it a cloud or this computer.

/** An order of like instances. Each runs a node daemon that knows what is in here. */
export interface Order {
  readonly clusterId: string;
  /** Chosen by the control plane, so that it knows of each instance before it exists. */
  readonly instanceIds: readonly string[];
  readonly region: string;
  /** Empty leaves the choice to the provider. */
  readonly zone: string;
  readonly instanceType: string;
  /** Where the daemons find the control plane. */
  readonly controlPlaneUrl: string;
}

export interface Provider {
  /** As in ProvisionClusterRequest.provider. */
  readonly name: string;

  /** Why the provider could never fulfil the order; undefined where it may. */
  objection(order: Order): string | undefined;

  /** Creates all the instances. Throws NoCapacity, and leaves none behind, where it cannot. */
  create(order: Order): Promise<void>;

  /** Takes an instance back. Resolves when it is gone, also where it never was. */
  release(instanceId: string): Promise<void>;
}

/** The provider has not, at this time, what was ordered. */
export class NoCapacity extends Error {
  override readonly name = "NoCapacity";
}
