import type { Policy } from "../core/policy.ts";
import { wrapPolicy } from "../policy/wrap.ts";

/** How long one turn of the event loop may serve requests before the next one has to wait for a turn of its own. */
const longestMs = 5;

/**
 * Shares the event loop between requests. Work that follows work without a pause keeps everybody out, `/health` too:
 * sixteen requests that arrive together, or sixteen replies of a model, would be one turn. Whoever begins a piece of
 * work waits here first; in a turn that has lasted long enough the wait ends in a later turn, which is its alone.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #began: number | null = null;
  #coming = false;

  /** Resolves when there is time for a piece of work: at once in a fresh turn. First come, first served. */
  async next(): Promise<void> {
    if (this.#waiting.length === 0 && performance.now() - this.#start() < longestMs) return;
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
      this.#come();
    });
  }

  /** When this turn began, as far as it has been looked at. */
  #start(): number {
    if (this.#began !== null) return this.#began;
    this.#come();
    this.#began = performance.now();
    return this.#began;
  }

  #come(): void {
    if (this.#coming) return;
    this.#coming = true;
    setImmediate(() => {
      this.#coming = false;
      this.#began = null;
      const first = this.#waiting.shift();
      if (first === undefined) return;
      this.#start();
      first();
    });
  }
}

/** The same policy, whose replies are taken on in turn. */
export function inTurns(policy: Policy, turns: Turns): Policy {
  return wrapPolicy(policy, {
    sample: async (request, options) => {
      const samples = await policy.sample(request, options);
      await turns.next();
      return samples;
    },
  });
}
