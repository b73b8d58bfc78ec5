/**
 * Columns of numbers that grow by doubling: 4 or 8 bytes an entry instead of an object's share. Entries that were never set read as 0.
 */
abstract class Column<Data extends Int32Array | Float64Array> {
  protected data: Data;

  constructor(data: Data) {
    this.data = data;
  }

  protected abstract allocate(length: number): Data;

  at(index: number): number {
    return this.data[index] ?? 0;
  }

  set(index: number, value: number): void {
    if (index >= this.data.length) this.#grow(index + 1);
    this.data[index] = value;
  }

  add(index: number, amount: number): void {
    this.set(index, this.at(index) + amount);
  }

  /** The first `length` entries as plain JSON; NaN and infinities, which JSON lacks, as text. */
  pack(length: number): (number | string)[] {
    return Array.from({ length }, (_, index) => {
      const value = this.at(index);
      return Number.isFinite(value) ? value : String(value);
    });
  }

  unpack(values: readonly (number | string)[]): void {
    values.forEach((value, index) => {
      this.set(index, Number(value));
    });
  }

  #grow(atLeast: number): void {
    const grown = this.allocate(Math.max(atLeast, this.data.length * 2));
    grown.set(this.data);
    this.data = grown;
  }
}

export class Int32Column extends Column<Int32Array> {
  constructor() {
    super(new Int32Array(64));
  }
  protected allocate(length: number): Int32Array {
    return new Int32Array(length);
  }
}

export class Float64Column extends Column<Float64Array> {
  constructor() {
    super(new Float64Array(64));
  }
  protected allocate(length: number): Float64Array {
    return new Float64Array(length);
  }
}
