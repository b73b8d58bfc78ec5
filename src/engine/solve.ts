import { type Budget, BudgetScope } from "../core/budget.ts";
import type { Candidate, ScoredCandidate } from "../core/candidate.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { BudgetExceededError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Policy } from "../core/policy.ts";
import { asQuestion, type Question } from "../core/question.ts";
import type { SubSolve } from "../core/run.ts";
import type { PickPoint, Solution, Stopped } from "../core/solution.ts";
import { type Pick, parseOptions, type Selection, type Stopping, type Strategy } from "../core/strategy.ts";
import { totalCalls, totalTokens } from "../core/usage.ts";
import { LedgerBook } from "./ledger.ts";
import { type SolveContext, SolveRun } from "./run.ts";
import { VerifierDesk, type Verifiers } from "./verifying.ts";

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
  readonly signal?: AbortSignal;
  /** What an abort does: `reject` with the signal's reason (default), or `return` the best so far. */
  readonly onAbort?: "reject" | "return";
  readonly onEvent?: (event: RunEvent) => void;
  /** Emit `text` events as text arrives; default false, as streaming costs processor time. */
  readonly streamText?: boolean;
  readonly clock?: Clock;
}

/**
 * Solves one question: runs the strategy, scores and re-picks after every candidate, stops by rule, budget, time or abort, and returns the
 * best answer so far with its evidence and cost.
 *
 * @throws InvalidOptionError for bad options, before any call. ModelCallError when the model cannot be had. The signal's reason on abort.
 */
export async function solve(question: string | Question, setup: SolveSetup): Promise<Solution> {
  const options = parseOptions(setup.strategy, setup.options);
  const asked = asQuestion(question);
  const clock = setup.clock ?? systemClock;
  const started = clock.now();
  const budget = new BudgetScope(`problem ${asked.id}`, setup.budget ?? {}, setup.within ?? null);
  const halt = startHalt(setup.budget?.seconds, setup.signal);
  const { signal } = halt;
  const context: SolveContext = {
    policy: setup.policy,
    models: setup.models ?? {},
    sandbox: setup.sandbox ?? null,
    desk: new VerifierDesk(setup.verifiers ?? {}),
    seed: String(setup.seed ?? 0),
    maxTokens: setup.maxTokens ?? 1024,
    logprobs: setup.logprobs,
    onEvent: setup.onEvent ?? (() => {}),
    streamText: setup.streamText === true,
    drawn: new Map(),
    solveInside,
  };
  const stopping = setup.stop ?? setup.strategy.stop?.(options);
  const select = setup.select ?? setup.strategy.select(options);
  const ledger = new LedgerBook();
  const judges = judgesAll(context, select, stopping);
  const run = new SolveRun(context, { question: asked, budget, ledger, signal, stopping, judges, label: "" });
  run.emit({
    type: "run-start",
    strategy: setup.strategy.name,
    options,
    question: { id: asked.id, text: asked.text },
    policy: setup.policy.id,
    verifiers: { outcome: setup.verifiers?.outcome?.name ?? null, process: setup.verifiers?.process?.name ?? null },
    seed: context.seed,
    budget: setup.budget ?? {},
  });
  const pool = new Pool(run, select, stopping);
  try {
    const { timeIsUp } = halt;
    const drained = await drain(setup.strategy.candidates(run, options), pool, signal, timeIsUp);
    const refuse = (end: End) => {
      if (end.stopped === "aborted" && setup.onAbort !== "return") throw setup.signal?.reason ?? end.cause;
    };
    refuse(drained);
    const pick = await pool.finalPick();
    const end = pool.pickWasCut ? interrupted(signal, timeIsUp) : drained;
    refuse(end);
    const solution: Solution = {
      answer: pick?.answer ?? null,
      pick,
      reason: pick?.reason ?? pool.silence(),
      candidates: pool.candidates,
      picks: pool.picks,
      stopped: end.stopped,
      ...(end.reason === undefined ? {} : { stopReason: end.reason }),
      usage: { logical: ledger.logical, actual: ledger.actual },
      milliseconds: clock.now() - started,
    };
    const { answer, reason, stopped, stopReason } = solution;
    const why = stopReason === undefined ? {} : { stopReason };
    run.emit({ type: "run-end", answer, reason, stopped, ...why, usage: ledger.logical });
    return solution;
  } finally {
    halt.end();
  }
}

/** What ends a solve early: its time, or its caller. */
interface Halt {
  readonly signal: AbortSignal;
  /** Did the time end it, rather than the caller? */
  timeIsUp(): boolean;
  /** The solve is over: whatever is still in work ends, and nothing is listened to any more. */
  end(): void;
}

/** By listeners of its own: AbortSignal.any is dear where solves are many and short. */
function startHalt(seconds: number | undefined, outer: AbortSignal | undefined): Halt {
  const halt = new AbortController();
  let late = false;
  const follow = () => halt.abort(outer?.reason);
  if (outer?.aborted) follow();
  outer?.addEventListener("abort", follow, { once: true });
  const strike = () => {
    late = !halt.signal.aborted;
    halt.abort(new Error(`time limit of ${seconds} s`));
  };
  const timer = seconds === undefined ? undefined : setTimeout(strike, seconds * 1000);
  return {
    signal: halt.signal,
    timeIsUp: () => late,
    end: () => {
      clearTimeout(timer);
      outer?.removeEventListener("abort", follow);
      halt.abort(new Error("the solve has ended"));
    },
  };
}

