import { randomInt } from "node:crypto";
import { builtins } from "../builtins.ts";
import type { Budget } from "../core/budget.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import type { Selection, Stopping, Strategy } from "../core/strategy.ts";
import type { Verifiers } from "../engine/scoring.ts";
import type { Ask } from "../serve/ask.ts";
import { callVote } from "../serve/chat/tool-calls.ts";
import { optionsOf } from "../serve/plan.ts";
import { questionOf } from "../serve/question.ts";
import type { answerKinds } from "../serve/settings.ts";
import { type Reply, think } from "../serve/think.ts";

/** How hard to think, for chat models that live in the caller's own process. */
export interface ThinkerSetup {
  readonly policy: Policy;
  /** Options of the strategy. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly verifiers?: Verifiers;
  readonly select?: Selection;
  readonly stop?: Stopping;
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
  /** Alternatives per token that a verifier or selection reads. */
  readonly logprobs?: number;
  readonly progress?: "none" | "summary" | "full";
  readonly clock?: Clock;
}

export interface Thinker {
  readonly strategy: Strategy;
  readonly setup: ThinkerSetup;
  /** One reply. @throws ApiError for what cannot be honoured; ModelCallError; the signal's reason. */
  reply(ask: ThinkerAsk, context: { signal?: AbortSignal; onEvent?: (event: RunEvent) => void }): Promise<Reply>;
}

export type ThinkerAsk = Pick<Ask, "messages"> & Partial<Omit<Ask, "messages" | "model" | "n" | "ruminate">>;

/** A strategy by value or by its built-in name. @throws UnknownNameError, InvalidOptionError. */
export function openThinker(strategy: string | Strategy, setup: ThinkerSetup): Thinker {
  const chosen = typeof strategy === "string" ? builtins().strategies.get(strategy) : strategy;
  if (setup.policy === undefined) {
    throw new InvalidOptionError(
      '"policy"',
      "must be given: make one with openAiPolicy, openPolicy or langchainPolicy.",
    );
  }
  optionsOf(chosen, setup.options, { temperature: null });
  return { strategy: chosen, setup, reply: (ask, context) => replyTo(chosen, setup, ask, context) };
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

async function replyTo(
  strategy: Strategy,
  setup: ThinkerSetup,
  given: ThinkerAsk,
  { signal, onEvent }: { signal?: AbortSignal; onEvent?: (event: RunEvent) => void },
): Promise<Reply> {
  const ask: Ask = { ...nothingAsked, ...given };
  const options = optionsOf(strategy, setup.options, ask);
  const upstream = { name: setup.policy.id, policy: setup.policy };
  const verified = setup.verifiers?.outcome !== undefined || setup.verifiers?.process !== undefined;
  const [reply] = await think(
    {
      ask,
      question: questionOf(ask, setup.answer ?? "free", strategy, options, upstream),
      strategy,
      options,
      upstream,
      verifiers: () => setup.verifiers ?? {},
      select: setup.select ?? (ask.tools && !verified ? callVote() : undefined),
      stop: setup.stop,
      budget: setup.budget ?? {},
      maxTokens: ask.maxTokens ?? setup.maxTokens ?? 1024,
      logprobs: ask.logprobs ?? setup.logprobs,
      seed: String(ask.seed ?? setup.seed ?? randomInt(2 ** 31)),
      threshold: setup.threshold ?? null,
      calibration: null,
      progress: setup.progress ?? "summary",
    },
    {
      sandbox: setup.sandbox ?? null,
      clock: setup.clock ?? systemClock,
      within: null,
      signal: signal ?? new AbortController().signal,
      onEvent: (_, event) => onEvent?.(event),
    },
  ).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw error;
  });
  signal?.throwIfAborted();
  if (reply === undefined) throw new TypeError("a plan of one choice gave no reply");
  return reply;
}
