// The elements that the changed protos have and the baseline has not, for the history to judge.
import type { DescEnum, DescEnumValue, DescMessage } from "@bufbuild/protobuf";
import { symbolOf } from "../../core/source-info.js";
import { typeText } from "./field-types.js";
import type { Added, NextFree } from "./history/history.js";
import { type PlacedVersion, placeIn } from "./judge.js";
import { freeNumbers } from "./numbers.js";
import { type Field, Names, nameOf, type Type } from "./pairs.js";

/** The fields and values whose number or name is new in their type, in the workspace's own files. */
export async function addedTo(
  old: PlacedVersion | undefined,
  now: PlacedVersion,
): Promise<Added[]> {
  const before = new Names(old?.registry.files ?? []);
  const current = new Names(now.registry.files);
  const own = new Set(now.files);
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

function fileOf(element: Field | DescEnumValue) {
  return element.kind === "extension" ? element.file : element.parent.file;
}

/** What is free in a type of the changed protos, whatever the history has taken. */
export function nextFree({ registry }: PlacedVersion): NextFree {
  return (parent, taken) => {
    const type: DescMessage | DescEnum | undefined =
      registry.getMessage(parent) ?? registry.getEnum(parent);
    if (type === undefined) return Math.max(0, ...taken) + 1;
    const [free] = freeNumbers(type, type, 1, taken);
    return free ?? Math.max(0, ...taken) + 1;
  };
}
