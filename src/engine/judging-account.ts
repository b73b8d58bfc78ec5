import type { BudgetScope, Spent } from "../core/budget.ts";
import { nothing, sum } from "./costs.ts";

/** Room that is kept for judging while samples are drawn: `share` is for each sample, null where nothing is judged. */
export interface JudgingRoom {
  share: Spent | null;
}

/** Charges of one batch of judgements: collected while its reservation is open, else booked as they come. */
export class JudgingAccount {
  readonly #budget: BudgetScope;
  #collected: Spent | null = null;
  /** Tokens charged so far. */
  tokens = 0;

  constructor(budget: BudgetScope) {
    this.#budget = budget;
  }

  spend(spent: Spent): void {
    this.tokens += spent.tokens;
    if (this.#collected === null) this.#budget.spend(spent);
    else this.#collected = sum(this.#collected, spent);
  }

  /**
   * Reserves room for judgements of these sizes in tokens, for as many of the first as there is room for. What is
   * charged until `settle` takes that room.
   * @throws BudgetExceededError when there is none for the first.
   */
  async reserve(sizes: readonly number[]): Promise<{ readonly n: number; settle(): void }> {
    let read = 0;
    const upTo = sizes.map((size) => {
      read += size;
      return read;
    });
    const grant = await this.#budget.reserve({
      n: sizes.length,
      maxTokens: 0,
      usesHeld: true,
      worst: (n) => ({ tokens: upTo[n - 1] ?? 0, calls: n, dollars: 0 }),
    });
    this.#collected = nothing;
    return {
      n: grant.n,
      settle: () => {
        grant.settle(this.#collected ?? nothing);
        this.#collected = null;
      },
    };
  }
}
