// Judges a mirror against its enum: what is wrong with its members, and which are to be added.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Edit } from "../../core/edit.js";
import type { Place } from "../../core/finding.js";
import type { MirrorProblem, MirrorProblems } from "../../core/mirror.js";
import { planAdditions } from "./additions.js";
import { causeOf, type FateOf } from "./cause.js";
import type { Range, Row, Slot, Written } from "./declaration.js";
import { requiredValues } from "./naming.js";
import { type FindMirror, isOfEnum, type Member, type Reading } from "./reading.js";
import type { MemberUses } from "./uses.js";
import { waysToWrite } from "./ways.js";

/** What the judgement asks of the world around a mirror. */
export interface Around {
  place(range: Range): Place;
  readonly findMirror: FindMirror;
  readonly fateOf: FateOf;
  /** What code uses a member that gets those names in its places, or without them goes. */
  usesOf(
    reading: Reading,
    member: Member,
    names: ReadonlyMap<Slot, string> | undefined,
  ): Promise<MemberUses>;
}

export interface Judgement {
  readonly problems: readonly MirrorProblem[];
  /** The edits that add what is missing, with the names of it; empty where they cannot be told. */
  readonly additions: readonly Edit[];
  readonly missing: readonly string[];
}

/** Judges one mirror. */
export async function judgeMirror(reading: Reading, around: Around): Promise<Judgement> {
  const { declaration, desc, except, key, members } = reading;
  const judge = new Judge(reading, around);
  if (key === undefined && members.length > 0) {
    judge.add("unreadable", declaration.head, { text: declaration.name });
    return { problems: judge.problems, additions: [], missing: [] };
  }
  for (const member of members) await judge.member(member);
  judge.removeDeleted();
  judge.keepCounted();
  const missing = requiredValues(desc, except).filter(({ number }) => !judge.has(number));
  const additions = planAdditions(reading, missing, around.findMirror);
  const names = missing.map(({ name }) => name);
  if ("edits" in additions) {
    return { problems: judge.problems, additions: additions.edits, missing: names };
  }
  if ("closed" in additions) {
    judge.add("missing", declaration.head, { names, why: additions.closed });
  } else judge.add("ambiguous", declaration.head, additions.ambiguous);
  return { problems: judge.problems, additions: [], missing: [] };
}

/** Judges the members of a mirror one by one. */
class Judge {
  readonly problems: MirrorProblem[] = [];
  readonly #present = new Set<number>();
  /** The members that go, by the index of their problem. */
  readonly #deleted = new Map<number, Row>();
  /** The numbers that fixes give members, by the index of their problem. */
  readonly #renumbered = new Map<number, { readonly row: Row; readonly number: number }>();

  constructor(
    private readonly reading: Reading,
    private readonly around: Around,
  ) {}

  /** Whether a member stands for that number, or will once it is fixed. */
  has(number: number): boolean {
    return this.#present.has(number);
  }

  add<K extends keyof MirrorProblems>(
    kind: K,
    range: Range,
    args: Omit<MirrorProblems[K], "mirror" | "symbol">,
    fix: readonly Edit[] = [],
  ): void {
    const { declaration, desc } = this.reading;
    const about = { mirror: declaration.name, symbol: desc.typeName, ...args };
    const place = this.around.place(range);
    const problem: unknown = { kind, place, args: about, ...(fix.length > 0 ? { fix } : {}) };
    this.problems.push(problem as MirrorProblem);
  }

