import { randomInt } from "node:crypto";
import { builtins } from "../builtins.ts";
import type { Budget } from "../core/budget.ts";
import type { Catalogue } from "../core/catalogue.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Selection, Stopping, Strategy } from "../core/strategy.ts";
import type { Verifiers } from "../engine/scoring.ts";
import type { Ask } from "../serve/ask.ts";
import { callVote } from "../serve/chat/tool-calls.ts";
import { type Plan, votesOnCalls, withTemperature } from "../serve/plan.ts";
import { questionOf } from "../serve/question.ts";
import type { answerKinds, RuminateField } from "../serve/settings.ts";
import { type Reply, think } from "../serve/think.ts";
import { type Assembly, assemble, checkNeeds } from "../setup/setup.ts";
import type { StopSpec, VerifiersInput } from "../setup/specs.ts";

/** How hard to think, for chat models that live in the caller's own process. */
export interface ThinkerSetup {
  readonly policy: Policy;
  /** Options of the strategy. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** By value, or by name as experiment files have them: `{ outcome: "self-certainty" }`. */
  readonly verifiers?: Verifiers | VerifiersInput;
  /** A rule, or its name. */
  readonly select?: Selection | string;
  /** A rule, or its name with its value. */
  readonly stop?: Stopping | StopSpec;
  /** Further models by the part they play, such as "judge". */
  readonly models?: Readonly<Record<string, Policy>>;
  /** Where names are looked up; default: what is built in. */
  readonly catalogue?: Catalogue;
  /** Limits on one call. */
  readonly budget?: Budget;
  /** Length limit of one answer; default 1024. */
  readonly maxTokens?: number;
  /** Same seed, same candidates. Default: another one for each call. */
  readonly seed?: number | string;
  /** What kind of answer is voted on; default free. */
  readonly answer?: (typeof answerKinds)[number];
  /** Below this support a reply is marked `abstained`. */
  readonly threshold?: number;
  /** For strategies that run programs. */
  readonly sandbox?: Sandbox;
  /** Alternatives per token that verifiers given by value read; those given by name say so themselves. */
  readonly logprobs?: number;
  readonly progress?: "none" | "summary" | "full";
  readonly clock?: Clock;
}

export interface Thinker {
  readonly strategy: Strategy;
  readonly setup: ThinkerSetup;
  /** The solve of one call, without what the call itself asks for. */
  readonly assembly: Assembly;
  /** One reply. @throws ApiError for what cannot be honoured; ModelCallError; the signal's reason. */
  reply(ask: ThinkerAsk, context: { signal?: AbortSignal; onEvent?: (event: RunEvent) => void }): Promise<Reply>;
  /** As many replies as the ask has choices. @throws as {@link reply}. */
  replies(ask: ThinkerAsk, context: ThinkerContext): Promise<readonly Reply[]>;
}

export type ThinkerAsk = Pick<Ask, "messages"> & Partial<Omit<Ask, "messages">>;

export interface ThinkerContext {
  readonly signal?: AbortSignal;
  readonly onEvent?: (choice: number, event: RunEvent) => void;
}

/** A strategy by value or by its built-in name. @throws UnknownNameError, InvalidOptionError. */
export function openThinker(strategy: string | Strategy, setup: ThinkerSetup): Thinker {
  if (setup.policy === undefined) {
    throw new InvalidOptionError(
      '"policy"',
      "must be given: make one with openAiPolicy, openPolicy or langchainPolicy.",
    );
  }
  const catalogue = setup.catalogue ?? builtins();
  const spec = { ...setup, strategy };
  const assembly = assemble(spec, catalogue);
  checkNeeds(assembly.needs(), setup.policy);
  const assembleFor = (ask: Ask): Assembly => {
    const options = withTemperature(assembly.strategy, setup.options, ask);
    const select = setup.select ?? (votesOnCalls(ask, setup.verifiers) ? callVote() : null);
    return assemble({ ...spec, options, select }, catalogue);
  };
  const { strategy: chosen } = assembly;
  const replies: Thinker["replies"] = (given, context) => {
    const ask = { ...nothingAsked, ...given };
    return repliesTo(ask, assembleFor(ask), setup, context);
  };
  return {
    strategy: chosen,
    setup,
    assembly,
    replies,
    reply: async (given, { signal, onEvent }) => {
      const [reply] = await replies({ ...given, n: 1 }, { signal, onEvent: onEvent && ((_, event) => onEvent(event)) });
      if (reply === undefined) throw new TypeError("a plan of one choice gave no reply");
      return reply;
    },
  };
}

/** The thinker of one call: options go with their strategy, everything else stands in for the setup's own. */
export function thinkerFor(thinker: Thinker, asked: RuminateField): Thinker {
  const { strategy = thinker.strategy, options, candidates: _, trace: __, ...rest } = asked;
  const given = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  if (options === undefined && asked.strategy === undefined && Object.keys(given).length === 0) return thinker;
  const own = strategy === thinker.strategy || strategy === thinker.strategy.name ? thinker.setup.options : {};
  return openThinker(strategy, { ...thinker.setup, ...given, options: { ...own, ...options } });
}

const nothingAsked: Omit<Ask, "messages"> = {
  model: "",
  ruminate: {},
  n: 1,
  maxTokens: null,
  temperature: null,
  topP: null,
  stop: [],
  seed: null,
  logprobs: null,
  fields: {},
  tools: false,
  format: null,
};

async function repliesTo(
  ask: Ask,
  assembly: Assembly,
  setup: ThinkerSetup,
  { signal, onEvent }: ThinkerContext,
): Promise<readonly Reply[]> {
  const { strategy, options } = assembly;
  const upstream = { name: setup.policy.id, policy: setup.policy };
  await ask.format?.ready();
  const plan: Plan = {
    ...assembly,
    ask,
    answer: setup.answer ?? "free",
    question: questionOf(ask, setup.answer ?? "free", strategy, options, upstream),
    upstream,
    models: setup.models ?? {},
    maxTokens: ask.maxTokens ?? setup.maxTokens ?? 1024,
    logprobs: ask.logprobs ?? setup.logprobs,
    seed: String(ask.seed ?? setup.seed ?? randomInt(2 ** 31)),
    threshold: setup.threshold ?? null,
    calibration: null,
    progress: setup.progress ?? "summary",
  };
  const replies = await think([plan], {
    sandbox: setup.sandbox ?? null,
    clock: setup.clock ?? systemClock,
    within: null,
    signal: signal ?? new AbortController().signal,
    onEvent,
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  signal?.throwIfAborted();
  return replies;
}
