/** A growing column of numbers, 0 where nothing was set. Eight bytes a number, whatever its size. */
export class Column {
  #values = new Float64Array(64);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  at(i: number): number {
    return this.#values[i] ?? 0;
  }

  add(i: number, by: number): void {
    this.#reach(i + 1);
    this.#values[i] = (this.#values[i] ?? 0) + by;
  }

  set(i: number, value: number): void {
    this.#reach(i + 1);
    this.#values[i] = value;
  }

  push(value: number): void {
    this.add(this.#length, value);
  }

  /** A view of the values; valid until the column grows. */
  values(): Float64Array {
    return this.#values.subarray(0, this.#length);
  }

  #reach(length: number): void {
    if (length > this.#values.length) {
      const larger = new Float64Array(Math.max(length, 2 * this.#values.length));
      larger.set(this.#values);
      this.#values = larger;
    }
    if (length > this.#length) this.#length = length;
  }
}
