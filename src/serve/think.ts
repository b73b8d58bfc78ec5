import type { Budget, BudgetScope } from "../core/budget.ts";
import type { ScoredCandidate } from "../core/candidate.ts";
import type { Clock } from "../core/clock.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import type { TokenLogprob, ToolCall } from "../core/policy.ts";
import type { Solution } from "../core/solution.ts";
import { solve } from "../engine/solve.ts";
import { solveSetup } from "../setup/setup.ts";
import { lookedAt } from "./chat/format.ts";
import { ApiError, overBudget } from "./errors.ts";
import { type Evidence, evidenceOf } from "./evidence.ts";
import type { Plan } from "./plan.ts";

/** One reply of the server: the picked candidate's whole text, with why it was picked and what all of it cost. */
export interface Reply {
  readonly content: string;
  readonly toolCalls: readonly ToolCall[];
  readonly finish: "stop" | "length" | "tool_calls";
  readonly logprobs: readonly TokenLogprob[] | null;
  readonly evidence: Evidence;
  readonly usage: Solution["usage"];
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
 * many choices there are.
 *
 * @throws ApiError when there is nothing to return; ModelCallError when the upstream cannot be had.
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
    return await Promise.all(
      solves.map(({ plan, choice }, place) => choose({ ...plan, budget }, choice, place, inside)),
    );
  } catch (error) {
    halt.abort(error); // the other choices are not wanted any more
    throw error;
  } finally {
    context.signal.removeEventListener("abort", stop);
  }
}

/** One choice of a plan; `place` is its place among all choices of the request. */
async function choose(plan: Plan, choice: number, place: number, context: ThinkContext): Promise<Reply> {
  const { onEvent, within, clock, signal } = context;
  const setup = solveSetup(plan, {
    policy: plan.ask.format === null ? plan.upstream.policy : lookedAt(plan.upstream.policy, plan.ask.format),
    models: plan.models,
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
  const solution = await solve(plan.question, setup);
  const picked = delivered(solution, plan);
  if (picked === null) throw nothing(solution, plan, context);
  return replyOf(picked, solution, plan);
}

/**
 * The candidate whose text is delivered: the picked one; where no answer could be read (free talk) the best scored,
 * else the first that is complete. Where a format is asked for only a candidate that satisfies it. Calls of tools that
 * could not be read are never delivered: of a reply that was cut its text is.
 */
function delivered({ pick, candidates }: Solution, { ask }: Plan): ScoredCandidate | null {
  const picked = pick === null ? undefined : candidates[pick.index];
  if (picked !== undefined && (picked.answer !== null || !picked.toolCalls?.length)) return picked;
  if (ask.format !== null) return null;
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

function replyOf(picked: ScoredCandidate, solution: Solution, plan: Plan): Reply {
  const { toolCalls = [], logprobs, complete, trajectory } = picked;
  const top = plan.ask.logprobs;
  return {
    content: contentOf(picked),
    toolCalls,
    finish: toolCalls.length > 0 ? "tool_calls" : complete ? "stop" : "length",
    logprobs: top === null || logprobs === undefined ? null : logprobs.map((token) => shortened(token, top)),
    evidence: evidenceOf(solution, plan),
    usage: solution.usage,
    tokens: trajectory.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0),
  };
}

/** A program's answer stands nowhere in its text: it is said after it. */
function contentOf({ text, answer, execution }: ScoredCandidate): string {
  if (execution === undefined || answer === null) return text;
  return `${text.trimEnd()}\n\nThe answer is ${answer.text}.`;
}

const shortened = (token: TokenLogprob, top: number): TokenLogprob =>
  token.top === undefined ? token : { ...token, top: token.top.slice(0, top) };

/** Why there is nothing to return. */
function nothing(solution: Solution, { ask, budget }: Plan, { within }: ThinkContext): ApiError {
  const { stopped, stopReason = "", candidates } = solution;
  if (stopped === "time") {
    const message = `No reply was complete within ${budget.seconds} s.`;
    return new ApiError({ status: 504, type: "timeout_error", code: "timeout", message });
  }
  if (stopped === "aborted")
    return new ApiError({ status: 503, retryAfterSeconds: 5, message: "The server is shutting down." });
  if (stopped === "budget" && candidates.length === 0) {
    const reason = stopReason.replace(/ Raise .*$/, "");
    const day = within?.parent ?? null;
    if (day !== null && stopReason.includes(day.name))
      return overBudget(`The budget of this key is used up for today. ${reason}`);
    return new ApiError({
      status: 400,
      code: "budget_exceeded",
      message: `The budget has no room for one reply. ${reason}`,
    });
  }
  const why = noReply(ask.format === null, candidates);
  return new ApiError({ status: 422, type: "no_reply", code: "no_valid_reply", message: why });
}

function noReply(free: boolean, candidates: readonly ScoredCandidate[]): string {
  const of = `None of ${candidates.length} replies`;
  if (!free) return `${of} satisfies the response format. Allow more candidates or more tokens.`;
  const called = candidates.some(({ toolCalls = [] }) => toolCalls.length > 0);
  return called ? `${of} calls a function that was offered with arguments in JSON.` : "No reply was completed.";
}
