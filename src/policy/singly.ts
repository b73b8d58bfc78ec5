import { ModelCallError } from "../core/errors.ts";
import type { Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { FailedAttempt } from "./failed-attempt.ts";
import { optionsFor, requestFor } from "./wrap.ts";

/** Asks for one sample, the one at `index` of the whole request. */
type Ask = (request: SampleRequest, options: SampleOptions, index: number) => Promise<readonly Sample[]>;

/**
 * Asks for the samples of a request one by one, all at the same time. `have` holds those that are there already. When
 * some fail, the others are waited for and travel with the error, so that nothing paid for is lost.
 * @throws FailedAttempt for the first failure of a model call that cannot be retried, else the first at all; the
 * signal's reason.
 */
export async function sampleSingly(
  request: SampleRequest,
  options: SampleOptions | undefined,
  ask: Ask,
  have: readonly (Sample | undefined)[] = [],
): Promise<Sample[]> {
  const outcomes = await Promise.allSettled(
    Array.from({ length: request.n }, async (_, index) => {
      const ready = have[index];
      if (ready !== undefined) return ready;
      const [sample] = await ask(requestFor(request, [index]), optionsFor(options, [index]), index);
      return sample as Sample;
    }),
  );
  const failures = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason as unknown] : []));
  if (failures.length === 0)
    return outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  options?.signal?.throwIfAborted();
  const samples = outcomes.map((outcome) => (outcome.status === "fulfilled" ? outcome.value : null));
  throw failureWith(samples, failures);
}

/** The failure of a call whose parts failed, with the samples that arrived; what is no model's failure, as it is. */
export function failureWith(samples: readonly (Sample | null)[], failures: readonly unknown[]): unknown {
  const foreign = failures.find((failure) => !(failure instanceof ModelCallError));
  if (foreign !== undefined) return foreign;
  const calls = failures.filter((failure) => failure instanceof ModelCallError);
  const worst = calls.find((failure) => !failure.retryable) ?? calls[0];
  const waits = calls.flatMap((call) => (call instanceof FailedAttempt ? [call.retryAfterMs ?? 0] : []));
  const retryAfterMs = Math.max(0, ...waits);
  return new FailedAttempt(worst?.message ?? "The call failed.", {
    status: worst?.status ?? null,
    kind: worst?.kind ?? null,
    retryable: worst?.retryable ?? false,
    attempts: Math.max(...calls.map((call) => call.attempts)),
    cause: worst?.cause,
    samples,
    retryAfterMs: retryAfterMs > 0 ? retryAfterMs : null,
  });
}
