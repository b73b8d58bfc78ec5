import type { Message, Purpose } from "../core/policy.ts";

/** A distinct prompt of a solve: its number, and whether an event has shown it. */
interface PromptEntry {
  readonly prompt: number;
  shown: boolean;
}

/**
 * Numbers the calls of one solve in the order of asking, and their distinct prompts, and adds up the time that models
 * worked on the longest chain of calls. A call is taken to need all that had ended when it was asked for; calls asked
 * for together stand side by side, however long they waited for each other.
 */
export class CallBook {
  #calls = 0;
  #longest = 0;
  #untimed = false;
  readonly #prompts = new Map<string, PromptEntry>();

  nextCall(): number {
    return this.#calls++;
  }

  /** To be called when a call is asked for; the result when it has ended, with its time, null where nobody knows it. */
  timing(): (serviceMs: number | null) => void {
    const before = this.#longest;
    return (serviceMs) => {
      if (serviceMs === null) this.#untimed = true;
      this.#longest = Math.max(this.#longest, before + (serviceMs ?? 0));
    };
  }

  /** Milliseconds of the longest chain; null where a call's time is not known. */
  get serviceMs(): number | null {
    return this.#untimed ? null : this.#longest;
  }

  promptOf(purpose: Purpose, messages: readonly Message[]): PromptEntry {
    const key = JSON.stringify([purpose, messages.map(({ role, content }) => [role, content])]);
    const entry = this.#prompts.get(key) ?? { prompt: this.#prompts.size, shown: false };
    this.#prompts.set(key, entry);
    return entry;
  }
}
