// Stand-ins for the GPUs of a machine, so that a fleet runs on a computer without any. Like real ones
// they keep their UUIDs over reboots, and get warm under load.
import { createHash } from "node:crypto";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { type GPUMetricsSchema, navarchV1 } from "#bindings";

const GIB = 1024 ** 3;

const GPUS_BY_TYPE: ReadonlyMap<string, number> = new Map([
  ["local.1gpu", 1],
  ["local.2gpu", 2],
  ["local.8gpu", 8],
]);

export const INSTANCE_TYPES: readonly string[] = [...GPUS_BY_TYPE.keys()];

/** How many GPUs an instance of that type has; undefined for a type that does not exist. */
export function gpusOfType(instanceType: string): number | undefined {
  return GPUS_BY_TYPE.get(instanceType);
}

/** The GPUs of that node. The same id has the same GPUs. */
export function simulatedGpus(nodeId: string, count: number): navarchV1.GPUInfo[] {
  return Array.from({ length: count }, (_, index) => {
    const hex = createHash("sha256").update(`${nodeId}/${index}`).digest("hex");
    return create(navarchV1.GPUInfoSchema, {
      index,
      uuid: `GPU-${hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*/, "$1-$2-$3-$4-$5")}`,
      name: "Simulated GPU 80GB",
      pciBusId: `00000000:${(0x10 + index).toString(16).toUpperCase()}:00.0`,
      memoryBytes: BigInt(80 * GIB),
      driverVersion: "550.54.15",
      cudaVersion: "12.4",
    });
  });
}

/** What the GPU measures while work runs on it, or none. */
export function simulatedMetrics(
  gpuIndex: number,
  busy: boolean,
): MessageInitShape<typeof GPUMetricsSchema> & { temperatureCelsius: number } {
  return {
    gpuIndex,
    temperatureCelsius: busy ? 66 : 34,
    powerWatts: busy ? 540 : 70,
    utilizationPercent: busy ? 97 : 0,
    memoryUsedBytes: BigInt(busy ? 61 * GIB : 0),
  };
}
