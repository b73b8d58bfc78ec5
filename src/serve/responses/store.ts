import type { Clock } from "../../core/clock.ts";
import type { ChatMessage } from "../chat/schema.ts";
import type { ResponseObject } from "./reply.ts";

export interface StoredResponse {
  /** Only this key may read it or go on from it. */
  readonly owner: string;
  /** The conversation up to and with the reply, without instructions. */
  readonly turns: readonly ChatMessage[];
  readonly response: ResponseObject;
}

/** Characters of all stored conversations together. */
const roomiest = 50_000_000;

/** Responses by id, forgotten after a while and, when there are too many, the oldest first. Kept in memory only. */
export class ResponseStore {
  readonly #entries = new Map<string, StoredResponse & { readonly until: number; readonly size: number }>();
  readonly #most: number;
  readonly #keepMs: number;
  readonly #clock: Clock;
  #size = 0;

  constructor(most: number, keepMs: number, clock: Clock) {
    this.#most = most;
    this.#keepMs = keepMs;
    this.#clock = clock;
  }

  put(entry: StoredResponse): void {
    const size = JSON.stringify(entry.turns).length;
    this.#entries.set(entry.response.id, { ...entry, size, until: this.#clock.now() + this.#keepMs });
    this.#size += size;
    this.#forget();
  }

  get(id: string, owner: string): StoredResponse | undefined {
    this.#forget();
    const entry = this.#entries.get(id);
    return entry?.owner === owner ? entry : undefined;
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
