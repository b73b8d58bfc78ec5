import { hash } from "node:crypto";
import type { Message, Purpose } from "../core/policy.ts";

/** A distinct prompt of a solve: its number, and whether an event has shown it. */
interface PromptEntry {
  readonly prompt: number;
  shown: boolean;
}

/** Numbers calls, and their distinct prompts. */
export interface Calls {
  /** `content` says what is asked. */
  nextCall(content: () => string): number;
  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry;
}

/** Numbers the calls of one solve in the order of asking, and their distinct prompts. */
export class CallBook implements Calls {
  #calls = 0;
  #blocks = 0;
  readonly #prompts = new Map<string, PromptEntry>();

  nextCall(): number {
    return this.#calls++;
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
  #beginning = false;
  readonly #taken = new Set<number>();

  constructor(block: number, book: CallBook) {
    this.#from = block * (mostFirst + 2 * hashes);
    this.#book = book;
  }

  begin<T>(draw: () => T): T {
    this.#beginning = true;
    try {
      return draw();
    } finally {
      this.#beginning = false;
    }
  }

  nextCall(content: () => string): number {
    if (this.#beginning && this.#first < mostFirst) return this.#from + this.#first++;
    let place = Number.parseInt(hash("sha256", content(), "hex").slice(0, hashDigits), 16);
    while (this.#taken.has(place)) place++;
    this.#taken.add(place);
    return this.#from + mostFirst + place;
  }

  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry {
    return this.#book.promptOf(purpose, messages);
  }
}
