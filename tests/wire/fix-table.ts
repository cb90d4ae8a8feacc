// Breaking changes of one file each, and what fix makes of them.

type Syntax = "proto2" | "proto3" | "2023";

/** A change of one file. */
export interface Case {
  readonly what: string;
  readonly syntax?: Syntax;
  /** The bodies of the file: as committed, as changed, and as the fix leaves it. */
  readonly before: string;
  readonly after: string;
  readonly fixed: string;
}

/** A small enum. */
export const E = "enum E {\n  E_NONE = 0;\n  E_UP = 1;\n  E_DOWN = 2;\n}\n";
const M = "message M {\n  string a = 1;\n  int32 b = 2;\n  bool c = 3;\n}\n";

/** Values that moved, came or went. */
export const ENUMS: readonly Case[] = [
  {
    what: "inserted in the middle",
    before: E,
    after: E.replace("_UP = 1", "_SLOW = 1;\n  E_UP = 2").replace("DOWN = 2", "DOWN = 3"),
    fixed: "enum E {\n  E_NONE = 0;\n  E_SLOW = 4;\n  E_UP = 1;\n  E_DOWN = 2;\n}\n",
  },
  {
    what: "inserted at the start of a closed enum",
    syntax: "proto2",
    before: "enum E {\n  UP = 1;\n  DOWN = 2;\n}\nmessage M { repeated E es = 1; }\n",
    after: "enum E {\n  NEW = 1;\n  UP = 2;\n  DOWN = 3;\n}\nmessage M { repeated E es = 1; }\n",
    fixed: "enum E {\n  NEW = 4;\n  UP = 1;\n  DOWN = 2;\n}\nmessage M { repeated E es = 1; }\n",
  },
  {
    what: "several inserted, comments kept",
    before: "enum E {\n  E_NONE = 0; // none\n  // Up.\n  E_UP = 1;\n  E_DOWN = 2; /* down */\n}\n",
    after:
      "enum E {\n  E_NONE = 0; // none\n  E_X = 1;\n  // Up.\n  E_UP = 2;\n  E_Y = 3; // y\n  E_DOWN = 4; /* down */\n}\n",
    fixed:
      "enum E {\n  E_NONE = 0; // none\n  E_X = 5;\n  // Up.\n  E_UP = 1;\n  E_Y = 3; // y\n  E_DOWN = 2; /* down */\n}\n",
  },
  {
    what: "swapped, aligned and with options",
    before: "enum E {\n  E_NONE = 0;\n  E_UP   = 1 [deprecated = true];\n  E_DOWN = 2;\n}\n",
    after: "enum E {\n  E_NONE = 0;\n  E_UP   = 2 [deprecated = true];\n  E_DOWN = 1;\n}\n",
    fixed: "enum E {\n  E_NONE = 0;\n  E_UP   = 1 [deprecated = true];\n  E_DOWN = 2;\n}\n",
  },
  {
    what: "moved to a free number, which it leaves again",
    before: E,
    after: E.replace("DOWN = 2", "DOWN = 9"),
    fixed: E,
  },
  {
    what: "negative numbers, with a space behind the sign",
    before: "enum E { E_NONE = 0; E_COLD = -1; E_ICE = -20; }\n",
    after: "enum E { E_NONE = 0; E_COLD = -20; E_ICE = - 1; }\n",
    fixed: "enum E { E_NONE = 0; E_COLD = -1; E_ICE = -20; }\n",
  },
  {
    what: "hexadecimal and octal numbers: those that stay are left as they are",
    before: "enum E { E_NONE = 0; E_HEX = 0x10; E_OCT = 010; E_UP = 3; }\n",
    after: "enum E { E_NONE = 0x0; E_HEX = 0x10; E_OCT = 0x11; E_UP = 04; }\n",
    fixed: "enum E { E_NONE = 0x0; E_HEX = 0x10; E_OCT = 8; E_UP = 3; }\n",
  },
  {
    what: "aliases that moved together",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
    after:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_NEW = 1;\n  E_UP = 2;\n  E_HIGH = 2;\n}\n",
    fixed:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_NEW = 3;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
  },
  {
    what: "removed from the middle, and all behind it shifted",
    before: E,
    after: "enum E {\n  E_NONE = 0;\n  E_DOWN = 1;\n}\n",
    fixed: 'enum E {\n  reserved 1;\n  reserved "E_UP";\n\n  E_NONE = 0;\n  E_DOWN = 2;\n}\n',
  },
  {
    what: "several removed",
    before: E,
    after: "enum E {\n  E_NONE = 0;\n}\n",
    fixed: 'enum E {\n  reserved 1, 2;\n  reserved "E_UP", "E_DOWN";\n\n  E_NONE = 0;\n}\n',
  },
  {
    what: "a number reused: the new value gets a fresh one",
    before: E,
    after: E.replace("E_DOWN", "E_GREEN"),
    fixed:
      'enum E {\n  reserved 2;\n  reserved "E_DOWN";\n\n  E_NONE = 0;\n  E_UP = 1;\n  E_GREEN = 3;\n}\n',
  },
  {
    what: "a number reused that had two names",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
    after:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_GREEN = 1;\n}\n",
    fixed:
      'enum E {\n  reserved 1;\n  reserved "E_UP", "E_HIGH";\n\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_GREEN = 2;\n}\n',
  },
  {
    what: "another name of a number removed",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n  E_OLD = 0;\n}\n",
    after: "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n}\n",
    fixed:
      'enum E {\n  reserved "E_OLD";\n\n  option allow_alias = true;\n  E_NONE = 0;\n  E_ZERO = 0;\n}\n',
  },
  {
    what: "a nested enum, in tabs",
    before: "message M {\n\tenum E {\n\t\tE_NONE = 0;\n\t\tE_UP = 1;\n\t}\n\tE e = 1;\n}\n",
    after: "message M {\n\tenum E {\n\t\tE_NONE = 0;\n\t}\n\tE e = 1;\n}\n",
    fixed:
      'message M {\n\tenum E {\n\t\treserved 1;\n\t\treserved "E_UP";\n\n\t\tE_NONE = 0;\n\t}\n\tE e = 1;\n}\n',
  },
];

