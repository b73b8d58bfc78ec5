import type { Budget, BudgetScope } from "../core/budget.ts";
import type { ScoredCandidate } from "../core/candidate.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import type { TokenLogprob, ToolCall } from "../core/policy.ts";
import type { Solution } from "../core/solution.ts";
import type { Ledger } from "../core/usage.ts";
import { solve } from "../engine/solve.ts";
import { solveSetup } from "../setup/setup.ts";
import { lookedAt } from "./chat/format.ts";
import type { ApiError } from "./errors.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import { nothing } from "./nothing.ts";
import type { Plan } from "./plan.ts";
import { isPriced } from "./prices.ts";
import { Watch } from "./watched.ts";

/** One reply of the server: the picked candidate's whole text, with why it was picked and what all of it cost. */
export interface Reply {
  readonly content: string;
  readonly toolCalls: readonly ToolCall[];
  /** `content_filter`: a filter, or the model without a word, withheld the rest. */
  readonly finish: "stop" | "length" | "tool_calls" | "content_filter";
  /** What the model said in place of an answer, where it refused in words. */
  readonly refusal: string | null;
  /** Why there is no reply for this choice, where there is one for another. */
  readonly failure: ApiError | null;
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly evidence: Evidence;
  readonly usage: Solution["usage"];
  /** Is the price known of every model that was asked? Without it dollars are not 0 but unknown. */
  readonly priced: boolean;
  /** Completion tokens of the delivered text itself; all others were spent on thinking. */
  readonly tokens: number;
}

export interface ThinkContext {
  readonly sandbox: Sandbox | null;
  readonly clock: Clock;
  /** The caller's budget of one request, inside that of the day, where there are such. All choices draw on it. */
  readonly within: BudgetScope | null;
  /** Ends the work; what is there by then is returned. */
  readonly signal: AbortSignal;
  readonly onEvent?: (choice: number, event: RunEvent) => void;
  /** Hears once of each choice what was billed for it, of one that fails as far as it is known. */
  readonly onSpent?: (ledger: Ledger) => void;
}

/**
 * The part of a request's budget that one of `n` solves may use. Equal parts: what a choice may spend must not depend
 * on which of them is faster. Seconds pass for all at once.
 */
function shareOf({ tokens, calls, dollars, seconds }: Budget, n: number): Budget {
  return {
    ...(tokens !== undefined && { tokens: Math.floor(tokens / n) }),
    ...(calls !== undefined && { calls: Math.floor(calls / n) }),
    ...(dollars !== undefined && { dollars: dollars / n }),
    ...(seconds !== undefined && { seconds }),
  };
}

/**
 * Carries out the plans of one request, which differ in their prompts alone: one solve for each choice of each, all at
 * once, each with a seed of its own and its share of the request's budget. Beyond that budget nothing is spent, however
 * many choices there are. A choice that comes to nothing stands beside the others with its reason: those are paid for.
 *
 * @throws ApiError when no choice has anything to return; ModelCallError when the upstream cannot be had.
 */
