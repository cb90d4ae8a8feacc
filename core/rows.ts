// Values kept as one piece of bytes, each of which is read only when it is asked for.

/** A value as it is kept: as JSON. */
export class Row<T> {
  #value: { readonly is: T } | undefined;

  private constructor(readonly bytes: Buffer) {}

  static of<T>(value: T): Row<T> {
    const row = new Row<T>(Buffer.from(JSON.stringify(value)));
    row.#value = { is: value };
    return row;
  }

  static kept<T>(bytes: Buffer): Row<T> {
    return new Row<T>(bytes);
  }

  get value(): T {
    this.#value ??= { is: JSON.parse(this.bytes.toString("utf8")) as T };
    return this.#value.is;
  }
}

/** The bytes of `head`, which is plain data, and of the rows. */
export function packed(head: unknown, rows: readonly Row<unknown>[]): Buffer {
  const lengths = rows.map(({ bytes }) => bytes.length);
  const start = Buffer.from(`${JSON.stringify([head, lengths])}\n`);
  return Buffer.concat([start, ...rows.map(({ bytes }) => bytes)]);
}

/** What `packed` made those bytes of. */
export function unpacked<Head, T>(bytes: Buffer): { head: Head; rows: Row<T>[] } {
  const end = bytes.indexOf("\n");
  const [head, lengths] = JSON.parse(bytes.toString("utf8", 0, end)) as [Head, number[]];
  let start = end + 1;
  const rows = lengths.map((length) => {
    const row = Row.kept<T>(bytes.subarray(start, start + length));
    start += length;
    return row;
  });
  return { head, rows };
}
