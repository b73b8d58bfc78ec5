import type { Message, Purpose } from "../core/policy.ts";
import { sha256 } from "../core/sha256.ts";
import { Beginning } from "./beginning.ts";
import { Payments } from "./payments.ts";

/** A distinct prompt of a solve: its number, and whether an event has shown it. */
interface PromptEntry {
  readonly prompt: number;
  shown: boolean;
}

/** Numbers calls (a call is one completion), and their distinct prompts. */
export interface Calls {
  /** Numbers `n` calls that follow one another; the first of them. `content` says what is asked. */
  take(n: number, content: () => string): number;
  readonly payments: Payments;
  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry;
  /** To be called when a call is asked for; the result when it has ended, with its time, null where nobody knows it. */
  timing(): (serviceMs: number | null) => void;
  /** Milliseconds of the longest chain; null where a call's time is not known. */
  readonly serviceMs: number | null;
}

/**
 * Numbers the calls of one solve in the order of asking, and their distinct prompts, and adds up the time that models
 * worked on the longest chain of calls. A call is taken to need all that had ended when it was asked for; calls asked
 * for together stand side by side, however long they waited for each other.
 */
export class CallBook implements Calls {
  #calls = 0;
  #blocks = 0;
  #longest = 0;
  #untimed = false;
  readonly payments = new Payments();
  readonly #prompts = new Map<string, PromptEntry>();

  take(n: number): number {
    const first = this.#calls;
    this.#calls += n;
    return first;
  }

  timing(): (serviceMs: number | null) => void {
    const before = this.#longest;
    return (serviceMs) => {
      if (serviceMs === null) this.#untimed = true;
      this.#longest = Math.max(this.#longest, before + (serviceMs ?? 0));
    };
  }

  get serviceMs(): number | null {
    return this.#untimed ? null : this.#longest;
  }

  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry {
    const key = JSON.stringify([purpose, messages.map(({ role, content }) => [role, content])]);
    const entry = this.#prompts.get(key) ?? { prompt: this.#prompts.size, shown: false };
    this.#prompts.set(key, entry);
    return entry;
  }

  block(): CallBlock {
    return new CallBlock(++this.#blocks, this);
  }
}

const hashDigits = 7;
const hashes = 16 ** hashDigits;
/** Calls made as a plan begins, at most. */
const mostFirst = 4096;

/**
 * Numbers the calls of a plan that runs beside others, so that a number does not depend on when a call is made: those
 * made as the plan begins in the order of asking, then those that follow by what they ask.
 */
export class CallBlock implements Calls {
  readonly #book: CallBook;
  readonly #from: number;
  #first = 0;
  readonly #beginning = new Beginning();
  readonly #taken = new Set<number>();

  constructor(block: number, book: CallBook) {
    this.#from = block * (mostFirst + 2 * hashes);
    this.#book = book;
  }

  begin<T>(draw: () => T): T {
    return this.#beginning.during(draw);
  }

  take(n: number, content: () => string): number {
    if (this.#beginning.isNow && this.#first + n <= mostFirst) {
      this.#first += n;
      return this.#from + this.#first - n;
    }
    const wanted = Array.from({ length: n }, (_, i) => i);
    let place = Number.parseInt(sha256(content(), "hex").slice(0, hashDigits), 16);
    while (wanted.some((i) => this.#taken.has(place + i))) place++;
    for (const i of wanted) this.#taken.add(place + i);
    return this.#from + mostFirst + place;
  }

  get payments(): Payments {
    return this.#book.payments;
  }

  timing(): (serviceMs: number | null) => void {
    return this.#book.timing();
  }

  get serviceMs(): number | null {
    return this.#book.serviceMs;
  }

  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry {
    return this.#book.promptOf(purpose, messages);
  }
}
