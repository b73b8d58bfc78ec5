import { randomInt } from "node:crypto";
import type { Budget } from "../core/budget.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { RuminateError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { Question } from "../core/question.ts";
import { checkRoles } from "../core/roles.ts";
import { parseOptions, type Strategy } from "../core/strategy.ts";
import type { VerifierMember } from "../core/verifier.ts";
import type { Calibration } from "../learned/calibration.ts";
import { type Assembly, assemble, type SpecPart } from "../setup/setup.ts";
import type { Ask } from "./ask.ts";
import { type Calibrations, calibrationFor } from "./calibrations.ts";
import { callVote } from "./chat/tool-calls.ts";
import type { ServeConfig } from "./config.ts";
import { ApiError, refused } from "./errors.ts";
import type { Caller } from "./keys.ts";
import { targetOf } from "./model-name.ts";
import { type Answering, questionOf } from "./question.ts";
import type { Settings } from "./settings.ts";
import type { Upstream } from "./upstreams.ts";

/** A request made ready: everything is checked and nothing is spent yet. */
export interface Plan extends Assembly {
  readonly ask: Ask;
  readonly question: Question;
  /** What kind of answer is voted on. */
  readonly answer: Answering;
  readonly upstream: Upstream;
  /** Further models by the part they play. */
  readonly models: Readonly<Record<string, Policy>>;
  readonly maxTokens: number;
  /** Alternatives per token that the caller wants, beside what verifiers read; undefined: no log-probabilities. */
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

/** Who asks, as far as their key allows things. */
export type Asking = Pick<Caller, "name" | "config">;

/**
 * What will be done for an ask. What its body says wins over its model's name, which wins over what stands around it:
 * a header, an address.
 * @throws ApiError for what does not exist, is not allowed, or cannot be honoured: nothing is dropped in silence.
 */
export function planOf(ask: Ask, caller: Asking, context: PlanContext, around: Settings = {}): Plan {
  const { config, catalogue } = context;
  const target = targetOf(ask.model, config, catalogue, caller);
  const asked = [around, target.written, ask.ruminate];
  const settings = asked.reduce(merged, target.settings);
  const name = settings.strategy ?? config.bare;
  const strategy = strategyOf(name, catalogue, caller);
  const upstream = upstreamOf(target.upstream, context);
  for (const { verifiers } of asked) checkOffered(verifiers, config, catalogue);
  const assembly = assemble(
    {
      strategy,
      options: withTemperature(strategy, settings.options, ask),
      verifiers: settings.verifiers,
      select: settings.select ?? (votesOnCalls(ask, settings.verifiers) ? callVote() : null),
      stop: settings.stop,
      budget: least(settings.budget, caller.config.budget, { seconds: config.limits.requestSeconds }),
    },
    catalogue,
    inRuminate,
  );
  checkMembers(assembly, caller, target.roles);
  inRuminate("options", () => checkRoles(assembly.roles, Object.keys(target.roles)));
  checkLimits(ask, config);
  inRuminate("verifiers", assembly.verifiers);
  const roles = Object.entries(target.roles).map(([role, model]) => [role, upstreamOf(model, context).policy] as const);
  return {
    ...assembly,
    ask,
    answer: settings.answer ?? "free",
    question: questionOf(ask, settings.answer ?? "free", strategy, assembly.options, upstream),
    upstream,
    models: Object.fromEntries(roles),
    maxTokens: ask.maxTokens ?? config.maxTokens,
    logprobs: logprobsOf(ask, upstream),
    seed: String(ask.ruminate.seed ?? ask.seed ?? (ask.temperature === 0 ? 0 : randomInt(2 ** 31))),
    threshold: settings.threshold ?? null,
    calibration: calibrationFor(ask, around, context.calibrations),
    progress: settings.progress ?? "summary",
  };
}

function upstreamOf(name: string, { upstreams }: PlanContext): Upstream {
  const upstream = upstreams.get(name);
  if (upstream !== undefined) return upstream;
  throw new ApiError({ status: 404, param: "model", message: "The model does not exist here." });
}

/** Calls of tools are voted on where no verifier scores the replies. */
export const votesOnCalls = (
  { tools }: Pick<Ask, "tools">,
  verifiers: { readonly outcome?: unknown; readonly process?: unknown } | undefined,
): boolean => tools && verifiers?.outcome === undefined && verifiers?.process === undefined;

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

function strategyOf(name: string, catalogue: Catalogue, caller: Asking): Strategy {
  const strategy = inRuminate("strategy", () => catalogue.strategies.get(name));
  checkAllowed(name, caller);
  return strategy;
}

function checkAllowed(name: string, caller: Asking): void {
  if (caller.config.strategies?.includes(name) ?? true) return;
  const message = `This key may not use the strategy "${name}".`;
  throw new ApiError({ status: 403, param: "model", code: "strategy_not_allowed", message });
}

/** Strategies inside strategies must be allowed too, and the models that they name must play a part here. */
function checkMembers(
  { strategy, options }: Pick<Assembly, "strategy" | "options">,
  caller: Asking,
  roles: Readonly<Record<string, string>>,
): void {
  for (const member of strategy.members?.(options) ?? []) {
    checkAllowed(member.strategy.name, caller);
    if (member.model !== undefined && !Object.hasOwn(roles, member.model)) {
      throw refused("ruminate.options", `There is no model "${member.model.slice(0, 100)}" beside this one here.`);
    }
    checkMembers(member, caller, roles);
  }
}

/**
 * The given options with the request's temperature. A temperature of 0 asks for a repeatable answer, which the seed
 * gives: the strategy goes on sampling at its own temperature, as votes over equal samples say nothing.
 *
 * @throws ApiError for a temperature that the strategy cannot take.
 */
export function withTemperature(
  strategy: Strategy,
  given: Settings["options"],
  { temperature }: Pick<Ask, "temperature">,
): Settings["options"] {
  const shape = (strategy.options as { readonly shape?: Readonly<Record<string, unknown>> }).shape;
  const takes = shape !== undefined && "temperature" in shape;
  const sets = temperature !== null && temperature > 0 && given?.temperature === undefined;
  if (sets && !takes && temperature !== 1) {
    throw refused("temperature", `${strategy.name} sets its own temperatures. Leave "temperature" out.`);
  }
  return sets && takes ? { ...given, temperature } : given;
}

/** Fields of a request that the parts of a solve stand in. */
const fields = { select: "ruminate", stop: "ruminate" } as Readonly<Partial<Record<SpecPart, string>>>;

/** What does not fit becomes a refusal of the request, with the field in it. */
export function inRuminate<T>(part: SpecPart, make: () => T): T {
  try {
    return make();
  } catch (error) {
    if (error instanceof RuminateError) throw refused(fields[part] ?? `ruminate.${part}`, error.message, error.code);
    throw error;
  }
}

/**
 * Requests may ask only for the verifiers that the configuration offers, also inside others, and may not say where on
 * this machine or its network one reads from; a configured model has its own.
 */
function checkOffered(verifiers: Settings["verifiers"], config: ServeConfig, catalogue: Catalogue): void {
  for (const kind of ["outcome", "process"] as const) {
    const asked = verifiers?.[kind];
    if (asked !== undefined) checkVerifier(asked, kind, config, catalogue);
  }
}

function checkVerifier(
  { name, options }: VerifierMember,
  kind: "outcome" | "process",
  config: ServeConfig,
  catalogue: Catalogue,
): void {
  const field = `ruminate.verifiers.${kind}`;
  if (!config.verifiers.includes(name)) {
    const known = `Requests may ask for: ${config.verifiers.join(", ")}.`;
    throw refused(field, `The verifier "${name.slice(0, 100)}" is not offered here. ${known}`);
  }
  const reaching = Object.keys(options).find((option) => reachingOptions.has(option));
  if (reaching !== undefined) throw refused(field, `"${reaching}" is set where the server is set up, not by requests.`);
  const definition = inRuminate("verifiers", () => catalogue.verifiers.get(name));
  const parsed = inRuminate("verifiers", () => parseOptions(definition, options));
  for (const member of definition.members?.(parsed) ?? []) checkVerifier(member, kind, config, catalogue);
}

/** Options of verifiers that name an address on the server's network, a file or program of its machine, or a key. */
export const reachingOptions: ReadonlySet<string> = new Set([
  "url",
  "tokenizer",
  "reference",
  "path",
  "file",
  "command",
  "files",
  "folders",
  "needs",
  "project",
  "apiKeyEnv",
  "headers",
  "tls",
]);

function checkLimits(ask: Ask, { limits }: ServeConfig): void {
  if (ask.n > limits.choices) throw refused("n", `"n" must be at most ${limits.choices} here, got ${ask.n}.`);
  if ((ask.maxTokens ?? 0) > limits.tokens) {
    throw refused("max_tokens", `"max_tokens" must be at most ${limits.tokens} here, got ${ask.maxTokens}.`);
  }
}

/**
 * The plans of one request together may make no more calls than are allowed for one.
 * @throws ApiError.
 */
export function checkCalls(plans: readonly [Plan, ...Plan[]], { limits }: ServeConfig): void {
  const calls = plans.reduce((sum, { strategy, options, ask }) => {
    const { calls: planned, again = 0 } = strategy.cost(options);
    return sum + (planned + again) * ask.n;
  }, 0);
  if (calls <= limits.calls) return;
  const { name } = plans[0].strategy;
  const where = plans.length === 1 ? "" : ` for ${plans.length} prompts`;
  const message = `${name} with these options may make ${calls} calls${where}; ${limits.calls} are allowed for one request.`;
  throw refused("ruminate.options", message);
}

function logprobsOf(ask: Ask, upstream: Upstream): number | undefined {
  const { logprobs } = upstream.policy.capabilities;
  if (ask.logprobs !== null && (logprobs === null || logprobs.top < ask.logprobs)) {
    const most = logprobs === null ? "no log-probabilities" : `at most ${logprobs.top} alternatives a token`;
    throw refused(ask.logprobs > 0 ? "top_logprobs" : "logprobs", `This upstream gives ${most}.`);
  }
  return ask.logprobs ?? undefined;
}
