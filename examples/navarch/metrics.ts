// The light metrics of a heartbeat, as this computer measures them.
import { cpus, freemem, totalmem } from "node:os";

/** Measures the share of time that the cores were busy since the measurement before, from 0 to 100. */
export class CpuMeter {
  #before = measured();

  percent(): number {
    const now = measured();
    const total = now.total - this.#before.total;
    const idle = now.idle - this.#before.idle;
    this.#before = now;
    return total === 0 ? 0 : 100 * (1 - idle / total);
  }
}

/** Main memory; what the kernel can reclaim does not count as used. */
export function memory(): { memoryUsedBytes: bigint; memoryTotalBytes: bigint } {
  const total = totalmem();
  return { memoryUsedBytes: BigInt(total - freemem()), memoryTotalBytes: BigInt(total) };
}

function measured(): { total: number; idle: number } {
  const times = cpus().map(({ times }) => times);
  return {
    total: times.reduce((sum, t) => sum + t.user + t.nice + t.sys + t.idle + t.irq, 0),
    idle: times.reduce((sum, t) => sum + t.idle, 0),
  };
}