/** Fields that moved or took a number of others. */
export const FIELDS: readonly Case[] = [
  {
    what: "inserted in the middle",
    before: M,
    after: "message M {\n  string a = 1;\n  string new = 2;\n  int32 b = 3;\n  bool c = 4;\n}\n",
    fixed: "message M {\n  string a = 1;\n  string new = 5;\n  int32 b = 2;\n  bool c = 3;\n}\n",
  },
  {
    what: "swapped, with options and comments between the tokens",
    before:
      'message M {\n  string a = 1 [json_name = "x"];\n  string b /* b */ = /* two */ 2;\n}\n',
    after: 'message M {\n  string a = 2 [json_name = "x"];\n  string b /* b */ = /* two */ 1;\n}\n',
    fixed: 'message M {\n  string a = 1 [json_name = "x"];\n  string b /* b */ = /* two */ 2;\n}\n',
  },
  {
    what: "a map and members of a oneof moved",
    before:
      "message M {\n  map<string, int32> m = 1;\n  oneof o {\n    string a = 2;\n    M b = 3;\n  }\n}\n",
    after:
      "message M {\n  map<string, int32> m = 4;\n  oneof o {\n    string a = 3;\n    M b = 2;\n  }\n}\n",
    fixed:
      "message M {\n  map<string, int32> m = 1;\n  oneof o {\n    string a = 2;\n    M b = 3;\n  }\n}\n",
  },
  {
    what: "a group moved, and a field in it",
    syntax: "proto2",
    before:
      "message M {\n  optional group G = 1 {\n    optional int32 x = 2;\n  }\n  optional int32 y = 3;\n}\n",
    after:
      "message M {\n  optional group G = 3 {\n    optional int32 x = 5;\n  }\n  optional int32 y = 1;\n}\n",
    fixed:
      "message M {\n  optional group G = 1 {\n    optional int32 x = 2;\n  }\n  optional int32 y = 3;\n}\n",
  },
  {
    what: "a group removed",
    syntax: "proto2",
    before:
      "message M {\n  optional group G = 1 { optional int32 x = 2; }\n  optional int32 y = 3;\n}\n",
    after: "message M {\n  optional int32 y = 3;\n}\n",
    fixed: 'message M {\n  reserved 1;\n  reserved "g";\n\n  optional int32 y = 3;\n}\n',
  },
  {
    what: "an extension moved",
    syntax: "proto2",
    before: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
    after: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 120; }\n",
    fixed: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
  },
  {
    what: "a number reused, its old name reserved already",
    before: "message M {\n  string a = 1;\n  string owner = 2;\n}\n",
    after: 'message M {\n  reserved "owner";\n  string a = 1;\n  int32 color = 2;\n}\n',
    fixed:
      'message M {\n  reserved 2;\n\n  reserved "owner";\n  string a = 1;\n  int32 color = 3;\n}\n',
  },
  {
    what: "a fresh number skips what is reserved, and what extensions may take",
    syntax: "proto2",
    before: "message M {\n  optional string a = 1;\n  optional string owner = 2;\n}\n",
    after:
      "message M {\n  reserved 3, 5 to 9;\n  extensions 10 to 20;\n  optional string a = 1;\n  optional int32 color = 2;\n  optional int32 d = 4;\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "owner";\n\n  reserved 3, 5 to 9;\n  extensions 10 to 20;\n  optional string a = 1;\n  optional int32 color = 21;\n  optional int32 d = 4;\n}\n',
  },
  {
    what: "a fresh number skips those that Protobuf keeps",
    before: "message M {\n  string a = 18999;\n  string owner = 2;\n}\n",
    after: "message M {\n  string a = 18999;\n  int32 color = 2;\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "owner";\n\n  string a = 18999;\n  int32 color = 20000;\n}\n',
  },
  {
    what: "a fresh number in a gap, where everything above is for extensions",
    syntax: "proto2",
    before:
      "message M {\n  optional string a = 1;\n  optional string owner = 5;\n  extensions 10 to max;\n}\n",
    after:
      "message M {\n  optional string a = 1;\n  optional int32 color = 5;\n  reserved 6 to 9;\n  extensions 10 to max;\n}\n",
    fixed:
      'message M {\n  reserved 5;\n  reserved "owner";\n\n  optional string a = 1;\n  optional int32 color = 2;\n  reserved 6 to 9;\n  extensions 10 to max;\n}\n',
  },
];

