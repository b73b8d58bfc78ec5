import type { Clock } from "../core/clock.ts";
import { ModelCallError } from "../core/errors.ts";
import type { Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { FailedAttempt } from "./failed-attempt.ts";
import { wrapPolicy } from "./wrap.ts";

export interface FailoverOptions {
  /** How messages call it. */
  readonly name: string;
  /** Failures in a row that open a member's circuit. */
  readonly breakAfter: number;
  /** How long it stays open; then one call tries whether the member is back. */
  readonly coolMs: number;
  readonly clock: Clock;
  /** Hears of every attempt: which member, and whether it failed. */
  readonly onAttempt?: (member: number, failed: boolean) => void;
}

interface Member {
  readonly policy: Policy;
  readonly index: number;
  failures: number;
  /** When it may be tried again; null while the circuit is closed. */
  openUntil: number | null;
  probing: boolean;
}

/**
 * Several servers of one model as one policy: a call goes to the first whose circuit is closed and, where that fails,
 * to the next. A member that fails `breakAfter` times in a row is left alone for `coolMs`; then one call probes it.
 * While all rest, calls fail at once and say when to try again, which the retry around this waits for.
 *
 * Only failures that another server or another moment may get over count: a request that is refused is refused. A 429
 * goes on to the next member but does not open the circuit.
 */
export function failover(policies: readonly Policy[], options: FailoverOptions): Policy {
  const { clock, name } = options;
  const [first] = policies;
  if (first === undefined) throw new TypeError("failover needs at least one policy");
  const members: Member[] = policies.map((policy, index) => ({
    policy,
    index,
    failures: 0,
    openUntil: null,
    probing: false,
  }));

  const available = (member: Member) =>
    member.openUntil === null || (!member.probing && clock.now() >= member.openUntil);

  const attempt = async (member: Member, request: SampleRequest, callOptions: SampleOptions): Promise<Sample[]> => {
    const probe = member.openUntil !== null;
    if (probe) member.probing = true;
    try {
      const samples = await member.policy.sample(request, callOptions);
      options.onAttempt?.(member.index, false);
      member.failures = 0;
      member.openUntil = null;
      return samples;
    } catch (error) {
      if (!callOptions.signal?.aborted) book(member, error, options);
      throw error;
    } finally {
      if (probe) member.probing = false;
    }
  };

  return wrapPolicy(first, {
    async sample(request, callOptions = {}) {
      let failure: unknown = null;
      for (const member of members) {
        if (!available(member)) continue;
        try {
          return await attempt(member, request, callOptions);
        } catch (error) {
          if (callOptions.signal?.aborted || !passing(error)) throw error;
          failure = error;
        }
      }
      if (failure !== null) throw failure;
      const back = Math.min(...members.map(({ openUntil }) => openUntil ?? 0)) - clock.now();
      throw new FailedAttempt(`upstream "${name}" rests after failures.`, {
        status: 503,
        retryable: true,
        retryAfterMs: Math.max(50, back),
      });
    },
  });
}

/** May another server do better? A connection that cannot be made counts, whatever the retry thinks of it. */
const passing = (error: unknown): boolean =>
  error instanceof ModelCallError &&
  (error.retryable || (error.status === null && /could not be reached/.test(error.message)));

function book(member: Member, error: unknown, { breakAfter, coolMs, clock, onAttempt }: FailoverOptions): void {
  onAttempt?.(member.index, true);
  if (!passing(error)) return;
  if (error instanceof ModelCallError && error.status === 429) return;
  member.failures++;
  if (member.failures >= breakAfter || member.openUntil !== null) member.openUntil = clock.now() + coolMs;
}
