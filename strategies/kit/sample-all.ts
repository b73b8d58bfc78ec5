import { BudgetExceededError } from "../../src/core/errors.ts";
import type { Sample } from "../../src/core/policy.ts";
import type { Run, SampleSpec } from "../../src/core/run.ts";

/** What was drawn; null where nothing was asked for or the budget had no room. */
export interface Drawn {
  readonly samples: readonly (Sample | null)[];
  /** To be thrown once what was drawn is put to use. */
  readonly refusal: BudgetExceededError | null;
}

/**
 * Asks for one sample of each request, all at the same time and in this order, so that neither draws nor grants depend
 * on timing.
 */
export async function sampleAll(run: Run, specs: readonly (SampleSpec | null)[]): Promise<Drawn> {
  const asked = specs.map((spec) => (spec === null ? [] : run.sample({ ...spec, n: 1 })));
  const settled = await Promise.allSettled(asked);
  let refusal: BudgetExceededError | null = null;
  const samples = settled.map((outcome) => {
    if (outcome.status === "fulfilled") return outcome.value[0] ?? null;
    if (!(outcome.reason instanceof BudgetExceededError)) throw outcome.reason;
    refusal = outcome.reason;
    return null;
  });
  return { samples, refusal };
}