/** Fields that are gone. */
export const REMOVED: readonly Case[] = [
  {
    what: "one",
    before: M,
    after: M.replace("  int32 b = 2;\n", ""),
    fixed: 'message M {\n  reserved 2;\n  reserved "b";\n\n  string a = 1;\n  bool c = 3;\n}\n',
  },
  {
    what: "several, beside others that are reserved",
    before: M,
    after: 'message M {\n  reserved 9, 2;\n  reserved "z";\n  string a = 1;\n}\n',
    fixed:
      'message M {\n  reserved 3;\n  reserved "b", "c";\n\n  reserved 9, 2;\n  reserved "z";\n  string a = 1;\n}\n',
  },
  {
    what: "in nested messages",
    before:
      "message M {\n  message N {\n    int32 x = 1;\n    int32 y = 2;\n  }\n  N n = 1;\n  N k = 2;\n}\n",
    after: "message M {\n  message N {\n    int32 y = 2;\n  }\n  N n = 1;\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "k";\n\n  message N {\n    reserved 1;\n    reserved "x";\n\n    int32 y = 2;\n  }\n  N n = 1;\n}\n',
  },
  {
    what: "all, in a message on one line",
    before: "message M { int32 x = 1; }\n",
    after: "message M {}\n",
    fixed: 'message M { reserved 1; reserved "x"; }\n',
  },
  {
    what: "all, with white space left between the braces",
    before:
      "message M { int32 x = 1; }\nmessage N {\n  int32 x = 1;\n}\nmessage O {\n\n  int32 x = 1;\n}\n",
    after: "message M { }\nmessage N {\n}\nmessage O {\n\n}\n",
    fixed:
      'message M { reserved 1; reserved "x"; }\nmessage N {\n  reserved 1;\n  reserved "x";\n}\nmessage O {\n  reserved 1;\n  reserved "x";\n\n}\n',
  },
  {
    what: "one of a message on one line",
    before: "message M { int32 x = 1; int32 y = 2; }\n",
    after: "message M { int32 y = 2; }\n",
    fixed: 'message M { reserved 1; reserved "x"; int32 y = 2; }\n',
  },
  {
    what: "with a comment behind the brace",
    before: "message M { // Holds it.\n  int32 x = 1;\n  int32 y = 2;\n}\n",
    after: "message M { // Holds it.\n  int32 y = 2;\n}\n",
    fixed: 'message M { // Holds it.\n  reserved 1;\n  reserved "x";\n\n  int32 y = 2;\n}\n',
  },
  {
    what: "with a comment between brace and field on one line",
    before: "message M { /* y */ int32 y = 2; int32 x = 1; }\n",
    after: "message M { /* y */ int32 y = 2; }\n",
    fixed: 'message M { reserved 1; reserved "x"; /* y */ int32 y = 2; }\n',
  },
  {
    what: "with a comment of several lines behind the brace",
    before: "message M { /* Holds\n  it. */\n  int32 y = 2; int32 x = 1; }\n",
    after: "message M { /* Holds\n  it. */\n  int32 y = 2; }\n",
    fixed: 'message M { /* Holds\n  it. */\n  reserved 1;\n  reserved "x";\n\n  int32 y = 2; }\n',
  },
  {
    what: "with a comment before the first field, and a brace on the next line",
    before: "message M\n{\n  // It is y.\n  int32 y = 2;\n  int32 x = 1;\n}\n",
    after: "message M\n{\n  // It is y.\n  int32 y = 2;\n}\n",
    fixed: 'message M\n{\n  reserved 1;\n  reserved "x";\n\n  // It is y.\n  int32 y = 2;\n}\n',
  },
  {
    what: "under a license with a margin of its own, indented by four",
    before: "/*\n * License.\n */\nmessage M {\n    int32 x = 1;\n    int32 y = 2;\n}\n",
    after: "/*\n * License.\n */\nmessage M {\n    int32 y = 2;\n}\n",
    fixed:
      '/*\n * License.\n */\nmessage M {\n    reserved 1;\n    reserved "x";\n\n    int32 y = 2;\n}\n',
  },
  {
    what: "in CRLF",
    before: M.replaceAll("\n", "\r\n"),
    after: "message M {\r\n  bool c = 3;\r\n}\r\n",
    fixed: 'message M {\n  reserved 1, 2;\n  reserved "a", "b";\n\n  bool c = 3;\n}\n'.replaceAll(
      "\n",
      "\r\n",
    ),
  },
  {
    what: "in an edition, whose reserved names are identifiers",
    syntax: "2023",
    before: M,
    after: "message M {\n  bool c = 3;\n}\n",
    fixed: "message M {\n  reserved 1, 2;\n  reserved a, b;\n\n  bool c = 3;\n}\n",
  },
  {
    what: "a member of a oneof",
    before: "message M {\n  oneof o {\n    string a = 1;\n    string b = 2;\n  }\n}\n",
    after: "message M {\n  oneof o {\n    string a = 1;\n  }\n}\n",
    fixed:
      'message M {\n  reserved 2;\n  reserved "b";\n\n  oneof o {\n    string a = 1;\n  }\n}\n',
  },
  {
    what: "while another takes its number, and a third moves",
    before: M,
    after: "message M {\n  string owner = 1;\n  int32 b = 3;\n}\n",
    fixed:
      'message M {\n  reserved 1, 3;\n  reserved "a", "c";\n\n  string owner = 4;\n  int32 b = 2;\n}\n',
  },
];

