import type { Sample } from "../core/policy.ts";
import {
  addLedgers,
  addUsage,
  emptyLedger,
  type Ledger,
  ledgerOf,
  noUsage,
  type Role,
  type Usage,
} from "../core/usage.ts";

/**
 * Usage of samples that one request gave: the prompt once where it was shared, else once for each.
 */
export function usageOf(samples: readonly Sample[]): Usage {
  const shared = samples.find((sample) => sample.sharedPrompt);
  const paying = samples.filter((sample) => !sample.sharedPrompt);
  const prompts = shared === undefined ? paying : [shared, ...paying];
  return samples.reduce<Usage>((sum, sample) => addUsage(sum, ownUsage(sample)), {
    ...noUsage,
    promptTokens: prompts.reduce((sum, sample) => sum + sample.promptTokens, 0),
    cachedPromptTokens: prompts.reduce((sum, sample) => sum + sample.cachedPromptTokens, 0),
  });
}

const ownUsage = (sample: Sample): Usage => ({
  calls: 1,
  promptTokens: 0,
  cachedPromptTokens: 0,
  completionTokens: sample.completionTokens,
  dollars: sample.dollars,
});

/**
 * The one account of a solve: what was spent as if nothing had been stored (`logical`) and what was really spent (`actual`).
 * Every charge goes through here, and from here to the enclosing account.
 */
export class LedgerBook {
  #logical: Ledger = emptyLedger;
  #actual: Ledger = emptyLedger;
  readonly parent: LedgerBook | null;

  constructor(parent: LedgerBook | null = null) {
    this.parent = parent;
  }

  get logical(): Ledger {
    return this.#logical;
  }

  get actual(): Ledger {
    return this.#actual;
  }

  charge(role: Role, logical: Usage, actual: Usage): void {
    this.#add(ledgerOf(role, logical), ledgerOf(role, actual));
  }

  chargeProgram(): void {
    const run = { ...emptyLedger, sandbox: { runs: 1 } };
    this.#add(run, run);
  }

  #add(logical: Ledger, actual: Ledger): void {
    this.#logical = addLedgers(this.#logical, logical);
    this.#actual = addLedgers(this.#actual, actual);
    if (this.parent !== null) this.parent.#add(logical, actual);
  }
}
