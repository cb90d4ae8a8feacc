// What a gRPC server on Node has to do about requests that it answers before it has read them.
import type { ServerHttp2Stream } from "node:http2";

/**
 * A request that is refused before its end, such as one that is too large, would stay open until its
 * client goes away: nobody reads the rest. With this on a server's "stream" event, it ends with its answer.
 */
export function endUnread(stream: ServerHttp2Stream): void {
  stream.once("wantTrailers", () =>
    setImmediate(() => {
      if (!stream.readableEnded) stream.destroy();
    }),
  );
}
