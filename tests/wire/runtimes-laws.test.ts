// What holds for every value: it comes back the same, from either runtime, out of the other's bytes.
import fc from "fast-check";
import { beforeAll, describe, expect, test } from "vitest";
import { protobufEs } from "../../checks/wire/evidence/protobuf-es.js";
import { protobufJs } from "../../checks/wire/evidence/protobufjs.js";
import { type Runtime, sameValue } from "../../checks/wire/evidence/runtime.js";
import type { Schema } from "../../core/schema.js";
import { compiled, messageOf } from "./schemas.js";
import { anyFields, shown } from "./values.js";

const MESSAGES = [
  ...["all2.All", "all3.All", "allopt.All", "alled.All", "allde.All"],
  ...["p2.M", "p3.M", "ed.M", "de.M"],
] as const;

let schema: Schema;
let runtimes: readonly [Runtime, Runtime];

beforeAll(async () => {
  schema = await compiled();
  runtimes = [protobufEs(schema.registry), await protobufJs(schema.registry)];
});

describe.each(MESSAGES)("%s", (name) => {
  test("every value comes back from bytes, whichever runtime wrote and read them", () => {
    const desc = messageOf(schema, name);
    fc.assert(
      fc.property(anyFields(desc, true), (value) => {
        for (const writer of runtimes) {
          for (const reader of runtimes) {
            const seen = reader.decode(desc, writer.encode(desc, value));
            if (!sameValue(value, seen)) expect(shown(seen)).toBe(shown(value));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("every value comes back from JSON, whichever runtime wrote and read it", () => {
    const desc = messageOf(schema, name);
    fc.assert(
      fc.property(anyFields(desc, false), (value) => {
        for (const writer of runtimes) {
          for (const reader of runtimes) {
            const seen = reader.fromJson(desc, writer.toJson(desc, value), false);
            if (!sameValue(value, seen)) expect(shown(seen)).toBe(shown(value));
          }
        }
      }),
      { numRuns: 100 },
    );
  });

  test("bytes of any kind are read or refused, and what was read can be written and read again", () => {
    const desc = messageOf(schema, name);
    const garbage = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(anyFields(desc, true), fc.nat(), fc.nat(255)).map(([value, at, byte]) => {
        const bytes = runtimes[0].encode(desc, value);
        if (bytes.length > 0) bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    fc.assert(
      fc.property(garbage, (bytes) => {
        for (const runtime of runtimes) {
          let seen: ReturnType<Runtime["decode"]>;
          try {
            seen = runtime.decode(desc, bytes);
          } catch {
            continue;
          }
          const again = runtime.decode(desc, runtime.encode(desc, seen));
          if (!sameValue(seen, again)) expect(shown(again)).toBe(shown(seen));
        }
      }),
      { numRuns: 200 },
    );
  });
});