/** What fix leaves to people, with the rule of the finding. */
export const BY_HAND: readonly (Omit<Case, "fixed"> & { rule: string })[] = [
  {
    what: "a value inserted before the zero, which has to be first",
    rule: "ENUM_VALUE_RENUMBERED",
    before: E,
    after: "enum E {\n  E_NEW = 0;\n  E_NONE = 1;\n  E_UP = 2;\n  E_DOWN = 3;\n}\n",
  },
  {
    what: "a field moved, and its number reserved",
    rule: "FIELD_RENUMBERED",
    before: M,
    after: M.replace("a = 1", "a = 9").replace("{", "{ reserved 1;"),
  },
  {
    what: "a value that was another's name and is not any more",
    rule: "ENUM_VALUE_RENUMBERED",
    before:
      "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
    after: "enum E {\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 2;\n}\n",
  },
  {
    what: "a value that became another's name",
    rule: "ENUM_VALUE_RENUMBERED",
    before: "enum E {\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 2;\n}\n",
    after: "enum E {\n  option allow_alias = true;\n  E_NONE = 0;\n  E_UP = 1;\n  E_HIGH = 1;\n}\n",
  },
  {
    what: "an extension's number given to another",
    rule: "FIELD_NUMBER_REUSED",
    syntax: "proto2",
    before: "message M { extensions 100 to 199; }\nextend M { optional int32 owner = 100; }\n",
    after: "message M { extensions 100 to 199; }\nextend M { optional string color = 100; }\n",
  },
  {
    what: "an extension inserted",
    rule: "FIELD_RENUMBERED",
    syntax: "proto2",
    before: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
    after:
      "message M { extensions 100 to 199; }\nextend M { optional int32 y = 100; optional int32 x = 101; }\n",
  },
  {
    what: "an extension removed",
    rule: "FIELD_REMOVED_UNRESERVED",
    syntax: "proto2",
    before: "message M { extensions 100 to 199; }\nextend M { optional int32 x = 100; }\n",
    after: "message M { extensions 100 to 199; }\n",
  },
  {
    what: "a reused number, where no other is left",
    rule: "FIELD_NUMBER_REUSED",
    syntax: "proto2",
    before: "message M {\n  optional int32 owner = 1;\n  extensions 2 to max;\n}\n",
    after: "message M {\n  optional string color = 1;\n  extensions 2 to max;\n}\n",
  },
];
