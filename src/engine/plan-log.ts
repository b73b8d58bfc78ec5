import type { Spent } from "../core/budget.ts";

interface Entry {
  readonly order: number;
  readonly act: () => void;
}

/**
 * What one plan of a pipelined walk charges and reports. Several plans run at a time, so each keeps its charges and
 * events back until the plan is absorbed: they follow one another in the order of planning, whatever came back first.
 */
export class PlanLog {
  readonly #entries: Entry[] = [];
  #kept = true;
  #most: Spent = { tokens: 0, calls: 0, dollars: 0 };

  /** Acts when the plan is absorbed, in this place; at once where it has been. Of equal places the first goes first. */
  later(order: number, act: () => void): void {
    if (this.#kept) this.#entries.push({ order, act });
    else act();
  }

  flush(): void {
    this.#kept = false;
    for (const { act } of this.#entries.splice(0).sort((a, b) => a.order - b.order)) act();
  }

  /** Counts what a call may cost at most, or did cost where that could not be said before. */
  count({ tokens, calls, dollars }: Spent): void {
    const most = this.#most;
    this.#most = { tokens: most.tokens + tokens, calls: most.calls + calls, dollars: most.dollars + dollars };
  }

  /** What all its calls may have cost at most. */
  get most(): Spent {
    return this.#most;
  }
}
