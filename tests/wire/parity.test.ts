// The gate beside buf's own breaking rules, on every row of the table: what buf says, we say; where one of
// us says more, or less, the rule and the reason are named here, and only those.
import { tmpdir } from "node:os";
import { beforeAll, describe, expect, it } from "vitest";
import { type Complaint, complaintsOf, saysTheSame } from "../../checks/wire/buf-breaking.js";
import type { Judged } from "../../checks/wire/judge.js";
import { openBuf } from "../../core/buf.js";
import type { Schema } from "../../core/schema.js";
import { CHANGES, type Change, compiled, EVERYTHING } from "./changes.js";
import { type Format, judgedPair } from "./judge.js";
import { partsOf } from "./part.js";

/** Why a rule is in one list alone, and in which rows; in any row where it has none. */
interface Reason {
  readonly rule: string;
  readonly why: string;
  readonly rows?: (change: Change) => boolean;
}

const titled =
  (...titles: string[]) =>
  ({ title }: Change): boolean =>
    titles.includes(title.replace(/, the other way round$/, ""));
const gainsProto2 = ({ before, after }: Change): boolean =>
  before.syntax !== "proto2" && after.syntax === "proto2";
const isNotSaid = ({ expect: said }: Change): boolean => said.length === 0;

const JSON_FORMAT =
  "How strictly the compiler treats JSON names that clash: nothing that is sent changes.";

/** What WIRE or WIRE_JSON report and we do not. */
const WIRE_OF_BUF_ALONE: readonly Reason[] = [
  { rule: "MESSAGE_SAME_JSON_FORMAT", why: JSON_FORMAT, rows: gainsProto2 },
  { rule: "ENUM_SAME_JSON_FORMAT", why: JSON_FORMAT, rows: gainsProto2 },
  {
    rule: "MESSAGE_SAME_REQUIRED_FIELDS",
    why: "buf takes LEGACY_REQUIRED of an edition for something else than `required` of proto2: it is the same.",
    rows: titled(
      "required stays required, from proto2 to an edition",
      "proto2 to an edition that keeps what proto2 meant",
    ),
  },
  {
    rule: "FIELD_SAME_DEFAULT",
    why: "A required field is always sent, so that nobody reads its default.",
    rows: titled(
      "the default of a required field changed: it is never absent",
      "another value first, and the enum is only in lists and required fields",
    ),
  },
  {
    rule: "RESERVED_MESSAGE_NO_DELETE",
    why: "No bytes change until the number is given away, which the history reports then.",
    rows: isNotSaid,
  },
  {
    rule: "RESERVED_ENUM_NO_DELETE",
    why: "No bytes change until the number is given away, which the history reports then.",
    rows: isNotSaid,
  },
];

const OF_GENERATED_CODE = "What is generated from the protos differs, what is sent does not.";

/** What FILE reports beside that: of files and of generated code. */
const FILE_OF_BUF_ALONE: readonly Reason[] = [
  ...WIRE_OF_BUF_ALONE,
  { rule: "FILE_NO_DELETE", why: "The name of a file is nowhere in what is sent." },
  { rule: "FILE_SAME_SYNTAX", why: "What a syntax changes for the bytes is told of the fields." },
  {
    rule: "MESSAGE_NO_DELETE",
    why: "The message is in another file of its package, with the same name.",
    rows: titled("a message moved to another file"),
  },
  { rule: "FIELD_SAME_JSTYPE", why: OF_GENERATED_CODE, rows: isNotSaid },
  { rule: "FIELD_SAME_CPP_STRING_TYPE", why: OF_GENERATED_CODE, rows: isNotSaid },
  { rule: "FILE_SAME_GO_PACKAGE", why: OF_GENERATED_CODE, rows: isNotSaid },
  { rule: "FILE_SAME_JAVA_PACKAGE", why: OF_GENERATED_CODE, rows: isNotSaid },
];

const isSign = ({ title }: Change): boolean =>
  /^(u?int(32|64) to u?int\2|s?fixed(32|64) to s?fixed\3)\b/.test(title);

