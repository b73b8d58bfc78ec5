import type { Message, Purpose } from "../core/policy.ts";

/** A distinct prompt of a solve: its number, and whether an event has shown it. */
interface PromptEntry {
  readonly prompt: number;
  shown: boolean;
}

/** Numbers the calls of one solve in the order of asking, and their distinct prompts. */
export class CallBook {
  #calls = 0;
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
}
