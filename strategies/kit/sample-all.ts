import type { Sample } from "../../src/core/policy.ts";
import type { Run, SampleSpec } from "../../src/core/run.ts";

/** What was drawn together. */
export interface Drawn {
  /** Null where nothing was wanted or the draw failed. */
  readonly samples: readonly (Sample | null)[];
  /** Did a draw fail? Then yield what there is and return; see {@link Run.gather}. */
  readonly over: boolean;
}

/**
 * Draws one sample of each request, all together and in this order, so that neither draws nor grants depend on timing.
 */
export async function sampleAll(run: Run, specs: readonly (SampleSpec | null)[]): Promise<Drawn> {
  const draws = specs.map((spec) => (spec === null ? Promise.resolve([]) : run.sample({ ...spec, n: 1 })));
  const { values, over } = await run.gather(draws);
  return { samples: values.map((drawn) => drawn?.[0] ?? null), over };
}
