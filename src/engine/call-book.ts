import type { Message, Purpose } from "../core/policy.ts";

/** A distinct prompt of a solve: its number, and whether an event has shown it. */
interface PromptEntry {
  readonly prompt: number;
  shown: boolean;
}

/** Numbers calls, and their distinct prompts. */
export interface Calls {
  nextCall(): number;
  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry;
}

/** Calls of one plan at most: their numbers lie together. */
const blockSize = 2 ** 16;

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

  /** Numbers for the calls of a plan that runs beside others: they do not depend on when it makes them. */
  block(): Calls {
    let next = ++this.#blocks * blockSize;
    return { nextCall: () => next++, promptOf: (purpose, messages) => this.promptOf(purpose, messages) };
  }
}
