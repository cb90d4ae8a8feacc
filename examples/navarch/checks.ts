// The health checks that a daemon can run, each on what its node has.
import { readFile } from "node:fs/promises";
import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { timestampNow } from "@bufbuild/protobuf/wkt";
import {
  type HealthCheckResult,
  HealthCheckResultSchema,
  HealthCheckType,
  HealthStatus,
  type navarchV1,
} from "#bindings";
import { gpusOfType, simulatedMetrics } from "./simulated-gpus.js";

/** What the checks look at. */
export interface Machine {
  readonly instanceType: string;
  readonly gpus: readonly navarchV1.GPUInfo[];
  /** Where the driver's messages are; a file that need not exist. */
  readonly kernelLog: string;
  busy(): boolean;
}

type Finding = Omit<
  MessageInitShape<typeof HealthCheckResultSchema>,
  "$typeName" | "type" | "checkTime"
> & { status: HealthStatus };

const HOT_CELSIUS = 90;

const CHECKS: ReadonlyMap<HealthCheckType, (machine: Machine) => Promise<Finding[]>> = new Map([
  [HealthCheckType.BOOT, boot],
  [HealthCheckType.NVML, nvml],
  [HealthCheckType.XID, xid],
]);

/** The results of that check; none where this daemon does not know it. */
export async function runCheck(
  type: HealthCheckType,
  machine: Machine,
): Promise<HealthCheckResult[]> {
  const findings = (await CHECKS.get(type)?.(machine)) ?? [];
  return findings.map((finding) =>
    create(HealthCheckResultSchema, { ...finding, type, checkTime: timestampNow() }),
  );
}

async function boot({ instanceType, gpus }: Machine): Promise<Finding[]> {
  const expected = gpusOfType(instanceType) ?? gpus.length;
  if (gpus.length === expected) return [{ status: HealthStatus.HEALTHY }];
  const message = `${gpus.length} GPUs found, and ${instanceType} has ${expected}`;
  return [{ status: HealthStatus.UNHEALTHY, message }];
}

async function nvml({ gpus, busy }: Machine): Promise<Finding[]> {
  return gpus.map(({ index }) => {
    const { temperatureCelsius } = simulatedMetrics(index, busy());
    if (temperatureCelsius < HOT_CELSIUS) return { gpuIndex: index, status: HealthStatus.HEALTHY };
    const message = `${temperatureCelsius} degrees Celsius`;
    return { gpuIndex: index, status: HealthStatus.DEGRADED, message };
  });
}

/** The driver writes lines such as `NVRM: Xid (PCI:0000:3B:00): 79, GPU has fallen off the bus.` */
async function xid({ gpus, kernelLog }: Machine): Promise<Finding[]> {
  const text = await readFile(kernelLog, "utf8").catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === "ENOENT") return "";
    throw thrown;
  });
  const found = [...text.matchAll(/NVRM: Xid \(PCI:0*([^)]+)\): (\d+),? *(.*)/g)].map(
    ([, address = "", code, message = ""]): Finding => {
      const gpu = gpus.find(({ pciBusId }) => pciBusId.replace(/^0+/, "").startsWith(address));
      return {
        status: HealthStatus.UNHEALTHY,
        message,
        xidCode: Number(code),
        ...(gpu === undefined ? {} : { gpuIndex: gpu.index }),
      };
    },
  );
  return found.length > 0 ? found : [{ status: HealthStatus.HEALTHY }];
}
