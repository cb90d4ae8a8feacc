// A model of a dozen protos, and random edits of it: what people do to schemas, mistakes included.
import type { Random } from "../random.js";

interface Member {
  name: string;
  number: number;
  type: string;
  documented: boolean;
}

interface Type {
  kind: "message" | "enum";
  name: string;
  documented: boolean;
  members: Member[];
}

interface Method {
  name: string;
  takes: string;
  returns: string;
}

interface Service {
  name: string;
  methods: Method[];
}

export interface Proto {
  folder: string;
  name: string;
  package: string;
  imports: string[];
  types: Type[];
  services: Service[];
  /** Extensions, each of a message, with its number. */
  extensions: { of: string; name: string; number: number }[];
  options: string[];
  comment: string;
  /** Text that does not parse; empty where all is well. */
  broken: string;
}

const PACKAGES = ["a.v1", "a.v1.inner", "b.v1", "c.v1", "d.v1"];
const WORDS = ["Order", "Item", "Price", "User", "Team", "Event", "State", "Level"];

export function nameOf(proto: Proto): string {
  return `${proto.folder}/${proto.name}.proto`;
}

export class Model {
  readonly protos: Proto[] = [];
  #count = 0;

  /** `random` is what the next edits draw from. */
  constructor(public random: Random) {
    for (let i = 0; i < 11; i++) this.#addProto();
  }

  /** Changes something at random, and says what. */
  edit(): string {
    const { random } = this;
    const proto = random.pick(this.protos);
    const edits: (() => string)[] = [
      () => {
        proto.comment = `Comment ${this.#next()}.`;
        return "comment";
      },
      () => this.#addField(proto),
      () => this.#addField(proto),
      () => this.#addType(proto),
      () => this.#editMember(proto),
      () => this.#editMember(proto),
      () => this.#editEnum(),
      () => this.#editEnum(),
      () => this.#moveType(proto),
      () => {
        proto.imports = random.chance(0.5)
          ? proto.imports.slice(1)
          : [...new Set([...proto.imports, nameOf(random.pick(this.protos))])];
        return "imports";
      },
      () => this.#addProto(),
      () => {
        if (this.protos.length < 6) return "nothing";
        this.protos.splice(this.protos.indexOf(proto), 1);
        return "deleted";
      },
      () => {
        const before = nameOf(proto);
        proto.name = `renamed${this.#next()}`;
        if (random.chance(0.7))
          for (const other of this.protos)
            other.imports = other.imports.map((one) => (one === before ? nameOf(proto) : one));
        return "renamed";
      },
      () => {
        proto.package = random.chance(0.2) ? `n${this.#next()}.v1` : random.pick(PACKAGES);
        return "package";
      },
      () => {
        // What another file declares already, perhaps.
        const other = random.pick(this.protos.flatMap(({ types }) => types));
        proto.types.push(structuredClone(other));
        return "duplicate";
      },
      () => {
        proto.types.push({ kind: "message", name: "inner", documented: true, members: [] });
        return "named like a package";
      },
      () => this.#addService(proto),
      () => this.#extend(proto),
      () => {
        proto.options = random.chance(0.5) ? [] : [`go_package = "x/y${random.between(1, 2)}"`];
        return "options";
      },
      () => {
        proto.broken = "message {";
        return "broken";
      },
    ];
    return `${nameOf(proto)}: ${random.pick(edits)()}`;
  }

