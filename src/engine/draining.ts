import type { Candidate } from "../core/candidate.ts";
import { BudgetExceededError } from "../core/errors.ts";
import type { Stopped } from "../core/pick.ts";
import type { EngineRun } from "./context.ts";
import { unlessAborted } from "./halt.ts";
import type { Pool } from "./pool.ts";

/** How a stream of candidates ended. */
export interface End {
  readonly stopped: Stopped;
  readonly reason?: string;
}

/**
 * Takes candidates until the stream, the stopping rule or the budget ends it, and yields each batch once the pool has
 * it. A stream that ended by itself after a failure that the run remembers ends with that failure.
 *
 * @throws the signal's reason when it aborts, and every failure but the budget's.
 */
export async function* drain(
  stream: AsyncGenerator<Candidate | readonly Candidate[]>,
  pool: Pool,
  run: EngineRun,
): AsyncGenerator<readonly Candidate[], End> {
  const { signal, scope, context } = run;
  try {
    for (;;) {
      const next = await unlessAborted(stream.next(), signal);
      if (next.done === true) {
        if (scope.ending.pick !== undefined) await unlessAborted(pool.note(scope.ending.pick), signal);
        if (scope.ending.failure !== null) throw scope.ending.failure.reason;
        return { stopped: "finished" };
      }
      const batch = Array.isArray(next.value) ? (next.value as readonly Candidate[]) : [next.value as Candidate];
      context.judging.add(pool);
      const enough = await unlessAborted(pool.add(batch), signal).finally(() => {
        // After an abort it stays there: what is in hand is not lost.
        if (!signal.aborted) context.judging.delete(pool);
      });
      yield batch;
      if (enough !== null) return { stopped: "enough", reason: enough };
    }
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    return { stopped: "budget", reason: error.message };
  } finally {
    const left = stream.return(undefined).catch(() => {});
    // Not awaited after an abort: a generator that waits for a call in flight ends when the signal cancels that call.
    if (!signal.aborted) await unlessAborted(left, signal).catch(() => {});
  }
}
