import { setImmediate as pause } from "node:timers/promises";
import { type Budget, BudgetScope, type Grant, type Need } from "../core/budget.ts";
import { BudgetExceededError, InvalidOptionError } from "../core/errors.ts";
import type { RunEvent } from "../core/events.ts";
import { asQuestion, type Question } from "../core/question.ts";
import { Random } from "../core/random.ts";
import type { Solution } from "../core/solution.ts";
import { parseOptions, type Stopping } from "../core/strategy.ts";
import { Allocation, type AllocationOptions, allocationSchema } from "./allocation/allocation.ts";
import { standingOf } from "./allocation/standing.ts";
import { type SolveSetup, solve } from "./solve.ts";

/**
 * All that solving a set needs beside the questions. `budget` is for the whole set; the stopping rule is the
 * allocation's.
 */
export interface SolveSetSetup extends Omit<SolveSetup, "stop" | "onEvent" | "onAbort"> {
  /** Checked and completed with its defaults: thompson, settled at 0.95. */
  readonly allocation?: Partial<AllocationOptions>;
  /** Gets every event, with the question's place. */
  readonly onEvent?: (event: RunEvent, index: number) => void;
  /** What one question needs of its own: fresh verifiers, say. */
  readonly setupOf?: (index: number) => Partial<Pick<SolveSetup, "verifiers" | "policy" | "models">>;
  /**
   * Given a question whose solve failed; its solution is then null and the others go on, unless this throws. Without it
   * a failure ends the set.
   */
  readonly onFailure?: (error: unknown, index: number) => void;
}

/**
 * Solves many questions with one budget, spent where samples are most likely to change an answer. Every question is a
 * solve of its own that waits at a turnstile before each call; the allocation ({@link Allocation}) says whose turnstile
 * opens for one more candidate. It sees votes and scores only.
 *
 * A strategy whose candidates are drawn one by one (self-consistency, best-of-n, weighted-vote …) is what this is made
 * for; its `n` is then the most that one question can get. A strategy that makes its candidates together spends what
 * they cost whenever it is let through.
 *
 * @returns solutions[i] belongs to questions[i]. With the same seed they are the same at any concurrency as long as the
 * budget does not run out in the middle of a round; how the last calls share the rest may then depend on which of them
 * came first.
 * @throws as {@link solve}; InvalidOptionError for two questions with one id.
 */
export async function solveSet(
  questions: readonly (string | Question)[],
  setup: SolveSetSetup,
): Promise<(Solution | null)[]> {
  const { allocation: given, budget, within, setupOf, onFailure, onEvent, ...shared } = setup;
  const options = parseOptions({ name: "adaptive-allocation", options: allocationSchema }, given);
  const asked = distinct(questions.map((question, i) => numbered(question, i)));
  const { seconds, ...limits }: Budget = budget ?? {};
  const whole = new BudgetScope(`set of ${asked.length} problems`, limits, within ?? null);
  const allocation = new Allocation(asked.length, options);
  const turnstiles = asked.map(({ id }) => new Turnstile(`problem ${id}`, whole));
  const halt = new AbortController();
  const signal = setup.signal === undefined ? halt.signal : AbortSignal.any([setup.signal, halt.signal]);
  const inTurn = new Rounds();
  const solves = asked.map(async (question, i) => {
    const turnstile = turnstiles[i] as Turnstile;
    const stop: Stopping = {
      name: `allocation(${options.rule})`,
      enough: (candidates, _pick, run) => {
        turnstile.close();
        const reason = allocation.tell(i, standingOf(candidates, run));
        // It draws no more: what its pick asks for waits for nobody.
        if (reason !== null) turnstile.open();
        inTurn.wake();
        return reason;
      },
    };
    try {
      return await solve(question, {
        ...shared,
        ...setupOf?.(i),
        budget: seconds === undefined ? undefined : { seconds },
        onEvent: onEvent && ((event: RunEvent) => onEvent(event, i)),
        within: turnstile,
        stop,
        signal,
      });
    } catch (error) {
      try {
        if (onFailure === undefined || signal.aborted) throw error;
        onFailure(error, i);
        return null;
      } catch (fatal) {
        halt.abort(fatal);
        throw fatal;
      }
    } finally {
      allocation.end(i);
      inTurn.wake();
    }
  });
  const all = Promise.allSettled(solves);
  await openInRounds(allocation, turnstiles, inTurn, new Random(`${setup.seed ?? 0}/allocation`), signal);
  await all;
  if (setup.signal?.aborted) throw setup.signal.reason;
  if (halt.signal.aborted) throw halt.signal.reason;
  return await Promise.all(solves);
}

/** Opens the turnstiles that the allocation names, round after round, until it names none or the signal aborts. */
async function openInRounds(
  allocation: Allocation,
  turnstiles: readonly Turnstile[],
  rounds: Rounds,
  random: Random,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const next = allocation.ask(random);
    if (next.length === 0) break;
    for (const i of next) turnstiles[i]?.open();
    while (allocation.isOut) await rounds.next();
    await pause(); // what is served from a store waits for nothing: without this no signal would be heard
    if (signal.aborted) break;
  }
  for (const turnstile of turnstiles) turnstile.end();
}

/** Questions from plain text are distinguished by their places. */
const numbered = (question: string | Question, place: number): Question =>
  typeof question === "string" ? { ...asQuestion(question), id: `question-${place + 1}` } : question;

/** Samples are seeded by the question's id, so two of one id would get the same ones. */
function distinct(questions: readonly Question[]): readonly Question[] {
  const seen = new Set<string>();
  for (const { id } of questions) {
    if (seen.has(id))
      throw new InvalidOptionError("solveSet: questions", `must have ids of their own, got "${id}" twice.`);
    seen.add(id);
  }
  return questions;
}

/** Wakes the one who waits for the round to move on. */
class Rounds {
  #wake: () => void = () => {};
  wake(): void {
    this.#wake();
  }
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** The rule gives nothing more to this problem; to its strategy that is a budget that has run out. */
class AllocationOver extends BudgetExceededError {
  constructor({ name, spent: { calls } }: BudgetScope) {
    super("calls", calls, calls, name);
    this.message = `${name} got its share: after ${calls} calls the allocation gives it no more.`;
  }
}

/** A budget scope whose calls wait until it is open. Ended, it refuses them as a budget that has run out does. */
class Turnstile extends BudgetScope {
  #state: "closed" | "open" | "ended" = "closed";
  #waiting: (() => void)[] = [];

  constructor(name: string, whole: BudgetScope) {
    super(name, {}, whole);
  }

  open(): void {
    if (this.#state === "closed") this.#turn("open");
  }

  close(): void {
    if (this.#state === "open") this.#state = "closed";
  }

  end(): void {
    this.#turn("ended");
  }

  #turn(state: "open" | "ended"): void {
    this.#state = state;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const go of waiting) go();
  }

  override async reserve(need: Need): Promise<Grant> {
    while (this.#state === "closed") await new Promise<void>((resolve) => this.#waiting.push(resolve));
    if (this.#state === "ended") throw new AllocationOver(this);
    return await super.reserve(need);
  }
}
