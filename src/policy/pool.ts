import { hash } from "node:crypto";
import type { Clock } from "../core/clock.ts";
import { ModelCallError } from "../core/errors.ts";
import type { Capabilities, Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { arrivedSamples, FailedAttempt, failureKindOf } from "./failed-attempt.ts";
import { wrapPolicy } from "./wrap.ts";

/**
 * Which of several servers is asked: `prefix` the one that has the prompt's beginning in its cache, unless it is much
 * busier than the others; `least-busy`; `order` the first that works.
 */
export const poolChoices = ["prefix", "least-busy", "order"] as const;
export type PoolChoice = (typeof poolChoices)[number];

/** A policy that can find out by itself, and for nothing, whether its server answers. */
export interface CheckedPolicy extends Policy {
  readonly healthy?: () => Promise<boolean>;
}

export interface PoolOptions {
  /** How messages call it. */
  readonly name: string;
  /** Default "order". */
  readonly choice?: PoolChoice;
  /** How much work each member takes relative to the others. Default: all the same. */
  readonly weights?: readonly number[];
  /** Default: the first policy's. */
  readonly id?: string;
  /** Failures in a row that open a member's circuit. */
  readonly breakAfter: number;
  /** How long it stays open; then the member is checked, by itself where it can, else by one call. */
  readonly coolMs: number;
  readonly clock: Clock;
  /** Hears of every attempt: which member, and whether it failed. */
  readonly onAttempt?: (member: number, failed: boolean) => void;
}

/**
 * Several servers of one model as one policy. A call that fails goes on to another member; one that fails `breakAfter`
 * times in a row is left alone for `coolMs` and then checked. While all rest, calls fail at once and say when to try
 * again, which the retry around this waits for.
 *
 * Only failures that another server or another moment may get over count: a request that is refused is refused. A 429
 * goes on to the next member but does not open the circuit. What arrived with a failure is paid for: such a failure
 * goes to the retry, which asks for the rest only.
 */
export function poolPolicy(policies: readonly CheckedPolicy[], options: PoolOptions): Policy {
  const [first] = policies;
  if (first === undefined) throw new TypeError("a pool needs at least one policy");
  const answers = new AnswerLength();
  const members = policies.map((policy, index) => new Member(policy, index, options, answers));
  const sample = (request: SampleRequest, callOptions: SampleOptions = {}) =>
    sampleFromAny(members, options, request, callOptions);
  const { id: _, capabilities: __, ...parts } = wrapPolicy(first, { sample });
  return {
    ...parts,
    get id() {
      return options.id ?? first.id;
    },
    get capabilities() {
      return capabilitiesOfAll(policies.map(({ capabilities }) => capabilities));
    },
    dispose: async () => {
      await Promise.allSettled(policies.map((policy) => policy.dispose?.()));
    },
  };
}

/** What every member can do; calls that pay off at a time add up. */
function capabilitiesOfAll(all: readonly Capabilities[]): Capabilities {
  const [first] = all as [Capabilities, ...Capabilities[]];
  return {
    ...first,
    sharedPrompt: all.every(({ sharedPrompt }) => sharedPrompt),
    logprobs: all.every(({ logprobs }) => logprobs !== null) ? first.logprobs : null,
    parallel: all.reduce((sum, { parallel }) => sum + parallel, 0),
  };
}

async function sampleFromAny(
  members: readonly Member[],
  options: PoolOptions,
  request: SampleRequest,
  callOptions: SampleOptions,
): Promise<Sample[]> {
  const { signal, onText } = callOptions;
  const ranked = rankedFor(members, request);
  const tokens = ranked[0]?.tokensOf(request) ?? 0;
  const tried = new Set<Member>();
  let [failure, shown] = [null as unknown, false];
  const watched: SampleOptions = {
    signal,
    onText:
      onText &&
      ((index, text) => {
        shown = true;
        onText(index, text);
      }),
  };
  for (;;) {
    const left = ranked.filter((member) => !tried.has(member));
    await checked(left);
    signal?.throwIfAborted();
    // No waiting from here to the call: what others are about to ask for must count.
    const ready = left.filter((member) => member.available);
    const member = pick(ready, tokens, options.choice ?? "order");
    if (member === null) break;
    tried.add(member);
    try {
      // Text that was shown stands: another member may write something else.
      return await member.sample(request, shown ? { signal } : watched);
    } catch (error) {
      const arrived = arrivedSamples(error).some((sample) => sample !== null);
      if (signal?.aborted || arrived || !passing(error)) throw error;
      failure = error;
    }
  }
  throw failure ?? resting(members, options);
}

/**
 * The members by their lasting rank for this prompt: rendezvous hashing moves few prompts when one leaves, and gives
 * each member prompts by its weight (Schindelhauer and Schomaker 2005, "Weighted distributed hash tables").
 */
function rankedFor(members: readonly Member[], request: SampleRequest): readonly Member[] {
  if (members.length === 1) return members;
  const key = prefixKey(request);
  const ranks = new Map(
    members.map((member) => [member, member.weight / -Math.log(drawn(`${member.policy.id}\n${key}`))]),
  );
  return [...members].sort((a, b) => (ranks.get(b) ?? 0) - (ranks.get(a) ?? 0));
}

/** Between 0 and 1, both left out, by the hash of a text. */
const drawn = (text: string): number => (Number.parseInt(hash("sha256", text, "hex").slice(0, 12), 16) + 0.5) / 2 ** 48;

/** What all calls about one question begin with: its conversation up to the first turn of the user. */
function prefixKey({ messages }: SampleRequest): string {
  const first = messages.findIndex(({ role }) => role === "user");
  return JSON.stringify(messages.slice(0, first + 1).map(({ role, content }) => [role, content]));
}

/** Has rested members checked; waits for that only where no other may be asked. */
async function checked(members: readonly Member[]): Promise<void> {
  const checks = members.flatMap((member) => member.check() ?? []);
  if (checks.length > 0 && !members.some((member) => member.available)) await Promise.all(checks);
}

/**
 * A member takes at most this much more than its share before a prompt goes to one that does not know it (consistent
 * hashing with bounded loads: Mirrokni, Thorup and Zadimoghaddam 2018, arXiv:1608.01350).
 */
const MOST_OVER_SHARE = 1.25;

/** `tokens`: what the call is expected to take. */
function pick(ready: readonly Member[], tokens: number, choice: PoolChoice): Member | null {
  if (choice === "order") return ready.reduce<Member | null>((a, b) => (a !== null && a.index < b.index ? a : b), null);
  const [best] = ready;
  if (best === undefined) return null;
  const least = ready.reduce((a, b) => (b.busy / b.weight < a.busy / a.weight ? b : a));
  if (choice === "least-busy") return least;
  const all = ready.reduce((sum, { busy }) => sum + busy, tokens);
  const weights = ready.reduce((sum, { weight }) => sum + weight, 0);
  const most = ({ weight }: Member) => (MOST_OVER_SHARE * all * weight) / weights;
  return ready.find((member) => member.busy + tokens <= most(member) || member.busy === 0) ?? least;
}

/** How long answers are, learnt from those that came: a running mean. */
class AnswerLength {
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
const passing = (error: unknown): error is ModelCallError =>
  error instanceof ModelCallError && (error.retryable || failureKindOf(error) === "connection");

function resting(members: readonly Member[], { name, clock }: PoolOptions): FailedAttempt {
  const back = Math.min(...members.map(({ openUntil }) => openUntil ?? 0)) - clock.now();
  const why = members.map(({ lastFailure }) => lastFailure).find((failure) => failure !== null);
  return new FailedAttempt(`all servers of "${name}" rest after failures${why ? `: ${why.message}` : "."}`, {
    status: 503,
    kind: why ? failureKindOf(why) : "server",
    retryable: true,
    retryAfterMs: Math.max(50, back),
  });
}

/** One server, with what is known of it. */
class Member {
  readonly policy: CheckedPolicy;
  readonly index: number;
  readonly weight: number;
  /** Tokens that it is expected to need for what it is at work on. */
  busy = 0;
  /** When it may be tried again; null while the circuit is closed. */
  openUntil: number | null = null;
  lastFailure: ModelCallError | null = null;
  readonly #options: PoolOptions;
  #failures = 0;
  #probing = false;
  #checking: Promise<void> | null = null;
  readonly #answers: AnswerLength;

  constructor(policy: CheckedPolicy, index: number, options: PoolOptions, answers: AnswerLength) {
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
