/** What ends a solve early: its time, or its caller. */
export interface Halt {
  readonly signal: AbortSignal;
  /** Did the time end it, rather than the caller? */
  timeIsUp(): boolean;
  /** The solve is over: whatever is still in work ends, and nothing is listened to any more. */
  end(): void;
}

/** What a timer holds: 24 days. */
const longestTimer = 2 ** 31 - 1;

/** By listeners of its own: AbortSignal.any is expensive where solves are many and short. */
export function startHalt(seconds: number | undefined, outer: AbortSignal | undefined): Halt {
  const halt = new AbortController();
  let late = false;
  const follow = () => halt.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener("abort", follow, { once: true });
  const strike = () => {
    late = !halt.signal.aborted;
    halt.abort(new Error(`time limit of ${seconds} s`));
  };
  const timer = seconds === undefined ? undefined : setTimeout(strike, Math.min(seconds * 1000, longestTimer));
  return {
    signal: halt.signal,
    timeIsUp: () => late,
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
      halt.abort(new Error("the solve has ended"));
    },
  };
}

/** The promise's value, or the signal's reason as soon as it aborts. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}
