// The docstring that the proto has for a value of an enum.
import type { DescEnumValue } from "@bufbuild/protobuf";
import { elementsOf } from "../../core/elements.js";

/** Its lines, without indentation and blank lines around; none where the proto has no docstring. */
export function docstringOf(value: DescEnumValue): string[] {
  const { file } = value.parent;
  const symbol = `${value.parent.typeName}.${value.name}`;
  const element = elementsOf(file).find((one) => one.kind === "value" && one.symbol === symbol);
  const path = element?.path.join();
  const location = file.proto.sourceCodeInfo?.location.find((one) => one.path.join() === path);
  const lines = (location?.leadingComments ?? "").split("\n").map((line) => line.trim());
  while (lines[0] === "") lines.shift();
  while (lines.at(-1) === "") lines.pop();
  return lines;
}
