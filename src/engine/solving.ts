import { type Budget, BudgetScope } from "../core/budget.ts";
import type { Candidate } from "../core/candidate.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { InvalidOptionError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import { frozenCopy } from "../core/frozen.ts";
import { refuseOwnProblem } from "../core/own-problem.ts";
import type { Policy } from "../core/policy.ts";
import { asQuestion, type Question } from "../core/question.ts";
import { checkRoles, rolesOfStrategy } from "../core/roles.ts";
import type { Solution } from "../core/solution.ts";
import { parseOptions, type Selection, type Stopping, type Strategy } from "../core/strategy.ts";
import { type PromptPrice, usualPromptPrice } from "../core/usage.ts";
import { CallBook } from "./call-book.ts";
import type { SolveContext, Walker } from "./context.ts";
import { drain, type End } from "./draining.ts";
import { startHalt } from "./halt.ts";
import { LedgerBook } from "./ledger.ts";
import { judgesAll, Pool } from "./pool.ts";
import { SolveRun } from "./run.ts";
import { VerifierDesk, type Verifiers } from "./scoring.ts";
import { solveInside } from "./solve-inside.ts";

/** All that a solve needs beside the question. */
export interface SolveSetup {
  readonly strategy: Strategy;
  /** Checked against the strategy's schema before any call is paid for. */
  readonly options?: unknown;
  readonly policy: Policy;
  /** Other models by role name, for strategies that use several ("teacher", "discriminator"). */
  readonly models?: Readonly<Record<string, Policy>>;
  readonly verifiers?: Verifiers;
  readonly sandbox?: Sandbox;
  readonly budget?: Budget;
  /** How prompts are paid for; default `once` where the policy draws several samples of a prompt in one request. */
  readonly prompts?: PromptPrice;
  /** An enclosing budget (of an experiment, of a key) that this solve also draws on. */
  readonly within?: BudgetScope;
  /** Replaces the strategy's own rule. */
  readonly select?: Selection;
  /** Replaces the strategy's own rule. */
  readonly stop?: Stopping;
  readonly seed?: string | number;
  /** Default length limit of an answer in tokens; default 1024. */
  readonly maxTokens?: number;
  /** Alternatives per token to ask for with every sample, where a verifier or selection reads log-probabilities. */
  readonly logprobs?: number;
  /** Ask for hidden states with every sample, where a verifier reads them and the policy gives them. */
  readonly states?: boolean;
  readonly signal?: AbortSignal;
  /** What an abort does: `reject` with the signal's reason (default), or `return` the best so far. */
  readonly onAbort?: "reject" | "return";
  readonly onEvent?: (event: RunEvent) => void;
  /** Emit `text` events as text arrives; default false, as streaming costs processor time. */
  readonly streamText?: boolean;
  readonly clock?: Clock;
}

/**
 * Solves one question: runs the strategy, scores and re-picks after every candidate, stops by rule, budget, time or
 * abort, and returns the best answer so far with its evidence and cost.
 *
 * @throws InvalidOptionError for bad options, and for a model that they name and that is not there, before any call.
 *   ModelCallError when the model cannot be had. The signal's reason on abort.
 */
export async function solveWith(walk: Walker, question: string | Question, setup: SolveSetup): Promise<Solution> {
  const options = frozenCopy(parseOptions(setup.strategy, setup.options));
  requirePrice(setup);
  checkRoles(rolesOfStrategy(setup.strategy, options), Object.keys(setup.models ?? {}));
  const asked = frozenCopy(asQuestion(question));
  refuseOwnProblem(setup.strategy.name, options, [asked]);
  requirePlan(setup.strategy, options);
  const clock = setup.clock ?? systemClock;
  const started = clock.now();
  const budget = new BudgetScope(`problem ${asked.id}`, setup.budget ?? {}, setup.within ?? null);
  const halt = startHalt(setup.budget?.seconds, setup.signal);
  const { signal } = halt;
  const context = contextOf(setup, walk);
  const stopping = setup.stop ?? setup.strategy.stop?.(options);
  const select = setup.select ?? setup.strategy.select(options);
  const ledger = new LedgerBook();
  const judges = judgesAll(context, select, stopping);
  const run = new SolveRun(context, {
    question: asked,
    budget,
    ledger,
    signal,
    stopping,
    judges,
    judging: { share: null },
    label: "",
    solved: new Map(),
    ending: { failure: null },
  });
  run.emit(startOf(setup, asked, options));
  const pool = new Pool(run, select, stopping);
  try {
    const { timeIsUp } = halt;
    const end = await drained(setup.strategy.candidates(run, options), pool, run, timeIsUp);
    const refuse = (end: Halted) => {
      if (end.stopped === "aborted" && setup.onAbort !== "return") throw setup.signal?.reason ?? end.cause;
    };
    refuse(end);
    const pick = await pool.finalPick();
    const { stopped, reason: stopReason, ...cut } = pool.pickWasCut ? interrupted(signal, timeIsUp) : end;
    refuse({ stopped, ...cut });
    const solution: Solution = {
      answer: pick?.answer ?? null,
      pick,
      reason: pick?.reason ?? pool.silence(),
      candidates: pool.candidates,
      picks: pool.picks,
      stopped,
      stopReason,
      usage: { logical: ledger.logical, actual: ledger.actual },
      milliseconds: clock.now() - started,
      serviceMs: context.calls.serviceMs,
      rounds: context.searched.rounds ?? undefined,
    };
    const { answer, reason } = solution;
    run.emit({ type: "run-end", answer, reason, stopped, stopReason, usage: ledger.logical });
    return solution;
  } finally {
    halt.end();
  }
}

