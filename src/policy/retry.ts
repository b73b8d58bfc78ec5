import { type Clock, systemClock } from "../core/clock.ts";
import { ModelCallError } from "../core/errors.ts";
import type { Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { Random } from "../core/random.ts";
import { arrivedSamples, asMany, FailedAttempt } from "./failed-attempt.ts";
import { optionsFor, requestFor, wrapPolicy } from "./wrap.ts";

export interface RetryOptions {
  /** Attempts in all, the first one included. Default 8. */
  readonly attempts?: number;
  /** Wait before the second attempt; doubles from one to the next. Default 500. */
  readonly baseMs?: number;
  /** The longest wait of our own choosing. Default 30 000. */
  readonly capMs?: number;
  /** The longest wait that a server may ask for with Retry-After. Default 60 000. */
  readonly retryAfterCapMs?: number;
  readonly clock?: Clock;
  /**
   * Where the jitter comes from: forked by the request's first seed and the attempt, so it depends on neither time
   * nor order.
   */
  readonly random?: Random;
}

type Settings = Required<RetryOptions>;

/**
 * Tries a failed call again: 429, 5xx, resets, timeouts, truncated and malformed bodies, which is what policies mark
 * `retryable`. It waits as long as the server asks, else exponentially longer with jitter in [1/2, 1). Samples that
 * arrived with a failed attempt are kept and only the others are asked for again. Other failures pass at once; an
 * abort is never retried and rejects at once, also while waiting.
 *
 * Once an attempt has shown text through `onText`, later attempts show none: they may write something else.
 * @throws ModelCallError with the number of attempts made, and with the samples that did arrive.
 */
export function retry(policy: Policy, options: RetryOptions = {}): Policy {
  const settings = settingsOf(options);
  return wrapPolicy(policy, {
    sample: (request, callOptions) => sampleUntilThere(policy, request, callOptions ?? {}, settings),
    embed: (texts, callOptions) => embedUntilThere(policy, texts, callOptions ?? {}, settings),
  });
}

function settingsOf(options: RetryOptions): Settings {
  return {
    attempts: options.attempts ?? 8,
    baseMs: options.baseMs ?? 500,
    capMs: options.capMs ?? 30_000,
    retryAfterCapMs: options.retryAfterCapMs ?? 60_000,
    clock: options.clock ?? systemClock,
    random: options.random ?? new Random("retry"),
  };
}

/** The same for any request that fails with a ModelCallError; `key` names it, so that its jitter is its own. */
export function retryCall<T>(
  attempt: () => Promise<T>,
  key: string,
  options: RetryOptions = {},
  signal?: AbortSignal,
): Promise<T> {
  return untilDone(settingsOf(options), key, signal, attempt);
}

async function sampleUntilThere(
  policy: Policy,
  request: SampleRequest,
  options: SampleOptions,
  settings: Settings,
): Promise<Sample[]> {
  const have: (Sample | null)[] = Array.from({ length: request.n }, () => null);
  let shown = false;
  const { signal, onText } = options;
  const watched: SampleOptions = {
    signal,
    onText:
      onText &&
      ((index, text) => {
        shown = true;
        onText(index, text);
      }),
  };
  return untilDone(settings, request.seeds[0] ?? 0, signal, async (attempt) => {
    const missing = have.flatMap((sample, index) => (sample === null ? [index] : []));
    const take = (samples: readonly (Sample | null)[]) => {
      for (const [place, index] of missing.entries()) have[index] = samples[place] ?? null;
    };
    try {
      const given = attempt > 1 && shown ? { signal } : optionsFor(watched, missing);
      const asked = attempt === 1 ? request : requestFor(request, missing);
      take(asMany(await policy.sample(asked, given), missing.length, policy.id));
    } catch (error) {
      take(arrivedSamples(error));
      throw withSamples(error, have);
    }
    return have as Sample[];
  });
}

function embedUntilThere(policy: Policy, texts: readonly string[], options: SampleOptions, settings: Settings) {
  const embed = policy.embed?.bind(policy);
  if (embed === undefined) throw new TypeError(`${policy.id} does not embed`);
  return untilDone(settings, texts[0] ?? "", options.signal, () => embed(texts, options));
}

/** Runs `attempt` until it resolves, fails for good or has used up its attempts. */
async function untilDone<T>(
  settings: Settings,
  key: string | number,
  signal: AbortSignal | undefined,
  attempt: (count: number) => Promise<T>,
): Promise<T> {
  for (let count = 1; ; count++) {
    signal?.throwIfAborted();
    try {
      return await attempt(count);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof ModelCallError)) throw error;
      if (!error.retryable || count >= settings.attempts) throw finalError(error, count);
      await settings.clock.sleep(waitOf(error, count, key, settings), signal);
    }
  }
}

function waitOf(error: ModelCallError, count: number, key: string | number, settings: Settings): number {
  const asked = error instanceof FailedAttempt ? error.retryAfterMs : null;
  if (asked !== null) return Math.min(asked, settings.retryAfterCapMs);
  const longest = Math.min(settings.capMs, settings.baseMs * 2 ** (count - 1));
  return longest * (0.5 + 0.5 * settings.random.fork("wait", key, count).uniform());
}

function withSamples(error: unknown, samples: readonly (Sample | null)[]): unknown {
  if (!(error instanceof ModelCallError) || samples.every((sample) => sample === null)) return error;
  const { message, status, kind, retryable, attempts, cause } = error;
  const retryAfterMs = error instanceof FailedAttempt ? error.retryAfterMs : null;
  return new FailedAttempt(message, { status, kind, retryable, attempts, cause, samples, retryAfterMs });
}

function finalError(error: ModelCallError, attempts: number): ModelCallError {
  const { status, kind, retryable } = error;
  const message = attempts === 1 ? error.message : `${error.message} (${attempts} attempts)`;
  const samples = arrivedSamples(error);
  return new FailedAttempt(message, { status, kind, retryable, attempts, cause: error, samples });
}
