// The members that a mirror lacks: where each goes, and what is written there.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Edit } from "../../core/edit.js";
import type { MirrorProblems } from "../../core/mirror.js";
import type { Addition, Slot, Written } from "./declaration.js";
import { docstringOf } from "./docstring.js";
import { shortName } from "./naming.js";
import type { Column, FindMirror, Member, Reading } from "./reading.js";
import { waysToWrite } from "./ways.js";

/** Edits that add members; or why none can be told, or written. */
export type Additions =
  | { readonly edits: readonly Edit[] }
  | { readonly ambiguous: Omit<MirrorProblems["ambiguous"], "mirror" | "symbol"> }
  | { readonly closed: string };

/** What adds those values to the mirror. */
export function planAdditions(
  reading: Reading,
  missing: readonly DescEnumValue[],
  findMirror: FindMirror,
): Additions {
  const { declaration, columns, members } = reading;
  const [first] = missing;
  if (first === undefined) return { edits: [] };
  const [model] = members;
  if (model === undefined) {
    const candidates = declaration.firsts(shortName(first), first.number);
    const why = "there is no member yet that shows how they are written";
    return { ambiguous: { name: first.name, candidates, why } };
  }
  if (declaration.closed !== undefined) return { closed: declaration.closed };
  if (columns.some(({ kind }) => kind === "free")) {
    return { closed: "each of its members has a text or code of its own" };
  }
  const mixed = columns.findIndex(({ isMixed }) => isMixed);
  if (mixed >= 0) {
    const slots = members.flatMap(({ row }) => row.slots[mixed] ?? []);
    const candidates = twoWays(slots, columns[mixed] as Column);
    const why = "its members are written in two ways";
    return { ambiguous: { name: first.name, candidates, why } };
  }
  const placement = new Placement(reading);
  for (const value of missing) {
    const ways = columns.map((_, i) => waysToWrite(reading, value, i, findMirror));
    const unclear = ways.findIndex((written) => written.length !== 1);
    if (unclear >= 0) {
      const slot = model.row.slots[unclear] as Slot;
      const candidates = (ways[unclear] as Written[]).map((one) => declaration.write(slot, one));
      const why = "the other members do not show how several words are written";
      return { ambiguous: { name: value.name, candidates, why } };
    }
    placement.add(value, ways.flat());
  }
  return { edits: declaration.insert(placement.additions()) };
}

/** The first two places that are written in different ways, as code. */
function twoWays(slots: readonly Slot[], { names }: Column): string[] {
  const wayOf = ({ form }: Slot): string =>
    form.kind === "name" ? `name ${names.regular.has(form.text)}` : form.kind;
  const [first] = slots;
  const other = slots.find((slot) => first !== undefined && wayOf(slot) !== wayOf(first));
  return [first, other].flatMap((slot) => slot?.code ?? []);
}

interface Placed {
  readonly value: DescEnumValue | undefined;
  /** The member that is there already; undefined for a new one. */
  readonly member: Member | undefined;
  readonly slots: readonly Written[];
}

/** The members in their order, with each new one behind the one that comes before it in the proto. */
class Placement {
  readonly #order: Placed[];

  constructor(private readonly reading: Reading) {
    this.#order = reading.members.map((member) => ({
      value: member.values[reading.key as number],
      member,
      slots: [],
    }));
  }

  add(value: DescEnumValue, slots: readonly Written[]): void {
    const { values } = this.reading.desc;
    const rank = (of: DescEnumValue | undefined): number =>
      values.findIndex(({ number }) => number === of?.number);
    const ranks = this.#order.map((one) => rank(one.value));
    const before = Math.max(-1, ...ranks.filter((one) => one < rank(value)));
    let at = before < 0 ? 0 : ranks.lastIndexOf(before) + 1;
    // A member whose number is counted on from the one before must keep its number.
    while (this.#wouldShift(at, value)) at++;
    this.#order.splice(at, 0, { value, member: undefined, slots });
  }

  #wouldShift(at: number, value: DescEnumValue): boolean {
    const form = this.#order[at]?.member?.row.slots[1]?.form;
    return form?.kind === "implicit" && form.value !== value.number + 1;
  }

  additions(): Addition[] {
    const isCounted = this.reading.members.some(
      ({ row }) => row.slots[1]?.form.kind === "implicit",
    );
    const additions: Addition[] = [];
    let after = -1;
    let next: number | undefined = 0;
    for (const { value, member, slots } of this.#order) {
      if (member === undefined && value !== undefined) {
        const written = slots.map(
          (slot): Written =>
            isCounted && slot.kind === "number" && slot.value === next
              ? { kind: "implicit" }
              : slot,
        );
        additions.push({ after, slots: written, docstring: docstringOf(value) });
        next = value.number + 1;
      } else if (member !== undefined) {
        after = member.index;
        const form = member.row.slots[1]?.form;
        next = form?.kind === "number" || form?.kind === "implicit" ? form.value + 1 : undefined;
      }
    }
    return additions;
  }
}
