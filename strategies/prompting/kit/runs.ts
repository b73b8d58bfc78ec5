import type { Run } from "../../../src/core/run.ts";

/** What came of several pieces of work begun together. */
export interface Gathered<T> {
  /** Results of those that finished, in the order of the work. */
  readonly done: readonly T[];
  /** The first failure in the order of the work; rethrow it when what is done has been offered. */
  readonly failed: { readonly reason: unknown } | null;
}

/** Waits for all of the work, so that what finished is not lost where the budget ran out for a part of it. */
export async function gather<T>(work: readonly Promise<T>[]): Promise<Gathered<T>> {
  const ends = await Promise.allSettled(work);
  const failure = ends.find((end) => end.status === "rejected");
  return {
    done: ends.flatMap((end) => (end.status === "fulfilled" ? [end.value] : [])),
    failed: failure === undefined ? null : { reason: failure.reason },
  };
}

/**
 * Walks several streams in step: each round takes the next value of every stream that still goes on, in parallel, and yields them in the order of
 * the streams, whichever came first. A stream that fails ends the walk once the values of its round are yielded.
 */
export async function* inStep<T>(streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T> {
  let going = [...streams];
  try {
    while (going.length > 0) {
      const work = going.map(async (stream) => ({ stream, next: await stream.next() }));
      const { done, failed } = await gather(work);
      for (const { next } of done) if (next.done !== true) yield next.value;
      if (failed !== null) throw failed.reason;
      going = done.flatMap(({ stream, next }) => (next.done === true ? [] : [stream]));
    }
  } finally {
    for (const stream of going) stream.return(undefined).catch(() => {}); // nobody is left to hear of it
  }
}

/**
 * `n` runs of one loop: all in step where nothing limits them; one after another under a budget, so that the first ends before it is spent on the beginnings of
 * all; and no more at a time than a stopping rule wants to see.
 */
export async function* repeated<T>(run: Run, n: number, loop: (index: number) => AsyncGenerator<T>): AsyncGenerator<T> {
  for (let from = 0; from < n; ) {
    const limited = Object.values(run.budget.remaining()).some((left) => Number.isFinite(left));
    const count = limited ? 1 : run.batch(n - from);
    const first = from;
    yield* inStep(Array.from({ length: count }, (_, i) => loop(first + i)));
    from += count;
  }
}
