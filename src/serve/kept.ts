import type { Clock } from "../core/clock.ts";

/** Characters of all values together. */
const roomiest = 50_000_000;

/**
 * Values by id, each its owner's alone, forgotten after a while and, when there are too many, the oldest first. Kept in
 * memory only.
 */
export class Kept<T> {
  readonly #entries = new Map<
    string,
    { readonly owner: string; readonly value: T; readonly until: number; readonly size: number }
  >();
  readonly #most: number;
  readonly #keepMs: number;
  readonly #clock: Clock;
  #size = 0;

  constructor(most: number, keepMs: number, clock: Clock) {
    this.#most = most;
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  /** Is it kept? */
  put(id: string, owner: string, value: T): boolean {
    const size = JSON.stringify(value).length;
    this.#entries.set(id, { owner, value, size, until: this.#clock.now() + this.#keepMs });
    this.#size += size;
    this.#forget();
    return this.#entries.has(id);
  }

  get(id: string, owner: string): T | undefined {
    this.#forget();
    const entry = this.#entries.get(id);
    return entry?.owner === owner ? entry.value : undefined;
  }

  /** Was there one of this owner? */
  delete(id: string, owner: string): boolean {
    return this.get(id, owner) !== undefined && this.#remove(id);
  }

  #forget(): void {
    for (const [id, { until }] of this.#entries) {
      const crowded = this.#entries.size > this.#most || this.#size > roomiest;
      if (!crowded && until > this.#clock.now()) return;
      this.#remove(id);
    }
  }

  #remove(id: string): boolean {
    this.#size -= this.#entries.get(id)?.size ?? 0;
    return this.#entries.delete(id);
  }
}
