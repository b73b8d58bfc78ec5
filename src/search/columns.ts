/**
 * Columns of numbers that grow by doubling: 4 or 8 bytes an entry instead of an object's share. Entries that were never
 * set read as 0.
 *
 * The two kinds spell out `at` and `set` each for itself: code shared by both would read two kinds of array, which
 * costs a search a third of its pace.
 */
abstract class Column {
  abstract at(index: number): number;
  abstract set(index: number, value: number): void;

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
}

export class Int32Column extends Column {
  #data = new Int32Array(64);

  at(index: number): number {
    return index < this.#data.length ? (this.#data[index] ?? 0) : 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#data.length) {
      const grown = new Int32Array(Math.max(index + 1, this.#data.length * 2));
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data[index] = value;
  }

  add(index: number, amount: number): void {
    this.set(index, this.at(index) + amount);
  }
}

export class Float64Column extends Column {
  #data = new Float64Array(64);

  at(index: number): number {
    return index < this.#data.length ? (this.#data[index] ?? 0) : 0;
  }

  set(index: number, value: number): void {
    if (index >= this.#data.length) {
      const grown = new Float64Array(Math.max(index + 1, this.#data.length * 2));
      grown.set(this.#data);
      this.#data = grown;
    }
    this.#data[index] = value;
  }

  add(index: number, amount: number): void {
    this.set(index, this.at(index) + amount);
  }
}
