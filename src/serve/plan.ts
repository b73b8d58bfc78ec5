import { randomInt } from "node:crypto";
import type { Budget } from "../core/budget.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { RuminateError } from "../core/errors.ts";
import type { Question } from "../core/question.ts";
import { parseOptions, type Selection, type Stopping, type Strategy } from "../core/strategy.ts";
import type { Verifiers } from "../engine/scoring.ts";
import type { Calibration } from "../learned/calibration.ts";
import { selectionOf, stoppingOf, verifiersOf } from "../runs/plan.ts";
import type { VerifiersSpec } from "../runs/schema.ts";
import type { Ask } from "./ask.ts";
import { type Calibrations, calibrationFor } from "./calibrations.ts";
import { callVote } from "./chat/tool-calls.ts";
import type { ServeConfig } from "./config.ts";
import { ApiError, refused } from "./errors.ts";
import type { Caller } from "./keys.ts";
import { targetOf } from "./model-name.ts";
import { questionOf } from "./question.ts";
import type { Settings } from "./settings.ts";
import type { Upstream } from "./upstreams.ts";

/** A request made ready: everything is checked and nothing is spent yet. */
export interface Plan {
  readonly ask: Ask;
  readonly question: Question;
  readonly strategy: Strategy;
  readonly options: unknown;
  readonly upstream: Upstream;
  /** Fresh ones for each solve: some remember what they saw. */
  readonly verifiers: () => Verifiers;
  readonly select: Selection | undefined;
  readonly stop: Stopping | undefined;
  readonly budget: Budget;
  readonly maxTokens: number;
  /** Alternatives per token to ask the upstream for; undefined: no log-probabilities. */
  readonly logprobs: number | undefined;
  readonly seed: string;
  readonly threshold: number | null;
  /** From support to the probability of being right, where one was fitted for just this way of thinking. */
  readonly calibration: Calibration | null;
  readonly progress: "none" | "summary" | "full";
}

export interface PlanContext {
  readonly config: ServeConfig;
  readonly catalogue: Catalogue;
  readonly upstreams: ReadonlyMap<string, Upstream>;
  readonly calibrations: Calibrations;
}

/**
 * What will be done for an ask.
 * @throws ApiError for what does not exist, is not allowed, or cannot be honoured: nothing is dropped in silence.
 */
export function planOf(ask: Ask, caller: Caller, context: PlanContext): Plan {
  const { config, catalogue } = context;
  const target = targetOf(ask.model, config, catalogue, caller);
  const settings = merged(target.settings, ask.ruminate);
  const strategy = strategyOf(settings.strategy ?? config.bare, catalogue, caller);
  const upstream = context.upstreams.get(target.upstream);
  if (upstream === undefined)
    throw new ApiError({ status: 404, param: "model", message: "The model does not exist here." });
  const options = optionsOf(strategy, settings.options, ask);
  const verifiers = settings.verifiers ?? null;
  checkVerifiers(verifiers, ask, context);
  checkLimits(ask, strategy, options, config);
  const question = questionOf(ask, settings.answer ?? "free", strategy, options, upstream);
  const usesVerifiers = verifiers?.outcome !== undefined || verifiers?.process !== undefined;
  const select = selectionOf(settings.select ?? null) ?? (ask.tools && !usesVerifiers ? callVote() : undefined);
  return {
    ask,
    question,
    strategy,
    options,
    upstream,
    verifiers: () => verifiersOf(verifiers, catalogue),
    select,
    stop: inRuminate(() => stoppingOf(settings.stop ?? null)),
    budget: least(settings.budget, caller.config.budget, { seconds: config.limits.requestSeconds }),
    maxTokens: ask.maxTokens ?? config.maxTokens,
    logprobs: logprobsOf(ask, verifiers, upstream, catalogue),
    seed: String(ask.ruminate.seed ?? ask.seed ?? (ask.temperature === 0 ? 0 : randomInt(2 ** 31))),
    threshold: settings.threshold ?? null,
    calibration: calibrationFor(ask, context.calibrations),
    progress: settings.progress ?? "summary",
  };
}

/** The request's settings over the model's. Options go with their strategy; budgets only shrink. */
function merged(model: Settings, request: Settings): Settings {
  const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined)) as Settings;
  const same = given.strategy === undefined || given.strategy === model.strategy;
  const options = { ...(same ? model.options : {}), ...given.options };
  return { ...model, ...given, options, budget: least(model.budget, given.budget) };
}

