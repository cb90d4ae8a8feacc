// Whether a server listens on a port of this machine.
import { connect } from "node:net";
import { errorCode } from "../../core/trouble.js";

const HOST = "127.0.0.1";
/** A machine whose server is stopped in mid-run answers neither yes nor no. */
const PATIENCE_MS = 5_000;

/** Why no server can be reached there; undefined where one listens. Throws what else the system says. */
export function whyClosed(port: number): Promise<string | undefined> {
  const address = `${HOST}:${port}`;
  return new Promise((resolve, reject) => {
    const socket = connect({ host: HOST, port, timeout: PATIENCE_MS });
    const end = (why: string | undefined): void => {
      socket.destroy();
      resolve(why);
    };
    socket.once("connect", () => end(undefined));
    socket.once("timeout", () =>
      end(`${address} takes no connection within ${PATIENCE_MS / 1000} seconds.`),
    );
    socket.once("error", (thrown) => {
      if (errorCode(thrown) === "ECONNREFUSED") end(`Nothing listens on ${address}.`);
      else reject(thrown);
    });
  });
}