/** How a stream of candidates ended. */
interface End {
  readonly stopped: Stopped;
  readonly reason?: string;
  readonly cause?: unknown;
}

/** Takes candidates until the stream, the stopping rule, the budget, the time or the caller ends it. */
async function drain(
  stream: AsyncGenerator<Candidate | readonly Candidate[]>,
  pool: Pool,
  signal: AbortSignal,
  timeIsUp: () => boolean,
): Promise<End> {
  try {
    for (;;) {
      const next = await unlessAborted(stream.next(), signal);
      if (next.done === true) return { stopped: "finished" };
      const batch = Array.isArray(next.value) ? (next.value as readonly Candidate[]) : [next.value as Candidate];
      const enough = await unlessAborted(pool.add(batch), signal);
      if (enough !== null) return { stopped: "enough", reason: enough };
    }
  } catch (error) {
    if (error instanceof BudgetExceededError) return { stopped: "budget", reason: error.message };
    if (!signal.aborted) throw error;
    return interrupted(signal, timeIsUp);
  } finally {
    // Not awaited: a generator that waits for a call in flight ends when the signal cancels that call.
    stream.return(undefined).catch(() => {});
  }
}

/** The end that the time limit or the caller made. */
function interrupted({ reason }: AbortSignal, timeIsUp: () => boolean): End {
  const words = reason instanceof Error ? reason.message : String(reason);
  return { stopped: timeIsUp() ? "time" : "aborted", reason: words, cause: reason };
}

/** Are candidates scored by a verifier as they come? */
function judgesAll({ desk }: SolveContext, select: Selection, stopping: Stopping | undefined): boolean {
  return (desk.access.outcome || desk.access.process) && readsScores(select, stopping);
}

function readsScores(select: Selection, stopping: Stopping | undefined): boolean {
  return select.usesScores || select.interim?.usesScores === true || stopping?.usesScores === true;
}

function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/** The candidates so far, their scores, and what would be picked now. */
class Pool {
  readonly candidates: ScoredCandidate[] = [];
  readonly picks: PickPoint[] = [];
  readonly #run: SolveRun;
  readonly #select: Selection;
  readonly #stopping: Stopping | undefined;
  #pick: Pick | null = null;
  #tokensBefore = 0;
  /** True when an abort ended the final pick: the interim pick stands in for it. */
  pickWasCut = false;

  constructor(run: SolveRun, select: Selection, stopping: Stopping | undefined) {
    this.#run = run;
    this.#select = select;
    this.#stopping = stopping;
  }

  /** Adds candidates that were made together, re-picking after each; the reason to stop, or null. */
  async add(batch: readonly Candidate[]): Promise<string | null> {
    const run = this.#run;
    const interim = this.#select.interim ?? this.#select;
    const scores = readsScores(this.#select, this.#stopping) ? await this.#score(batch) : batch.map(() => null);
    const tokens = totalTokens(run.usage());
    const spent = spentBy(batch, this.#tokensBefore, tokens);
    for (const [i, candidate] of batch.entries()) {
      const index = this.candidates.length;
      const score = scores[i] ?? null;
      this.candidates.push({ ...candidate, index, score });
      const { text, answer, complete, notes } = candidate;
      run.emit({
        type: "candidate",
        index,
        text,
        answer: answer?.text ?? null,
        rule: answer?.rule ?? null,
        complete,
        ...(notes === undefined ? {} : { notes }),
      });
      if (score !== null) {
        const reason = score.reason === undefined ? {} : { reason: score.reason };
        run.emit({ type: "candidate-scored", index, score: score.value, ...reason });
      }
      this.#pick = await interim.pick(this.#offered(), run);
      this.#record(spent[i] ?? tokens);
      const enough = this.#stopping?.enough(this.candidates, this.#pick, run) ?? null;
      if (enough !== null) return enough;
    }
    this.#tokensBefore = tokens;
    return null;
  }

  /** A budget that runs out while scoring leaves the batch unscored; it is not lost. */
  async #score(batch: readonly Candidate[]): Promise<(ScoredCandidate["score"] | null)[]> {
    try {
      return await this.#run.score(batch);
    } catch (error) {
      if (!(error instanceof BudgetExceededError)) throw error;
      this.#run.emit({ type: "note", message: `${batch.length} candidates were not scored: ${error.message}` });
      return batch.map(() => ({ value: null, reason: "no budget left to score it" }));
    }
  }

  #record(tokens: number): void {
    const { run, pick } = { run: this.#run, pick: this.#pick };
    const point = {
      candidates: this.candidates.length,
      picked: pick?.index ?? null,
      answer: pick?.answer ?? null,
      support: pick?.support ?? null,
      tokens,
    };
    this.picks.push({ ...point, calls: totalCalls(run.usage()) });
    run.emit({ type: "pick", ...point, tally: pick?.tally ?? [] });
  }

  /** Unfinished candidates are offered only when nothing finished. */
  #offered(): readonly ScoredCandidate[] {
    const complete = this.candidates.filter((candidate) => candidate.complete);
    return complete.length > 0 ? complete : this.candidates;
  }

