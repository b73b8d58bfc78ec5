import type { FinishReason, Policy, Sample } from "../core/policy.ts";
import { addLedgers, addUsage, emptyLedger, type Ledger, ledgerOf, noUsage, type Usage } from "../core/usage.ts";
import { arrivedSamples } from "../policy/failed-attempt.ts";
import { usageOf } from "../policy/usage.ts";
import { wrapPolicy } from "../policy/wrap.ts";

/** How a reply ended that did not come to its own end. */
export interface Ending {
  readonly finish: Exclude<FinishReason, "stop">;
  /** What the model said in place of an answer, where it refused in words. */
  readonly refusal?: string;
}

/**
 * What one choice's samples show that its solution does not say: how they ended, as candidates know only whether they
 * are complete; and what they cost, for a solve that fails.
 */
export class Watch {
  readonly #endings = new Map<string, Ending>();
  #spent: Usage = noUsage;

  /** What was billed for samples that arrived, the work of verifiers that are no models left out. */
  get spent(): Ledger {
    return addLedgers(emptyLedger, ledgerOf("policy", this.#spent));
  }

  /** How a reply with this text ended; null where it came to its end. */
  endOf({ text }: { readonly text: string }): Ending | null {
    return this.#endings.get(text) ?? null;
  }

  /** The policy, with its samples looked at. Only those of the model that answers can be replies. */
  over(policy: Policy, answers: boolean): Policy {
    return wrapPolicy(policy, {
      sample: async (request, options) => {
        try {
          const samples = await policy.sample(request, options);
          this.#bill(samples);
          if (answers) this.#note(samples);
          return samples;
        } catch (error) {
          this.#bill(arrivedSamples(error).filter((sample) => sample !== null));
          throw error;
        }
      },
    });
  }

  #bill(samples: readonly Sample[]): void {
    this.#spent = addUsage(this.#spent, usageOf(samples.filter(({ stored }) => stored !== true)));
  }

  /** The first sample with a text stands for it, unless a later one refuses in words. */
  #note(samples: readonly Sample[]): void {
    for (const { text, finish, refusal } of samples) {
      if (finish === "stop") continue;
      if (!this.#endings.has(text) || refusal !== undefined) this.#endings.set(text, { finish, refusal });
    }
  }
}
