// Sends messages from one version to the other and tells what became of them.
import type { DescMessage } from "@bufbuild/protobuf";
import type { Evidence, Fate, Reader } from "../../../core/finding.js";
import { reason } from "../../../core/trouble.js";
import { isMadeUp } from "../enums/carriers.js";
import type { Field, Pairs } from "../pairs.js";
import { type Focus, markBytes, markJson } from "./mark.js";
import { Meaning, type Sender, worse } from "./meaning.js";
import { type Fields, type Format, type Runtime, sameValue } from "./runtime.js";
import { type FieldsOf, fieldText, hex, messageText } from "./words.js";

/** A message to send, and what of it is in question. */
export interface Probe {
  readonly sender: Sender;
  readonly old: DescMessage;
  readonly now: DescMessage;
  readonly value: Fields;
  readonly focus: Focus;
  /** The fields that are judged, of either version: what else changed in the message is another matter. */
  readonly about: readonly Field[];
  /** The formats that it shows something in; both where it is undefined. */
  readonly formats?: readonly Format[];
  /** Sent as it is instead of the value: what a runtime here does not write, but others do. */
  readonly raw?: Uint8Array;
}

/** What both versions were tried with. */
export interface Runtimes {
  readonly old: readonly Runtime[];
  readonly now: readonly Runtime[];
}

export interface Proof {
  /** Whether data that both versions know is misread, lost or refused. */
  readonly isHarmful: boolean;
  /** The worst case of each sender and format, the worst first; one that went well where all did. */
  readonly evidence: readonly Evidence[];
}

/** What a reader sees of a message in which there is nothing that it knows. */
export const NOTHING_KNOWN = "nothing that it knows";

const BY_FATE: readonly Fate[] = ["misread", "lost", "refused", "unaffected"];

export class Prover {
  constructor(
    private readonly pairs: Pairs,
    private readonly runtimes: Runtimes,
  ) {}

  /** What becomes of those messages in those formats. */
  prove(probes: readonly Probe[], formats: readonly Format[]): Proof {
    const worst = new Map<string, Evidence>();
    for (const format of formats) {
      for (const probe of probes) {
        const key = `${probe.sender} ${format}`;
        const known = worst.get(key);
        if (known?.fate === "misread") continue;
        const evidence = this.#send(probe, format);
        if (evidence === undefined) continue;
        if (known === undefined || rank(evidence) < rank(known)) worst.set(key, evidence);
      }
    }
    const cases = [...worst.values()].sort(
      (a, b) => rank(a) - rank(b) || Number(a.format === "json") - Number(b.format === "json"),
    );
    const harmful = cases.filter(({ fate }) => fate !== "unaffected");
    return {
      isHarmful: harmful.length > 0,
      evidence: harmful.length > 0 ? harmful : cases.slice(0, 1),
    };
  }

  #send(probe: Probe, format: Format): Evidence | undefined {
    if (format === "json" && probe.raw !== undefined) return undefined;
    if (probe.formats?.includes(format) === false) return undefined;
    const fromOld = probe.sender === "old";
    const [writers, readers] = fromOld
      ? [this.runtimes.old, this.runtimes.now]
      : [this.runtimes.now, this.runtimes.old];
    let wire: Uint8Array | string | undefined;
    let sent: Fields | undefined;
    const read: Reader[] = [];
    for (const [i, writer] of writers.entries()) {
      const written = write(writer, probe, format);
      if (written === undefined) continue;
      wire ??= written.wire;
      sent ??= written.value;
      read.push(this.#read(readers[i] as Runtime, probe, written.value, written.wire));
    }
    if (wire === undefined || sent === undefined) return undefined;
    const writer = fromOld ? probe.old : probe.now;
    const fieldsOf = this.#fieldsOf(probe.sender);
    const marked =
      typeof wire === "string"
        ? markJson(wire, writer, probe.focus, fieldsOf)
        : markBytes(wire, writer, probe.focus, fieldsOf);
    return {
      sender: probe.sender,
      format,
      fate: read.map(({ fate }) => fate).reduce(worse),
      subject: isMadeUp(writer) ? "any message" : writer.typeName,
      sent: messageText(sent, fieldsOf(writer), fieldsOf),
      wire: typeof wire === "string" ? wire : hex(wire),
      ...(marked === undefined ? {} : { marked }),
      readers: read,
    };
  }

  #read(runtime: Runtime, probe: Probe, sent: Fields, wire: Uint8Array | string): Reader {
    const desc = probe.sender === "old" ? probe.now : probe.old;
    const writer = probe.sender === "old" ? probe.old : probe.now;
    let seen: Fields;
    try {
      // New fields would break every reader of JSON that does not ignore what it does not know.
      seen =
        typeof wire === "string" ? runtime.fromJson(desc, wire, true) : runtime.decode(desc, wire);
    } catch (thrown) {
      return { runtime: runtime.name, fate: "refused", saw: reason(thrown) };
    }
    const fate = new Meaning(this.pairs, probe.sender).ofMessage(
      sent,
      seen,
      writer,
      desc,
      probe.about,
    );
    return { runtime: runtime.name, fate, saw: this.#seenText(sent, seen, probe) };
  }

  /** The fields that were sent, as the reader sees them, and those that it sees though nobody sent them. */
  #seenText(sent: Fields, seen: Fields, { sender, old, now }: Probe): string {
    const fieldsOf = this.#fieldsOf(sender === "old" ? "new" : "old");
    const { both } = this.pairs.fields(old, now);
    const counterparts = both
      .filter((pair) => sent.has((sender === "old" ? pair.old : pair.now).number))
      .map((pair) => (sender === "old" ? pair.now : pair.old));
    const reader = sender === "old" ? now : old;
    const shown = fieldsOf(reader).filter(
      (field) => seen.has(field.number) || counterparts.includes(field),
    );
    if (shown.length === 0) return NOTHING_KNOWN;
    return shown.map((field) => fieldText(seen.get(field.number), field, fieldsOf)).join(", ");
  }

  #fieldsOf(version: Sender): FieldsOf {
    const names = version === "old" ? this.pairs.old : this.pairs.now;
    return (desc) => names.fieldsOf(desc);
  }
}

function rank({ fate, sender }: Evidence): number {
  return BY_FATE.indexOf(fate) * 2 + Number(sender === "new");
}

/**
 * What the sender puts on the wire, and what it meant by it. Undefined where the runtime does not write
 * that, or does not read it back as what it was: then it proves nothing about the change.
 */
function write(
  runtime: Runtime,
  { sender, old, now, value, raw }: Probe,
  format: Format,
): { wire: Uint8Array | string; value: Fields } | undefined {
  const desc = sender === "old" ? old : now;
  if (runtime.cannot(desc) !== undefined) return undefined;
  try {
    if (raw !== undefined) return { wire: raw, value: runtime.decode(desc, raw) };
    const wire = format === "json" ? runtime.toJson(desc, value) : runtime.encode(desc, value);
    const back =
      typeof wire === "string" ? runtime.fromJson(desc, wire, false) : runtime.decode(desc, wire);
    return sameValue(back, value) ? { wire, value } : undefined;
  } catch {
    return undefined;
  }
}