  /** The rule's own pick where it makes calls; its interim pick where the budget has no room for them. */
  async finalPick(): Promise<Pick | null> {
    if (this.#select.interim === undefined || this.candidates.length === 0) return this.#marked(this.#pick);
    try {
      return this.#marked(await this.#select.pick(this.#offered(), this.#run));
    } catch (error) {
      if (!(error instanceof BudgetExceededError) && !this.#run.signal.aborted) throw error;
      this.pickWasCut = this.#run.signal.aborted;
      return this.#marked(this.#pick);
    }
  }

  #marked(pick: Pick | null): Pick | null {
    const candidate = pick === null ? undefined : this.candidates[pick.index];
    if (pick === null || candidate === undefined || candidate.complete) return pick;
    return { ...pick, reason: `${pick.reason} (no candidate finished; this one was cut)` };
  }

  /** Why there is no answer. */
  silence(): string {
    const n = this.candidates.length;
    if (n === 0) return "no candidate was completed";
    return `no answer could be read out of ${n === 1 ? "the one candidate" : `any of ${n} candidates`}`;
  }
}

/**
 * Tokens spent by the time each candidate of a batch was there: what the batch shares (the prompt, the verifier) was paid for
 * before the first, then each adds its own. Never more than the batch cost in all.
 */
function spentBy(batch: readonly Candidate[], before: number, after: number): number[] {
  const own = batch.map(({ trajectory }) => trajectory.steps.reduce((sum, step) => sum + (step.tokens ?? 0), 0));
  const shared = Math.max(0, after - before - own.reduce((sum, tokens) => sum + tokens, 0));
  let spent = before + shared;
  return own.map((tokens) => {
    spent = Math.min(after, spent + tokens);
    return spent;
  });
}

/** The same, but for the model that is asked. */
function contextFor(outer: SolveRun, model: string | undefined): SolveContext {
  const { context } = outer;
  if (model === undefined) return context;
  const policy = context.models[model];
  if (policy !== undefined) return { ...context, policy };
  outer.emit({ type: "note", message: `there is no model "${model}": ${context.policy.id} takes its place` });
  return context;
}

/** A strategy inside a strategy: its own budget scope, ledger and pick; the same models, verifiers, samples and signal. */
async function* solveInside(outer: SolveRun, inner: SubSolve): AsyncGenerator<Candidate, Solution> {
  const label = outer.scope.label === "" ? inner.label : `${outer.scope.label}/${inner.label}`;
  const budget = new BudgetScope(`${outer.scope.budget.name}, ${label}`, inner.budget ?? {}, outer.scope.budget);
  const ledger = new LedgerBook(outer.scope.ledger);
  const question = inner.question ?? outer.question;
  const stopping = inner.stop ?? inner.strategy.stop?.(inner.options);
  const select = inner.select ?? inner.strategy.select(inner.options);
  const judges = judgesAll(outer.context, select, stopping);
  const run = new SolveRun(contextFor(outer, inner.model), {
    question,
    budget,
    ledger,
    signal: outer.signal,
    stopping,
    judges,
    label,
  });
  const pool = new Pool(run, select, stopping);
  const stream = inner.strategy.candidates(run, inner.options);
  let end: End = { stopped: "finished" };
  try {
    for (;;) {
      const next = await stream.next();
      if (next.done === true) break;
      const batch = Array.isArray(next.value) ? (next.value as readonly Candidate[]) : [next.value as Candidate];
      const enough = await pool.add(batch);
      yield* batch;
      if (enough === null) continue;
      end = { stopped: "enough", reason: enough };
      break;
    }
  } catch (error) {
    if (!(error instanceof BudgetExceededError)) throw error;
    end = { stopped: "budget", reason: error.message };
  } finally {
    stream.return(undefined).catch(() => {});
  }
  const pick = await pool.finalPick();
  return {
    answer: pick?.answer ?? null,
    pick,
    reason: pick?.reason ?? pool.silence(),
    candidates: pool.candidates,
    picks: pool.picks,
    stopped: end.stopped,
    ...(end.reason === undefined ? {} : { stopReason: end.reason }),
    usage: { logical: ledger.logical, actual: ledger.actual },
    milliseconds: 0,
  };
}

/** Solves and yields the events as they happen; returns the solution. Ending the loop early aborts the solve. */
export async function* stream(question: string | Question, setup: SolveSetup): AsyncGenerator<RunEvent, Solution> {
  const events: RunEvent[] = [];
  let wake = () => {};
  const leave = new AbortController();
  const signal = setup.signal === undefined ? leave.signal : AbortSignal.any([setup.signal, leave.signal]);
  let done = false;
  const result = solve(question, {
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