/** Our errors, where everything is spoken, that WIRE_JSON says nothing of. */
const OURS_BESIDE_WIRE_JSON: readonly Reason[] = [
  {
    rule: "FIELD_TYPE_CHANGED",
    why: "buf takes signed and unsigned for compatible; a negative number arrives as a huge one.",
    rows: isSign,
  },
  {
    rule: "FIELD_TYPE_CHANGED",
    why: "buf compares the types of one number; in JSON the name is what stayed.",
    rows: titled("a field moved and given another type, where only JSON is spoken"),
  },
  {
    rule: "FIELD_JSON_NAME_REUSED",
    why: "buf compares one number; the JSON name went from one number to another.",
    rows: titled(
      "the JSON name of a removed field given to a new one",
      "two fields whose numbers and JSON names are swapped, where only JSON is spoken",
    ),
  },
  {
    rule: "FIELD_JSON_NAME_CHANGED",
    why: "buf compares one number; the field is under another one, and under another name in JSON.",
    rows: titled("a field moved and given another JSON name, where only JSON is spoken"),
  },
  {
    rule: "FIELD_DEFAULT_CHANGED",
    why: "buf compares one number; what is not sent has none, and reads as another default.",
    rows: titled("a field moved and given another default, where only JSON is spoken"),
  },
  {
    rule: "FIELD_ONEOF_CHANGED",
    why: "buf compares one number; JSON refuses both members under whatever number.",
    rows: titled("a field moved into a oneof and to another number, where only JSON is spoken"),
  },
  {
    rule: "FIELD_RENUMBERED",
    why: "buf does not see that an extension's number is gone, which its file declares elsewhere.",
    rows: titled("an extension moved to another number"),
  },
  {
    rule: "FIELD_UTF8_CHANGED",
    why: "A reader that checks refuses what is no UTF-8; only FILE asks.",
  },
  { rule: "ENUM_TYPE_CHANGED", why: "A closed enum drops what an open one keeps; only FILE asks." },
  {
    rule: "ENUM_VALUE_ADDED",
    why: "buf does not look at who requires a closed enum, and refuses all of a message.",
    rows: ({ title }) => title.includes("required"),
  },
  {
    rule: "ENUM_VALUE_REMOVED",
    why: "Reserved or not: who requires the closed enum refuses the message with the old value.",
    rows: ({ title }) => title.includes("required"),
  },
  {
    rule: "ENUM_VALUE_JSON_NAME_CHANGED",
    why: "buf asks that the old name is still there; JSON carries one of them alone.",
    rows: ({ title }) => title.includes("alias"),
  },
  { rule: "RPC_REMOVED", why: "WIRE_JSON looks at messages; the path of the RPC stops answering." },
  { rule: "SERVICE_REMOVED", why: "WIRE_JSON looks at messages; its paths stop answering." },
];

/** Our errors, where nothing but bytes is spoken, that WIRE says nothing of. */
const OURS_BESIDE_WIRE: readonly Reason[] = [
  {
    rule: "FIELD_TYPE_CHANGED",
    why: "WIRE takes varints of any width and sign for compatible, and string for bytes: values are cut off, change their sign, or are refused.",
  },
  {
    rule: "FIELD_RENUMBERED",
    why: "WIRE looks at the type of a number, not at what it means; and not where an extension went.",
  },
  { rule: "FIELD_NUMBER_REUSED", why: "WIRE looks at the type of a number, not at what it means." },
  { rule: "ENUM_VALUE_RENUMBERED", why: "WIRE asks that a number is left, whatever its name." },
  { rule: "ENUM_VALUE_NUMBER_REUSED", why: "WIRE asks that a number is left, whatever its name." },
  ...OURS_BESIDE_WIRE_JSON.filter(({ rule }) =>
    [
      "FIELD_UTF8_CHANGED",
      "ENUM_TYPE_CHANGED",
      "ENUM_VALUE_ADDED",
      "ENUM_VALUE_REMOVED",
      "FIELD_DEFAULT_CHANGED",
    ].includes(rule),
  ),
];

/** What WIRE_JSON reports, and we report as a warning: every value arrives as it was sent. */
const MILDER: readonly Reason[] = [
  {
    rule: "FIELD_REMOVED_UNRESERVED",
    why: "Removing breaks nobody; it is the number's next use that does.",
  },
  {
    rule: "ENUM_VALUE_REMOVED_UNRESERVED",
    why: "Removing breaks nobody; it is the number's next use that does.",
  },
  {
    rule: "FIELD_RENAMED",
    why: "The name in JSON stayed, or a reader of JSON takes the field's name for it, too.",
    rows: titled(
      "a field renamed that kept its JSON name",
      "a field spelled otherwise, with the same JSON name",
      "a field renamed, its new JSON name a field's old one",
    ),
  },
  { rule: "FIELD_ONEOF_CHANGED", why: "No two fields exclude each other that did not before." },
  {
    rule: "FIELD_TYPE_CHANGED",
    why: "Another message with the same fields has the same bytes.",
    rows: ({ title }) =>
      title.includes("replaced by one with the same fields") ||
      title === "a message replaced by a copy of it that reserves a field",
  },
  {
    rule: "RPC_TYPE_CHANGED",
    why: "Another message with the same fields has the same bytes.",
    rows: titled("a response of another type with the same fields"),
  },
  { rule: "TYPE_MOVED", why: "The name of a type is not in its bytes." },
];

/** Rows that buf cannot read: in a map, an enum has to begin with 0, which it does not ask when it compiles. */
const UNREADABLE = titled("a value appended to a closed enum that is in a list and a map");
const JUDGED = CHANGES.filter((change) => !UNREADABLE(change));