/** More calls than any solve can make: the lists of their seeds alone would not fit into memory. */
const mostCalls = 1_000_000;

/** Options that plan more than that are refused before anything is made for them. */
function requirePlan(strategy: Strategy, options: unknown): void {
  const { calls } = strategy.cost(options);
  if (!(calls > mostCalls)) return;
  const most = mostCalls.toLocaleString("en-US");
  throw new InvalidOptionError(
    `${strategy.name}:`,
    `may make ${calls.toLocaleString("en-US")} calls with these options, at most ${most} can be made. Ask for less.`,
  );
}

/** A limit that nobody can keep is refused. */
function requirePrice({ budget, policy, models = {} }: SolveSetup): void {
  if (budget?.dollars === undefined) return;
  const unpriced = [policy, ...Object.values(models)].find(({ price }) => price === undefined);
  if (unpriced === undefined) return;
  throw new InvalidOptionError(
    "budget.dollars",
    `cannot be kept: no price of ${unpriced.id} is known. Give its prices, or limit tokens or calls instead.`,
  );
}

const startOf = (setup: SolveSetup, { id, text }: Question, options: unknown): RunEvent => ({
  type: "run-start",
  strategy: setup.strategy.name,
  options,
  question: { id, text },
  policy: setup.policy.id,
  verifiers: { outcome: setup.verifiers?.outcome?.name ?? null, process: setup.verifiers?.process?.name ?? null },
  seed: String(setup.seed ?? 0),
  budget: setup.budget ?? {},
});

const contextOf = (setup: SolveSetup, walk: Walker): SolveContext => ({
  policy: setup.policy,
  models: setup.models ?? {},
  sandbox: setup.sandbox ?? null,
  desk: new VerifierDesk(setup.verifiers ?? {}),
  seed: String(setup.seed ?? 0),
  maxTokens: setup.maxTokens ?? 1024,
  logprobs: setup.logprobs,
  states: setup.states === true && setup.policy.capabilities.states !== undefined,
  onEvent: setup.onEvent ?? (() => {}),
  streamText: setup.streamText === true,
  drawn: new Map(),
  calls: new CallBook(),
  searched: { rounds: null },
  judging: new Set(),
  prompts: setup.prompts ?? usualPromptPrice(setup.policy.capabilities),
  walk,
  solveInside,
});

/** Takes all candidates; an abort is an end too. */
async function drained(
  stream: AsyncGenerator<Candidate | readonly Candidate[]>,
  pool: Pool,
  run: SolveRun,
  timeIsUp: () => boolean,
): Promise<Halted> {
  try {
    const batches = drain(stream, pool, run);
    for (;;) {
      const next = await batches.next();
      if (next.done === true) return next.value;
    }
  } catch (error) {
    if (!run.signal.aborted) throw error;
    const inHand = [...run.context.judging].flatMap((one) => (one === pool ? pool.cut() : one.batch));
    await pool.addLate([...inHand, ...(run.scope.ending.late ?? [])]);
    return interrupted(run.signal, timeIsUp);
  }
}

/** An end, with the signal's reason where the signal made it. */
type Halted = End & { readonly cause?: unknown };

/** The end that the time limit or the caller made. */
function interrupted({ reason }: AbortSignal, timeIsUp: () => boolean): Halted {
  const words = reason instanceof Error ? reason.message : String(reason);
  return { stopped: timeIsUp() ? "time" : "aborted", reason: words, cause: reason };
}

/** Solves and yields the events as they happen; returns the solution. Ending the loop early aborts the solve. */
export async function* streamWith(
  walk: Walker,
  question: string | Question,
  setup: SolveSetup,
): AsyncGenerator<RunEvent, Solution> {
  const events: RunEvent[] = [];
  let wake = () => {};
  const leave = new AbortController();
  const signal = setup.signal === undefined ? leave.signal : AbortSignal.any([setup.signal, leave.signal]);
  let done = false;
  const result = solveWith(walk, question, {
    ...setup,
    signal,
    onEvent: (event) => {
      events.push(event);
      setup.onEvent?.(event);
      wake();
    },
  }).finally(() => {
    done = true;
    wake();
  });
  result.catch(() => {}); // reported by the await below, or nobody is left to hear it
  try {
    for (;;) {
      for (let event = events.shift(); event !== undefined; event = events.shift()) yield event;
      if (done) break;
      await new Promise<void>((resolve) => {
        wake = resolve;
        if (events.length > 0 || done) resolve();
      });
    }
    return await result;
  } finally {
    leave.abort(new Error("the reader of the stream has left"));
  }
}
