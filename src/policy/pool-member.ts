import type { Clock } from "../core/clock.ts";
import { ModelCallError } from "../core/errors.ts";
import type { Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { failureKindOf } from "./failed-attempt.ts";

/** A policy that can find out by itself, and for nothing, whether its server answers. */
export interface CheckedPolicy extends Policy {
  readonly healthy?: () => Promise<boolean>;
}

/** How long answers are, learnt from those that came: a running mean. */
export class AnswerLength {
  #mean: number | null = null;

  note(samples: readonly Sample[]): void {
    for (const { completionTokens } of samples) {
      this.#mean = this.#mean === null ? completionTokens : 0.95 * this.#mean + 0.05 * completionTokens;
    }
  }

  of({ maxTokens }: SampleRequest): number {
    return Math.min(maxTokens, this.#mean ?? firstGuessTokens);
  }
}

const firstGuessTokens = 200;
/** Of most tokenizers on English text. */
const charactersPerToken = 4;

/** May another server do better? A connection that cannot be made counts, whatever the retry thinks of it. */
export const passing = (error: unknown): error is ModelCallError =>
  error instanceof ModelCallError && (error.retryable || failureKindOf(error) === "connection");

/** When a server that fails is left alone, and how much work it takes. */
export interface MemberOptions {
  /** How much work each member takes relative to the others. Default: all the same. */
  readonly weights?: readonly number[];
  /** Failures in a row that open a member's circuit. */
  readonly breakAfter: number;
  /** How long it stays open; then the member is checked, by itself where it can, else by one call. */
  readonly coolMs: number;
  readonly clock: Clock;
  /** Hears of every attempt: which member, and whether it failed. */
  readonly onAttempt?: (member: number, failed: boolean) => void;
}

/** One server, with what is known of it. */
export class Member {
  readonly policy: CheckedPolicy;
  readonly index: number;
  readonly weight: number;
  /** Tokens that it is expected to need for what it is at work on. */
  busy = 0;
  /** When it may be tried again; null while the circuit is closed. */
  openUntil: number | null = null;
  lastFailure: ModelCallError | null = null;
  readonly #options: MemberOptions;
  #failures = 0;
  #probing = false;
  #checking: Promise<void> | null = null;
  readonly #answers: AnswerLength;

  constructor(policy: CheckedPolicy, index: number, options: MemberOptions, answers: AnswerLength) {
    this.policy = policy;
    this.index = index;
    this.weight = options.weights?.[index] ?? 1;
    this.#options = options;
    this.#answers = answers;
  }

  get #rested(): boolean {
    return this.openUntil !== null && this.#options.clock.now() >= this.openUntil;
  }

  /** The prompt once and the answers, as far as they can be foreseen. */
  tokensOf(request: SampleRequest): number {
    const { messages, prefix = "", n } = request;
    const characters = messages.reduce((sum, { content }) => sum + content.length, prefix.length);
    return characters / charactersPerToken + n * this.#answers.of(request);
  }

  /** A member that cannot check itself is checked by one call once it has rested. */
  get available(): boolean {
    return this.openUntil === null || (this.policy.healthy === undefined && this.#rested && !this.#probing);
  }

  /** Looks whether a rested member is back, where it can say so; null where there is nothing to wait for. */
  check(): Promise<void> | null {
    const { healthy } = this.policy;
    if (healthy === undefined || (this.#checking === null && !this.#rested)) return null;
    this.#checking ??= healthy()
      .catch(() => false)
      .then((back) => {
        this.#checking = null;
        this.openUntil = back ? null : this.#options.clock.now() + this.#options.coolMs;
        if (back) this.#failures = this.#options.breakAfter - 1; // one more failure, and it rests again
      });
    return this.#checking;
  }

  async sample(request: SampleRequest, options: SampleOptions): Promise<Sample[]> {
    const { onAttempt } = this.#options;
    const probe = this.openUntil !== null;
    if (probe) this.#probing = true;
    const tokens = this.tokensOf(request);
    this.busy += tokens;
    try {
      const samples = await this.policy.sample(request, options);
      onAttempt?.(this.index, false);
      this.#answers.note(samples);
      this.#failures = 0;
      this.openUntil = null;
      return samples;
    } catch (error) {
      if (!options.signal?.aborted) this.#book(error);
      throw error;
    } finally {
      this.busy -= tokens;
      if (probe) this.#probing = false;
    }
  }

  #book(error: unknown): void {
    const { onAttempt, breakAfter, coolMs, clock } = this.#options;
    onAttempt?.(this.index, true);
    if (!passing(error) || error.status === 429) return;
    this.lastFailure = error;
    this.#failures++;
    if (this.#failures >= breakAfter || this.openUntil !== null) this.openUntil = clock.now() + coolMs;
  }
}