const SPOKEN: Readonly<Record<"everything" | "binary", readonly Format[]>> = {
  everything: EVERYTHING,
  binary: ["binary"],
};
const USES = ["WIRE_JSON", "WIRE", "FILE"] as const;
const complaints = new Map<string, readonly Complaint[]>();
const own = new Map<string, readonly { change: Change; judged: Judged }[]>();

beforeAll(async () => {
  const [before, after] = await Promise.all([
    compiled("before", JUDGED),
    compiled("after", JUDGED),
  ]);
  const buf = openBuf(tmpdir(), process.env);
  for (const use of USES) {
    const policy = { version: "v2", breaking: { use: [use] } };
    const annotations = await buf.breaking(after.image, before.image, policy);
    complaints.set(use, complaintsOf(annotations, after, before));
  }
  const parts = [partsOf(before), partsOf(after)] as const;
  for (const [spoken, speaks] of Object.entries(SPOKEN)) {
    const judged = JUDGED.map(async (change) => {
      const [old, now] = parts.map((part) => part(change.name)) as [Schema, Schema];
      return (await judgedPair(old, now, { speaks })).map((one) => ({ change, judged: one }));
    });
    own.set(spoken, (await Promise.all(judged)).flat());
  }
});

const said = (use: (typeof USES)[number]): readonly Complaint[] => complaints.get(use) ?? [];
const found = (spoken: keyof typeof SPOKEN): readonly { change: Change; judged: Judged }[] =>
  own.get(spoken) ?? [];

/** The row that a complaint is about: each is in a package, and a folder, of its own. */
function rowOf({ annotation: { path, message }, symbol }: Complaint): Change {
  const words = `${path ?? ""} ${symbol ?? ""} ${message}`;
  const name = /\br\d+b?\b/.exec(words)?.[0];
  const change = JUDGED.find((one) => one.name === name);
  if (change === undefined) throw new Error(`No row has: ${words}`);
  return change;
}

/** Holds where each of those has a reason, and each reason is one for some of them. */
function expectReasons(
  reasons: readonly Reason[],
  all: readonly { rule: string; change: Change; words: string }[],
): void {
  const isFor = (reason: Reason, { rule, change }: (typeof all)[number]): boolean =>
    reason.rule === rule && (reason.rows?.(change) ?? true);
  const without = all.filter((one) => !reasons.some((reason) => isFor(reason, one)));
  expect(without.map(({ rule, change, words }) => `${rule}: ${change.title}: ${words}`)).toEqual(
    [],
  );
  const needless = reasons.filter((reason) => !all.some((one) => isFor(reason, one)));
  expect(needless).toEqual([]);
}

const ofBufAlone = (use: (typeof USES)[number]) =>
  said(use)
    .filter(
      (complaint) => !found("everything").some(({ judged }) => saysTheSame(judged, complaint)),
    )
    .map((complaint) => ({
      rule: complaint.annotation.type,
      change: rowOf(complaint),
      words: complaint.annotation.message,
    }));

const oursBeside = (spoken: keyof typeof SPOKEN, use: (typeof USES)[number]) =>
  found(spoken)
    .filter(({ judged }) => judged.finding.severity === "error")
    .filter(({ judged }) => !said(use).some((complaint) => saysTheSame(judged, complaint)))
    .map(({ change, judged: { finding } }) => ({
      rule: finding.rule.id,
      change,
      words: finding.symbol ?? "",
    }));

describe("beside buf breaking, on the whole table", () => {
  it("is compared with much that buf says", () => {
    expect(USES.map((use) => said(use).length > 300)).toEqual([true, true, true]);
    expect(new Set(said("WIRE_JSON").map(rowOf)).size).toBeGreaterThan(150);
  });

  it.each([
    ["WIRE_JSON", WIRE_OF_BUF_ALONE],
    ["WIRE", WIRE_OF_BUF_ALONE.filter(({ rule }) => !rule.endsWith("JSON_FORMAT"))],
    ["FILE", FILE_OF_BUF_ALONE],
  ] as const)("reports what %s reports", (use, reasons) => {
    expectReasons(reasons, ofBufAlone(use));
  });

  it("reports errors that WIRE_JSON does not", () => {
    expectReasons(OURS_BESIDE_WIRE_JSON, oursBeside("everything", "WIRE_JSON"));
  });

  it("reports errors in bytes that WIRE does not", () => {
    expectReasons(OURS_BESIDE_WIRE, oursBeside("binary", "WIRE"));
  });

  it("warns of what WIRE_JSON reports and nobody notices", () => {
    const milder = said("WIRE_JSON").flatMap((complaint) => {
      const same = found("everything").filter(({ judged }) => saysTheSame(judged, complaint));
      if (same.some(({ judged }) => judged.finding.severity === "error")) return [];
      return same.map(({ change, judged }) => ({
        rule: judged.finding.rule.id,
        change,
        words: complaint.annotation.message,
      }));
    });
    expectReasons(MILDER, milder);
  });
});
