// Workspaces whose protos peers already speak, for the gate as a user meets it.
import type { TestWorkspace } from "../workspace.js";
import { BUF_YAML, LENIENT, workspace } from "../workspace.js";

export const ENGINE = "proto/gaius/v1/engine.proto";

/** A small engine: an enum, messages, and a service with a unary RPC and one that streams. */
export const ENGINE_PROTO = `syntax = "proto3";

package gaius.v1;

// Where a process is in its life.
enum ProcessStatus {
  PROCESS_STATUS_UNSPECIFIED = 0;
  PROCESS_STATUS_STOPPED = 1;
  PROCESS_STATUS_STARTING = 2;
  PROCESS_STATUS_HEALTHY = 3;
  PROCESS_STATUS_FAILED = 4;
}

message Endpoint {
  string name = 1;
  ProcessStatus status = 2;
  int64 memory_bytes = 3;
}

service Engine {
  rpc GetEndpoint(GetEndpointRequest) returns (GetEndpointResponse);
  rpc WatchEndpoint(WatchEndpointRequest) returns (stream WatchEndpointResponse);
}

message GetEndpointRequest {
  string name = 1;
}

message GetEndpointResponse {
  Endpoint endpoint = 1;
}

message WatchEndpointRequest {
  string name = 1;
}

message WatchEndpointResponse {
  Endpoint endpoint = 1;
}
`;

/** buf.yaml with that under `breaking`. */
export function policy(breaking: string): string {
  return `${BUF_YAML.replace("STANDARD", "SYNTAX_SPECIFIED")}breaking:\n${breaking}`;
}

/** A workspace whose files are committed: the engine, unless others are given. */
export async function committed(
  files: Readonly<Record<string, string | undefined>> = {},
): Promise<TestWorkspace> {
  const w = await workspace({ ...LENIENT, [ENGINE]: ENGINE_PROTO, ...files });
  await commit(w, "one");
  return w;
}

/** Commits all there is and returns the commit's short id. */
export async function commit(w: TestWorkspace, message = "change"): Promise<string> {
  await w.git("add", "--all");
  await w.git("commit", "--quiet", "--allow-empty", "-m", message);
  return (await w.git("rev-parse", "--short=7", "HEAD")).trim();
}

/** What the gate finds, each as `severity RULE symbol`, with `(waived)` and the baseline where there are. */
export async function found(w: TestWorkspace, ...argv: string[]): Promise<string[]> {
  const { code, findings, stderr } = await w.json("breaking", ...argv);
  const lines = findings.map(({ severity, rule, symbol, waived, baseline }) =>
    [
      severity,
      rule,
      symbol,
      ...(waived ? ["(waived)"] : []),
      ...(baseline ? [`against ${baseline}`] : []),
    ].join(" "),
  );
  // The code has to be what the findings say.
  const isError = findings.some((one) => one.severity === "error" && !one.waived);
  if (code !== Number(isError)) lines.push(`exit code ${code}: ${stderr}`);
  return lines;
}

/** What trouble says that ends the command with code 2; the steps before it left out. */
export async function trouble(w: TestWorkspace, ...argv: string[]): Promise<string> {
  const { code, stdout, stderr, json } = await w.both("breaking", ...argv);
  if (code !== 2 || json.ok || stdout !== "") return `exit code ${code}: ${stdout}${stderr}`;
  return stderr.slice(stderr.search(/^(\S+: )?error: /m));
}