  async member(member: Member): Promise<void> {
    const judged = this.#judged(member);
    const value = judged[0]?.value;
    if (value !== undefined) this.#present.add(value.number);
    const unreadable = judged.find(({ slot }) => !this.#isReadable(slot));
    if (unreadable !== undefined) {
      this.add("unreadable", unreadable.slot, { text: unreadable.slot.code });
    } else if (value === undefined) await this.#stranger(member);
    else {
      const wrong = judged.find((one) => one.value?.number !== value.number);
      if (wrong !== undefined) this.#wrong(member, value, wrong.slot, wrong.column);
    }
  }

  /** Gives what was deleted its fix: one for all, because neighbours share what sets them apart. */
  removeDeleted(): void {
    if (this.#deleted.size === 0) return;
    const fix = this.reading.declaration.remove([...this.#deleted.values()]);
    for (const index of this.#deleted.keys()) {
      this.problems[index] = { ...(this.problems[index] as MirrorProblem), fix };
    }
  }

  /** Writes out the number of a member that counts on from one which a fix removes or renumbers. */
  keepCounted(): void {
    const { declaration, members } = this.reading;
    const changes = new Map<Row, { index: number; number: number | undefined }>();
    for (const [index, row] of this.#deleted) changes.set(row, { index, number: undefined });
    for (const [index, { row, number }] of this.#renumbered) changes.set(row, { index, number });
    let before: number | undefined = -1;
    let changed: number | undefined;
    for (const { row } of members) {
      const change = changes.get(row);
      const slot = row.slots[1];
      if (change !== undefined) {
        changed = change.index;
        before = change.number ?? before;
      } else if (slot?.form.kind === "implicit") {
        const { value } = slot.form;
        if (changed !== undefined && before !== undefined && before + 1 !== value) {
          const problem = this.problems[changed] as MirrorProblem;
          const written = declaration.write(slot, { kind: "number", value });
          const fix = [...(problem.fix ?? []), this.#edit(slot, written)];
          this.problems[changed] = { ...problem, fix };
        }
        before = value;
      } else before = slot?.form.kind === "number" ? slot.form.value : undefined;
    }
  }

  /** The places of a member that repeat the enum. */
  #judged(member: Member): { slot: Slot; column: number; value: DescEnumValue | undefined }[] {
    return member.row.slots
      .map((slot, column) => ({ slot, column, value: member.values[column] }))
      .filter(({ column }) => this.reading.columns[column]?.kind !== "free");
  }

  #isReadable({ form }: Slot): boolean {
    return form.kind === "reference"
      ? isOfEnum(form, this.reading.desc, this.around.findMirror)
      : form.kind !== "other";
  }

  /** A member whose first place says which value it is, and another says something else. */
  #wrong(member: Member, value: DescEnumValue, slot: Slot, column: number): void {
    const { declaration } = this.reading;
    const ways = waysToWrite(this.reading, value, column, this.around.findMirror, slot.form);
    const code = ways.map((way) => declaration.write(slot, way));
    const fix =
      code.length === 1 && !this.#isRenamedWith(slot) ? [this.#edit(slot, code[0] as string)] : [];
    const name = keyCode(member, this.reading);
    switch (slot.form.kind) {
      case "number":
      case "implicit":
        if (fix.length > 0) {
          this.#renumbered.set(this.problems.length, { row: member.row, number: value.number });
        }
        this.add(
          "wrongNumber",
          member.row,
          { member: name, is: String(slot.form.value), expected: String(value.number) },
          fix,
        );
        return;
      default:
        this.add(
          "wrongValue",
          slot,
          { member: name, is: slot.code, expected: code.join(" or ") || value.name },
          fix,
        );
    }
  }

  /** A member whose first place names nothing that the proto has. */
  async #stranger(member: Member): Promise<void> {
    const { reading, around } = this;
    const slot = member.row.slots[reading.key as number] as Slot;
    const cause = await causeOf(reading, member, around.fateOf);
    const to =
      cause.kind === "renamed" || cause.kind === "mistyped"
        ? reading.desc.values.find(({ name }) => name === cause.to)
        : undefined;
    // What it is meant to be is not missing: it is there under a wrong name.
    if (to !== undefined) this.#present.add(to.number);
    let uses: readonly string[] = [];
    let fix: Edit[] = [];
    if (cause.kind === "deleted") {
      uses = (await around.usesOf(reading, member, undefined)).left;
      if (uses.length === 0) this.#deleted.set(this.problems.length, member.row);
    } else if (cause.kind === "renamed" && to !== undefined) {
      const renamed = this.#renamed(member, to);
      const names = [...renamed].flatMap(([one, written]): [Slot, string][] =>
        written.kind === "name" ? [[one, written.text]] : [],
      );
      const found = await around.usesOf(reading, member, new Map(names));
      uses = found.left;
      const own = [...renamed].map(([one, written]) =>
        this.#edit(one, reading.declaration.write(one, written)),
      );
      if (uses.length === 0) fix = [...own, ...found.edits];
    }
    const args = { member: keyCode(member, reading), cause, uses };
    this.add("unknownMember", slot, args, fix);
  }

  /** What makes all places of a member say that value; nothing where one is uncertain. */
  #renamed(member: Member, value: DescEnumValue): Map<Slot, Written> {
    const renamed = new Map<Slot, Written>();
    for (const { slot, column, value: is } of this.#judged(member)) {
      if (is?.number === value.number || this.#isRenamedWith(slot)) continue;
      const ways = waysToWrite(this.reading, value, column, this.around.findMirror, slot.form);
      if (ways.length !== 1) return new Map();
      renamed.set(slot, ways[0] as Written);
    }
    return renamed;
  }

  /** Whether it is a member of another mirror, which has it under a wrong name itself. */
  #isRenamedWith({ form }: Slot): boolean {
    if (form.kind !== "reference") return false;
    const mirror = this.around.findMirror(form, this.reading.desc);
    return (
      mirror?.members.some(({ row, values }) => {
        const own = row.slots[0]?.form;
        return own?.kind === "name" && own.text === form.member && values[0] === undefined;
      }) === true
    );
  }

  #edit({ start, end }: Range, text: string): Edit {
    return { path: this.reading.declaration.path, start, end, text };
  }
}

/** How code calls a member. */
function keyCode({ row }: Member, { key }: Reading): string {
  const slot = row.slots[key as number] as Slot;
  return slot.form.kind === "name" ? slot.form.text : slot.code;
}