  /** Puts right what keeps the protos from compiling, as far as the model knows of it. */
  repair(): void {
    for (const proto of this.protos) {
      proto.broken = "";
      proto.imports = proto.imports.filter(
        (one) => one.startsWith("google/") || this.protos.some((other) => nameOf(other) === one),
      );
    }
    this.#withoutCycles();
    const declared = new Set<string>();
    for (const proto of this.protos) {
      proto.types = proto.types.filter(({ name }) => {
        const full = `${proto.package}.${name}`;
        const isNew = !declared.has(full) && !this.protos.some((one) => one.package === full);
        declared.add(full);
        return isNew;
      });
      proto.services = proto.services.filter(({ name }) => {
        const full = `${proto.package}.${name}`;
        const isNew = !declared.has(full);
        declared.add(full);
        return isNew;
      });
    }
    const numbers = new Set<string>();
    for (const proto of this.protos) {
      const reachable = new Set(this.#typesFor(proto).map(([name]) => name));
      for (const type of proto.types) {
        const seen = new Set<number | string>();
        type.members = type.members.filter(({ name, number, type: of }) => {
          const fits = type.kind === "enum" || /^[a-z]/.test(of) ? true : reachable.has(of);
          const isNew = !seen.has(name) && !seen.has(number);
          seen.add(name).add(number);
          return fits && isNew;
        });
        if (type.kind === "enum" && type.members[0]?.number !== 0) {
          const prefix = type.name.toUpperCase();
          const zero = {
            name: `${prefix}_NONE${this.#next()}`,
            number: 0,
            type: "",
            documented: true,
          };
          type.members = [zero, ...type.members.filter(({ number }) => number !== 0)];
        }
      }
      for (const service of proto.services)
        service.methods = service.methods.filter(
          ({ takes, returns }) => reachable.has(takes) && reachable.has(returns),
        );
      proto.extensions = proto.extensions.filter(({ of, number }) => {
        const key = `${of} ${number}`;
        const isNew = !numbers.has(key) && reachable.has(of);
        numbers.add(key);
        return isNew;
      });
    }
  }

  text(proto: Proto): string {
    const doc = (is: boolean, what: string): string =>
      is ? `// Where the ${what} matters.\n` : "";
    return [
      `// ${proto.comment}`,
      'syntax = "proto2";',
      "",
      `${doc(true, "package")}package ${proto.package};`,
      "",
      ...proto.imports.map((one) => `import "${one}";`),
      ...proto.options.map((one) => `option ${one};`),
      ...proto.types.map(
        ({ kind, name, documented, members }) =>
          `\n${doc(documented, name)}${kind} ${name} {\n${members
            .map((one) => {
              const line =
                kind === "enum"
                  ? `${one.name} = ${one.number};`
                  : `optional ${one.type} ${one.name} = ${one.number};`;
              return `${doc(one.documented, "member")}  ${line}`;
            })
            .join("\n")}\n${kind === "message" ? "  extensions 1000 to 1100;\n" : ""}}`,
      ),
      ...proto.services.map(
        ({ name, methods }) =>
          `\nservice ${name} {\n${methods
            .map((one) => `  rpc ${one.name}(${one.takes}) returns (stream ${one.returns});`)
            .join("\n")}\n}`,
      ),
      ...proto.extensions.map(
        ({ of, name, number }) => `extend ${of} {\n  optional string ${name} = ${number};\n}`,
      ),
      proto.broken,
      "",
    ].join("\n");
  }

  #next(): number {
    return ++this.#count;
  }

