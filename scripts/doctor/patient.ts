// What the diagnoses look at. The packages that a look needs are loaded when it is taken, because what is
// wrong may be that they cannot be.
import { type Buf, openBuf } from "../../core/buf.js";
import { type Git, openGit } from "../../core/git.js";
import { isOlder } from "../../core/installation.js";
import { once } from "../../core/once.js";
import { reason, trouble } from "../../core/trouble.js";
import type { Call } from "../pipeline.js";
import { NotLooked } from "./diagnosis.js";
import type { Examination } from "./examination.js";

/** What the doctor is asked to look at, beside the workspace. */
export interface Asked {
  /** The TCP ports of this machine on which servers ought to listen. */
  readonly ports: readonly number[];
  /** The version of Node that runs. */
  readonly node: string;
  /** The oldest version of Node that will do. */
  readonly oldestNode: string;
}

export class Patient {
  constructor(
    readonly call: Call,
    readonly asked: Asked,
  ) {}

  get git(): Git {
    return openGit(this.call.cwd, this.call.env, this.call.signal);
  }

  /** buf, whether or not there is a workspace. Throws trouble where it is not installed. */
  get buf(): Buf {
    return openBuf(this.call.cwd, this.call.env, this.call.signal);
  }

  get isNodeTooOld(): boolean {
    const { node, oldestNode } = this.asked;
    return isOlder(node, oldestNode);
  }

  /** The workspace. Throws trouble where a package that it takes to look at it cannot be loaded. */
  readonly examine = once(async (): Promise<Examination> => {
    if (this.isNodeTooOld) throw new NotLooked("Node is too old", "node-too-old");
    try {
      const { Examination } = await import("./examination.js");
      return new Examination(this.call);
    } catch (thrown) {
      const why = reason(thrown).split("\n")[0] as string;
      // Node's words for a package that is not there, and those of packages with native code.
      if (!/cannot find|failed to load native/i.test(why)) throw thrown;
      throw trouble("PACKAGES_MISSING", { why }, { cause: thrown });
    }
  });
}
