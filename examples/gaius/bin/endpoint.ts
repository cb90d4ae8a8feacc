// A stand-in for the program that serves one model: it takes a while to load, then answers its health
// check and "inference" requests. It has no GPU and no model; everything else about it is real.
import { createServer } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";

const { values } = parseArgs({
  options: {
    model: { type: "string" },
    port: { type: "string" },
    "load-ms": { type: "string", default: "0" },
  },
});

let stopping = false;

const server = createServer(async (request, response) => {
  const answer = (status: number, body: object): void => {
    response.writeHead(status, { connection: stopping ? "close" : "keep-alive" });
    response.end(JSON.stringify(body));
  };
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://localhost");
  if (pathname === "/health") {
    // The engine compares the process id: another program may have the port.
    answer(200, { pid: process.pid, model: values.model });
  } else if (pathname === "/infer") {
    if (stopping) return answer(503, { error: "stopping" });
    await sleep(Number(searchParams.get("ms") ?? 0));
    answer(200, { model: values.model, text: "…" });
  } else {
    answer(404, { error: "not found" });
  }
});

// A gentle stop: no new requests, those in progress are finished. Without one, a model may still load.
process.on("SIGTERM", () => {
  if (!server.listening) process.exit(0);
  stopping = true;
  server.close(() => process.exit(0));
});

// The engine holds the other end of this pipe. When it is gone, even by kill -9, so is this process.
process.stdin.on("close", () => process.exit(0)).resume();

await sleep(Number(values["load-ms"]));
server.on("error", (error) => {
  console.error(error.message);
  process.exit(1);
});
server.listen(Number(values.port), "127.0.0.1");