function least(...budgets: readonly (Budget | undefined)[]): Budget {
  const result: { -readonly [Unit in keyof Budget]: Budget[Unit] } = {};
  for (const unit of ["tokens", "calls", "seconds", "dollars"] as const) {
    const limits = budgets.flatMap((budget) => budget?.[unit] ?? []);
    if (limits.length > 0) result[unit] = Math.min(...limits);
  }
  return result;
}

function strategyOf(name: string, catalogue: Catalogue, caller: Caller): Strategy {
  const strategy = inRuminate(() => catalogue.strategies.get(name), "ruminate.strategy");
  if (caller.config.strategies?.includes(name) ?? true) return strategy;
  const message = `This key may not use the strategy "${name}".`;
  throw new ApiError({ status: 403, param: "model", code: "strategy_not_allowed", message });
}

/**
 * The strategy's options with the request's temperature. A temperature of 0 asks for a repeatable answer, which the seed gives; the
 * strategy goes on sampling at its own temperature, as votes over equal samples say nothing.
 */
export function optionsOf(
  strategy: Strategy,
  given: Settings["options"],
  { temperature }: Pick<Ask, "temperature">,
): unknown {
  const shape = (strategy.options as { readonly shape?: Readonly<Record<string, unknown>> }).shape;
  const takes = shape !== undefined && "temperature" in shape;
  const sets = temperature !== null && temperature > 0 && given?.temperature === undefined;
  if (sets && !takes && temperature !== 1) {
    throw refused("temperature", `${strategy.name} sets its own temperatures. Leave "temperature" out.`);
  }
  const options = { ...given, ...(sets && takes ? { temperature } : {}) };
  return inRuminate(() => parseOptions(strategy, options), "ruminate.options");
}

/** Failures of parsing become refusals of the request, with the path in it. */
function inRuminate<T>(make: () => T, param = "ruminate"): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RuminateError) throw refused(param, error.message, error.code);
    throw error;
  }
}

function checkVerifiers(spec: VerifiersSpec | null, ask: Ask, { config, catalogue }: PlanContext): void {
  if (spec === null) return;
  for (const kind of ["outcome", "process"] as const) {
    const asked = ask.ruminate.verifiers?.[kind]?.name;
    if (asked === undefined || config.verifiers.includes(asked)) continue;
    const known = `Requests may ask for: ${config.verifiers.join(", ")}.`;
    throw refused(`ruminate.verifiers.${kind}`, `The verifier "${asked.slice(0, 100)}" is not offered here. ${known}`);
  }
  inRuminate(() => verifiersOf(spec, catalogue), "ruminate.verifiers");
}

function checkLimits(ask: Ask, strategy: Strategy, options: unknown, { limits }: ServeConfig): void {
  if (ask.n > limits.choices) throw refused("n", `"n" must be at most ${limits.choices} here, got ${ask.n}.`);
  if ((ask.maxTokens ?? 0) > limits.tokens) {
    throw refused("max_tokens", `"max_tokens" must be at most ${limits.tokens} here, got ${ask.maxTokens}.`);
  }
  const calls = strategy.cost(options).calls * ask.n;
  if (calls <= limits.calls) return;
  const message = `${strategy.name} with these options may make ${calls} calls; ${limits.calls} are allowed for one request.`;
  throw refused("ruminate.options", message);
}

function logprobsOf(
  ask: Ask,
  spec: VerifiersSpec | null,
  upstream: Upstream,
  catalogue: Catalogue,
): number | undefined {
  const { logprobs } = upstream.policy.capabilities;
  if (ask.logprobs !== null && (logprobs === null || logprobs.top < ask.logprobs)) {
    const most = logprobs === null ? "no log-probabilities" : `at most ${logprobs.top} alternatives a token`;
    throw refused(ask.logprobs > 0 ? "top_logprobs" : "logprobs", `This upstream gives ${most}.`);
  }
  const needs = [spec?.outcome?.name, spec?.process?.name].flatMap((name) =>
    name === undefined ? [] : (catalogue.verifiers.get(name).needsLogprobs ?? []),
  );
  const all = [...needs, ...(ask.logprobs === null ? [] : [ask.logprobs])];
  return all.length === 0 ? undefined : Math.max(...all);
}
