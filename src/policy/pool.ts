import { hash } from "node:crypto";
import type { Capabilities, Policy, Sample, SampleOptions, SampleRequest } from "../core/policy.ts";
import { arrivedSamples, FailedAttempt, failureKindOf } from "./failed-attempt.ts";
import { firstOf, Hedging } from "./hedge.ts";
import { AnswerLength, type CheckedPolicy, Member, type MemberOptions, passing } from "./pool-member.ts";
import { wrapPolicy } from "./wrap.ts";

/**
 * Which of several servers is asked: `prefix` the one that has the prompt's beginning in its cache, unless it is much
 * busier than the others; `least-busy`; `order` the first that works.
 */
export const poolChoices = ["prefix", "least-busy", "order"] as const;
export type PoolChoice = (typeof poolChoices)[number];

export interface PoolOptions extends MemberOptions {
  /** How messages call it. */
  readonly name: string;
  /** Default "order". */
  readonly choice?: PoolChoice;
  /**
   * A call that takes longer than this share of calls like it is sent to a second member too, and both are billed.
   * Between 0 and 1; default: never. Streamed calls are sent once: text that was shown stands.
   */
  readonly hedge?: number;
  /** Default: the first policy's. */
  readonly id?: string;
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
  const hedging = options.hedge === undefined ? null : new Hedging(options.hedge);
  const sample = (request: SampleRequest, callOptions: SampleOptions = {}) =>
    sampleFromAny({ ...options, members, hedging }, request, callOptions);
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

interface Pool extends PoolOptions {
  readonly members: readonly Member[];
  readonly hedging: Hedging | null;
}

async function sampleFromAny(pool: Pool, request: SampleRequest, callOptions: SampleOptions): Promise<Sample[]> {
  const { members } = pool;
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
    const next = () => {
      const ready = ranked.filter((member) => !tried.has(member) && member.available);
      const member = pick(ready, tokens, pool.choice ?? "order");
      if (member !== null) tried.add(member);
      return member;
    };
    const member = next();
    if (member === null) break;
    try {
      // Text that was shown stands: another member may write something else.
      return await sampleFrom(member, next, pool, request, shown ? { signal } : watched);
    } catch (error) {
      const arrived = arrivedSamples(error).some((sample) => sample !== null);
      if (signal?.aborted || arrived || !passing(error)) throw error;
      failure = error;
    }
  }
  throw failure ?? resting(members, pool);
}

/** Of this member, or of the next one too where this one is slow and that is asked for. */
async function sampleFrom(
  member: Member,
  next: () => Member | null,
  { hedging, clock }: Pool,
  request: SampleRequest,
  options: SampleOptions,
): Promise<Sample[]> {
  const { signal, onText } = options;
  const started = clock.now();
  const patience = onText === undefined ? (hedging?.patienceFor(request) ?? null) : null;
  const ask = (asked: Member) => (given: SampleOptions) => asked.sample(request, given);
  const other = () => {
    const second = hedging?.take() === true ? next() : null;
    return second && ask(second);
  };
  const samples =
    patience === null
      ? await member.sample(request, options)
      : await firstOf(ask(member), other, { patience, signal, clock });
  hedging?.note(request, clock.now() - started);
  return samples;
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
