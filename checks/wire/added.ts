// The elements that the changed protos have and the baseline has not, for the history to judge.
import type { DescEnumValue } from "@bufbuild/protobuf";
import type { Finding } from "../../core/finding.js";
import { fileOf, symbolOf } from "../../core/source-info.js";
import { typeText } from "./fields/types.js";
import type { Added, Now } from "./history/history.js";
import { NUMBER_REUSED_AFTER_REMOVAL, type NumberReused } from "./history/rules.js";
import { type PlacedVersion, placeIn } from "./judge.js";
import { freeNumbers, isReservable, isReserved, reservedNames } from "./numbers.js";
import { type Field, Names, nameOf, type Type } from "./pairs.js";
import type { Remedy } from "./suspect.js";

/** The fields and values whose number or name is new in their type, in the workspace's own files. */
export async function addedTo(
  old: PlacedVersion | undefined,
  now: PlacedVersion,
): Promise<Added[]> {
  const own = new Set(now.files);
  const before = new Names(old?.registry.files ?? [], new Set(old?.files));
  const current = new Names(now.registry.files, own);
  const added: Added[] = [];
  for (const type of current.types.values()) {
    if (type.kind === "message" && type.proto.options?.mapEntry === true) continue;
    const known = before.types.get(type.typeName);
    const elements = known?.kind === type.kind ? elementsOf(known, before) : [];
    const numbers = new Set<number>(elements.map(({ number }) => number));
    const names = new Set(elements.map(nameOf));
    for (const element of elementsOf(type, current)) {
      if (!own.has(fileOf(element))) continue;
      const [numberIsNew, nameIsNew] = [!numbers.has(element.number), !names.has(nameOf(element))];
      if (!numberIsNew && !nameIsNew) continue;
      added.push({
        kind: element.kind === "enum_value" ? "value" : "field",
        parent: type.typeName,
        name: nameOf(element),
        symbol: symbolOf(element),
        number: element.number,
        ...(element.kind === "enum_value" ? {} : { type: typeText(element) }),
        numberIsNew,
        nameIsNew,
        place: await placeIn(element, now),
      });
    }
  }
  return added;
}

function elementsOf(type: Type, names: Names): readonly (Field | DescEnumValue)[] {
  return type.kind === "enum" ? type.values : names.fieldsOf(type);
}

/** The type that an element belongs to: of an extension, the one that it extends. */
export function parentOf(element: Field | DescEnumValue): Type {
  return element.kind === "extension" ? element.extendee : element.parent;
}

/** What the types of the changed protos have; numbers that remedies hand out are not given again. */
export function nowOf({ registry, files }: PlacedVersion, remedies: readonly Remedy[]): Now {
  const names = new Names(registry.files, new Set(files));
  const given = new Map<string, Set<number>>();
  for (const { element, to } of remedies.flatMap(({ renumber }) => renumber ?? [])) {
    givenIn(given, parentOf(element).typeName).add(to);
  }
  const elementsIn = (parent: string): readonly (Field | DescEnumValue)[] => {
    const type = names.types.get(parent);
    return type === undefined ? [] : elementsOf(type, names);
  };
  return {
    hasName: (parent, name) => elementsIn(parent).some((one) => nameOf(one) === name),
    canHave(parent, number, leaving) {
      const type = names.types.get(parent);
      if (type === undefined || isReserved(type, number) || given.get(parent)?.has(number)) {
        return false;
      }
      return leaving.has(number) || elementsIn(parent).every((one) => one.number !== number);
    },
    nextFree(parent, taken) {
      const own = givenIn(given, parent);
      const type = registry.getMessage(parent) ?? registry.getEnum(parent);
      const avoided = new Set([...taken, ...own]);
      const [free] = type === undefined ? [] : freeNumbers(type, type, 1, avoided);
      const number = free ?? Math.max(0, ...avoided) + 1;
      own.add(number);
      return number;
    },
  };
}

function givenIn(given: Map<string, Set<number>>, type: string): Set<number> {
  const known = given.get(type);
  if (known !== undefined) return known;
  const numbers = new Set<number>();
  given.set(type, numbers);
  return numbers;
}

/** What puts a number right that comes back: another one for the new element, and the old one reserved. */
export function remedyOf(
  { rule, args, symbol }: Finding,
  { registry }: PlacedVersion,
): Remedy | undefined {
  if (rule.id !== NUMBER_REUSED_AFTER_REMOVAL.id) return undefined;
  const { parent, number, old, free, isBack, reservesName, reservesNumber } = args as NumberReused;
  const type = registry.getMessage(parent) ?? registry.getEnum(parent);
  if (type === undefined) return undefined;
  const elements: readonly (Field | DescEnumValue)[] =
    type.kind === "enum" ? type.values : type.fields;
  const element = elements.find((one) => symbolOf(one) === symbol);
  if (element === undefined) return undefined;
  const renumber = [{ element, to: free }];
  const numbers = reservesNumber && isReservable(type, number) ? [number] : [];
  const names = reservesName && !reservedNames(type).has(old.name) ? [old.name] : [];
  if (isBack || numbers.length + names.length === 0) return { renumber };
  return { renumber, reserve: { in: type, numbers, names } };
}