  #addProto(): string {
    const { random } = this;
    const package_ = random.pick(PACKAGES);
    const others = this.protos.map(nameOf);
    const proto: Proto = {
      folder: random.chance(0.85) ? package_.replaceAll(".", "/") : "odd/v1",
      name: `file${this.#next()}`,
      package: package_,
      imports: [...new Set([1, 2].flatMap(() => (others.length > 0 ? [random.pick(others)] : [])))],
      types: [],
      services: [],
      extensions: [],
      options: [],
      comment: "A file.",
      broken: "",
    };
    if (random.chance(0.2)) proto.imports.push("google/protobuf/timestamp.proto");
    this.protos.push(proto);
    for (let i = random.between(1, 2); i > 0; i--) this.#addType(proto);
    for (let i = random.between(1, 3); i > 0; i--) this.#addField(proto);
    if (random.chance(0.4)) this.#addService(proto);
    return `new ${nameOf(proto)}`;
  }

  #addType(proto: Proto): string {
    const { random } = this;
    const kind = random.chance(0.65) ? "message" : "enum";
    const name = `${random.pick(WORDS)}${this.#next()}`;
    const zero = {
      name: `${name.toUpperCase()}_UNSPECIFIED`,
      number: 0,
      type: "",
      documented: random.chance(0.9),
    };
    const members = kind === "enum" ? [zero] : [];
    proto.types.push({ kind, name, documented: random.chance(0.8), members });
    return `type ${name}`;
  }

  #addField(proto: Proto): string {
    const { random } = this;
    if (proto.types.length === 0) return this.#addType(proto);
    const type = random.pick(proto.types);
    const used = this.#typesFor(proto);
    const id = this.#next();
    const isScalar = random.chance(0.4) || used.length === 0;
    type.members.push({
      name: type.kind === "enum" ? `${type.name.toUpperCase()}_V${id}` : `field_${id}`,
      number: Math.max(0, ...type.members.map(({ number }) => number)) + 1,
      type: isScalar ? random.pick(["string", "int32", "bool"]) : random.pick(used)[0],
      documented: random.chance(0.8),
    });
    return `member of ${type.name}`;
  }

  #editMember(proto: Proto): string {
    const { random } = this;
    const members = proto.types.flatMap((type) => type.members.map((member) => ({ type, member })));
    if (members.length === 0) return this.#addType(proto);
    const { type, member } = random.pick(members);
    const edits: (() => void)[] = [
      () => type.members.splice(type.members.indexOf(member), 1),
      () => {
        member.number = random.between(1, 9);
      },
      () => {
        member.name += "x";
      },
      () => {
        member.documented = !member.documented;
      },
      () => {
        if (type.kind === "message") member.type = random.pick(["string", "int64", "bytes"]);
      },
    ];
    random.pick(edits)();
    return `edited ${type.name}.${member.name}`;
  }

  /** An enum that others use, perhaps: what that means is shown with their messages. */
  #editEnum(): string {
    const { random } = this;
    const enums = this.protos.flatMap(({ types }) =>
      types.filter(({ kind, members }) => kind === "enum" && members.length > 1),
    );
    if (enums.length === 0) return "nothing";
    const { name, members } = random.pick(enums);
    const last = members[members.length - 1] as Member;
    if (random.chance(0.5)) last.number += 1;
    else members.pop();
    return `enum ${name}`;
  }

  #moveType(proto: Proto): string {
    const { random } = this;
    const type = proto.types.pop();
    if (type === undefined) return "nothing";
    const to = random.pick(this.protos);
    to.types.push(type);
    return `moved ${type.name} to ${nameOf(to)}`;
  }

  #addService(proto: Proto): string {
    const { random } = this;
    const messages = this.#typesFor(proto).filter(([, kind]) => kind === "message");
    if (messages.length === 0) return "nothing";
    const methods = [1, 2].map(() => ({
      name: `Do${this.#next()}`,
      takes: random.pick(messages)[0],
      returns: random.pick(messages)[0],
    }));
    proto.services.push({ name: `${random.pick(WORDS)}${this.#next()}Service`, methods });
    return "service";
  }

  #extend(proto: Proto): string {
    const messages = this.#typesFor(proto).filter(([, kind]) => kind === "message");
    if (messages.length === 0) return "nothing";
    const [of] = this.random.pick(messages);
    const number = this.random.between(1000, 1003);
    proto.extensions.push({ of, name: `ext_${this.#next()}`, number });
    return `extends ${of}`;
  }

  /** The full names of the types that a file may use, with their kinds. */
  #typesFor(proto: Proto): [string, string][] {
    return [proto, ...this.protos.filter((one) => proto.imports.includes(nameOf(one)))].flatMap(
      ({ package: own, types }) =>
        types.map(({ name, kind }): [string, string] => [`.${own}.${name}`, kind]),
    );
  }

  /** An import that leads back to its file is dropped. */
  #withoutCycles(): void {
    const byName = new Map(this.protos.map((proto) => [nameOf(proto), proto]));
    const done = new Set<string>();
    const visit = (name: string, way: readonly string[]): void => {
      const proto = byName.get(name);
      if (proto === undefined || done.has(name)) return;
      proto.imports = proto.imports.filter((one) => one !== name && !way.includes(one));
      for (const one of proto.imports) visit(one, [...way, name]);
      done.add(name);
    };
    for (const name of byName.keys()) visit(name, []);
  }
}