export async function think(plans: readonly [Plan, ...Plan[]], context: ThinkContext): Promise<readonly Reply[]> {
  const halt = new AbortController();
  const stop = () => halt.abort(context.signal.reason);
  if (context.signal.aborted) stop();
  context.signal.addEventListener("abort", stop, { once: true });
  const solves = plans.flatMap((plan) => Array.from({ length: plan.ask.n }, (_, choice) => ({ plan, choice })));
  const budget = shareOf(plans[0].budget, solves.length);
  try {
    const inside = { ...context, signal: halt.signal };
    let broken: { readonly by: unknown } | null = null;
    const chosen = await Promise.allSettled(
      solves.map(({ plan, choice }, place) =>
        choose({ ...plan, budget }, choice, place, inside).catch((error: unknown) => {
          broken ??= { by: error };
          halt.abort(error); // the other choices are not wanted any more
          throw error;
        }),
      ),
    );
    if (broken !== null) throw (broken as { readonly by: unknown }).by;
    const replies = chosen.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
    if (replies.every(({ failure }) => failure !== null)) throw replies[0]?.failure;
    return replies;
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}

/** One choice of a plan; `place` is its place among all choices of the request. */
async function choose(plan: Plan, choice: number, place: number, context: ThinkContext): Promise<Reply> {
  const { onEvent, within, clock, signal } = context;
  const { policy } = plan.upstream;
  const watch = new Watch();
  const setup = solveSetup(plan, {
    policy: watch.over(plan.ask.format === null ? policy : lookedAt(policy, plan.ask.format), true),
    models: Object.fromEntries(Object.entries(plan.models).map(([role, model]) => [role, watch.over(model, false)])),
    sandbox: context.sandbox ?? undefined,
    within: within ?? undefined,
    seed: choice === 0 ? plan.seed : `${plan.seed}#${choice}`,
    maxTokens: plan.maxTokens,
    logprobs: plan.logprobs,
    clock,
    signal,
    onAbort: "return",
    onEvent: onEvent && ((event) => onEvent(place, event)),
  });
  const solution = await solve(plan.question, setup).catch((error: unknown) => {
    context.onSpent?.(watch.spent);
    throw error;
  });
  context.onSpent?.(solution.usage.actual);
  const picked = delivered(solution, plan, watch);
  if (picked === null) return without(nothing(solution, plan, context), solution, plan);
  return replyOf(picked, solution, plan, watch);
}

/**
 * The candidate whose text is delivered: the picked one; where no answer could be read (free talk) the best scored,
 * else the first that is complete. Where a format is asked for only a candidate that satisfies it, or else one that
 * refuses in words. Calls of tools that could not be read are never delivered: of a reply that was cut its text is.
 */
function delivered({ pick, candidates }: Solution, { ask }: Plan, watch: Watch): ScoredCandidate | null {
  const picked = pick === null ? undefined : candidates[pick.index];
  if (picked !== undefined && (picked.answer !== null || !picked.toolCalls?.length)) return picked;
  if (ask.format?.ofCalls === true) return null;
  if (ask.format !== null) return candidates.find((one) => watch.endOf(one)?.refusal !== undefined) ?? null;
  const usable = candidates.flatMap(withoutBrokenCalls);
  const complete = usable.filter((candidate) => candidate.complete);
  const pool = complete.length > 0 ? complete : usable;
  const scoreOf = (candidate: ScoredCandidate) => candidate.score?.value ?? -1;
  return pool.reduce<ScoredCandidate | null>(
    (best, candidate) => (best === null || scoreOf(candidate) > scoreOf(best) ? candidate : best),
    null,
  );
}

function withoutBrokenCalls(candidate: ScoredCandidate): ScoredCandidate[] {
  if ((candidate.toolCalls ?? []).length === 0) return [candidate];
  return candidate.complete ? [] : [{ ...candidate, toolCalls: [] }];
}

function replyOf(picked: ScoredCandidate, solution: Solution, plan: Plan, watch: Watch): Reply {
  const { toolCalls = [], logprobs, trajectory } = picked;
  const top = plan.ask.logprobs;
  return {
    content: contentOf(picked),
    toolCalls,
    ...endOf(picked, watch),
    failure: null,
    logprobs: top === null || logprobs === undefined ? null : logprobs.map((token) => shortened(token, top)),
    evidence: evidenceOf(solution, plan),
    usage: solution.usage,
    priced: isPriced(plan),
    tokens: trajectory.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0),
  };
}

/** What stands for a choice that came to nothing. */
function without(failure: ApiError, solution: Solution, plan: Plan): Reply {
  return {
    content: "",
    toolCalls: [],
    finish: "stop",
    refusal: null,
    failure,
    logprobs: null,
    evidence: { ...evidenceOf(solution, plan), failure: failure.message },
    usage: solution.usage,
    priced: isPriced(plan),
    tokens: 0,
  };
}

/** How the reply ends, as clients are told. A reply of which nobody knows why it ended was not cut by a limit. */
function endOf(picked: ScoredCandidate, watch: Watch): Pick<Reply, "finish" | "refusal"> {
  const { toolCalls = [], complete } = picked;
  if (toolCalls.length > 0) return { finish: "tool_calls", refusal: null };
  if (complete) return { finish: "stop", refusal: null };
  const { finish, refusal = null } = watch.endOf(picked) ?? { finish: "length" };
  if (finish === "length") return { finish, refusal };
  return { finish: finish === "refused" && refusal === null ? "content_filter" : "stop", refusal };
}

/** A program's answer stands nowhere in its text: it is said after it. */
function contentOf({ text, answer, execution }: ScoredCandidate): string {
  if (execution === undefined || answer === null) return text;
  return `${text.trimEnd()}\n\nThe answer is ${answer.text}.`;
}

const shortened = (token: TokenLogprob, top: number): TokenLogprob =>
  token.top === undefined ? token : { ...token, top: token.top.slice(0, top) };
