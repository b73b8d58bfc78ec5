import type { Candidate } from "../core/candidate.ts";
import type { Expansion, Pipeline } from "../core/search.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { type Ledger, totalCalls, totalDollars, totalTokens } from "../core/usage.ts";
import type { EngineRun } from "./context.ts";
import { type Draw, draw, type Harvest, outcomeOf, type Scored, scoreAll, toScore, type Walking } from "./growing.ts";
import { PlanLog } from "./plan-log.ts";
import { endingTokens } from "./reserve.ts";

/** What came of a plan; `failure` is the first call's that failed. */
interface Brought {
  readonly drawn: Draw | null;
  readonly scores: ReadonlyMap<Trajectory, Scored>;
  readonly failure: { readonly reason: unknown } | null;
}

/** A plan that has no outcome, or whose outcome was not absorbed. */
interface Plan {
  readonly expansion: Expansion;
  readonly log: PlanLog;
  readonly brought: Promise<Brought>;
  /** The same, as far as it has come. */
  now: Pick<Brought, "drawn" | "scores">;
}

/**
 * Drives a walk that plans within a window: draws and scores of several plans are in flight at a time, and are absorbed
 * in the order of planning. What happens in which order depends on the window, never on timing:
 *
 * - A plan is made when the walk has absorbed the plans before the window, no later and no earlier.
 * - Draws begin in the order of planning. A plan is scored once it and all before it have been drawn, so that what has
 *   been judged before is the same at any concurrency; it costs next to nothing, as plans are absorbed in order anyway.
 * - Charges and events are kept back until a plan is absorbed ({@link PlanLog}).
 * - Where a budget could run short, less is in flight: only plans that are sure to fit together, at last one at a time.
 */
export class Flight<Own> {
  readonly pipeline: Pipeline;
  readonly #run: EngineRun;
  readonly #room: Room;
  readonly #plans: Plan[] = [];
  readonly #batch: Candidate[] = [];
  #walk: Walking<Own> | null = null;
  #harvest: Harvest<Own> | null = null;
  #made = 0;
  #over = false;
  #halted = false;
  /** Done when all plans so far have been drawn and their scoring has begun. */
  #drawn: Promise<unknown> = Promise.resolve();

  constructor(run: EngineRun, window: number) {
    this.#run = run;
    this.#room = new Room(run);
    this.pipeline = { window, hasRoom: () => this.#hasRoom(), absorbed: () => this.#absorbed() };
  }

  /** Plans and absorbs to the end; what the budget has room for then. */
  async *play(walk: Walking<Own>, harvest: Harvest<Own>): AsyncGenerator<readonly Candidate[], "all" | "one" | "none"> {
    this.#walk = walk;
    this.#harvest = harvest;
    const { search, state, run } = walk;
    const halt = () => this.#halt(walk);
    run.signal.addEventListener("abort", halt, { once: true });
    try {
      for (;;) {
        const planned = this.#over ? [] : search.ask(state, Number.POSITIVE_INFINITY, run.random);
        for (const expansion of planned) this.#plans.push(this.#begin(walk, expansion));
        if (planned.length > 0) continue;
        if (this.#batch.length > 0) yield this.#batch.splice(0);
        const [oldest] = this.#plans;
        if (oldest === undefined) break;
        if (await this.#lost(walk, oldest)) await this.#settle(walk);
        if (this.#halted) throw run.signal.reason;
      }
      if (this.#over) return "none";
      return search.done(state) ? "all" : "one";
    } finally {
      run.signal.removeEventListener("abort", halt);
      await this.#settle(walk);
    }
  }

  #hasRoom(): boolean {
    const walk = this.#walk;
    if (walk === null || this.#over) return false;
    if (!this.#room.limited) return true;
    const { search, state } = walk;
    const best = this.#harvest?.offered === 0 ? search.frontier(state)[0] : undefined;
    const ending = best === undefined || best.trajectory.depth === 0 ? null : endingTokens(this.#run, best);
    return this.#room.allows(this.#plans.length, ending);
  }

  #begin(walk: Walking<Own>, expansion: Expansion): Plan {
    const log = new PlanLog();
    const { run, begin } = this.#run.forPlan(log, this.#made++);
    const own = { ...walk, run };
    const drawing = begin(() => outcome(draw(own, expansion)));
    const scoring = this.#drawn
      .then(() => drawing)
      .then(({ value }) => ({ scored: outcome(scoreAll(own, toScore(expansion, value))) }));
    this.#drawn = scoring;
    const brought = scoring.then(async ({ scored }): Promise<Brought> => {
      const { value: drawn, failure } = await drawing;
      const { value, failure: unscored } = await scored;
      return { drawn, scores: value ?? new Map<Trajectory, Scored>(), failure: failure ?? unscored };
    });
    const plan: Plan = { expansion, log, brought, now: { drawn: null, scores: new Map() } };
    void drawing.then(({ value }) => {
      plan.now = { ...plan.now, drawn: value };
    });
    void brought.then((all) => {
      plan.now = all;
    });
    return plan;
  }

  /** Hands the outcome of a plan over; true where a call of it failed: then nothing more is planned. */
  async #lost(walk: Walking<Own>, { expansion, brought }: Plan): Promise<boolean> {
    const { drawn, scores, failure } = await brought;
    if (this.#halted) return true;
    if (drawn !== null) {
      walk.search.tell(walk.state, expansion, outcomeOf(walk, expansion, drawn, scores));
    }
    if (failure === null) return false;
    this.#over = true;
    this.#run.scope.ending.failure ??= failure;
    return true;
  }

  /** The search has taken the oldest plan in. */
  #absorbed(): void {
    const plan = this.#plans.shift();
    if (plan === undefined || this.#harvest === null) return;
    const before = totalTokens(this.#run.usage());
    plan.log.flush();
    this.#room.note(plan.log.most, totalTokens(this.#run.usage()) - before);
    this.#batch.push(...this.#harvest.gather());
  }

  /** Waits for what is in flight, and takes in what came of it, in order. */
  async #settle(walk: Walking<Own>): Promise<void> {
    const rest = this.#plans.filter(({ expansion }) => !isTold(walk, expansion));
    this.#over ||= rest.length > 0;
    for (const plan of rest) await this.#lost(walk, plan);
    if (!this.#halted) this.#takeIn(walk);
  }

  #takeIn({ search, state }: Walking<Own>): void {
    for (const { log } of this.#plans) log.flush();
    search.settle(state);
    this.#plans.length = 0;
    if (this.#harvest !== null) this.#batch.push(...this.#harvest.gather());
  }

  /** The solve is cut short, and nobody waits: what has come by now is taken in at once, and offered late. */
  #halt(walk: Walking<Own>): void {
    this.#over = true;
    for (const { expansion, now } of this.#plans) {
      if (now.drawn === null || isTold(walk, expansion)) continue;
      walk.search.tell(walk.state, expansion, outcomeOf(walk, expansion, now.drawn, now.scores));
    }
    this.#takeIn(walk);
    this.#halted = true;
    this.#run.scope.ending.late = this.#batch.splice(0);
  }
}

/** Was its outcome handed over already? */
const isTold = <Own>({ state }: Walking<Own>, { id }: Expansion): boolean => state.held.has(id);

/** How a call ended, as a value. */
async function outcome<T>(
  call: Promise<T>,
): Promise<{ readonly value: T | null; readonly failure: Brought["failure"] }> {
  try {
    return { value: await call, failure: null };
  } catch (reason) {
    return { value: null, failure: { reason } };
  }
}

const limits = ["tokens", "calls", "dollars"] as const;
type Limit = (typeof limits)[number];
type Amounts = Readonly<Record<Limit, number>>;

/**
 * Says whether one more plan fits the budget beside those in flight, by what was absorbed alone: what is spent by plans
 * in flight depends on timing. A plan is taken to need what the dearest so far could have cost. Under a limit the first
 * plan flies alone, as nothing is known before.
 */
class Room {
  readonly #run: EngineRun;
  readonly #before: Amounts;
  readonly limited: boolean;
  readonly #most: Record<Limit, number> = { tokens: 0, calls: 0, dollars: 0 };
  #spentMost = 0;
  #known = false;

  constructor(run: EngineRun) {
    this.#run = run;
    const { tokens, calls, dollars } = run.budget.remaining();
    const spent = amountsOf(run.usage());
    this.#before = { tokens: tokens + spent.tokens, calls: calls + spent.calls, dollars: dollars + spent.dollars };
    this.limited = limits.some((limit) => Number.isFinite(this.#before[limit]));
  }

  /** `ending` are tokens to be kept for the end, where nothing has finished; null for none. */
  allows(inFlight: number, ending: number | null): boolean {
    if (!this.#known) return inFlight === 0;
    const spent = amountsOf(this.#run.usage());
    const left = (limit: Limit) => this.#before[limit] - spent[limit];
    if (inFlight === 0) return ending === null || left("tokens") >= this.#spentMost + ending;
    return limits.every((limit) => {
      const kept = limit === "tokens" ? (ending ?? 0) : 0;
      return left(limit) >= (inFlight + 1) * this.#most[limit] + kept;
    });
  }

  /** Takes in what an absorbed plan could have cost, and what it did. */
  note(most: Amounts, spentTokens: number): void {
    this.#known = true;
    for (const limit of limits) this.#most[limit] = Math.max(this.#most[limit], most[limit]);
    this.#spentMost = Math.max(this.#spentMost, spentTokens);
  }
}

const amountsOf = (usage: Ledger): Amounts => ({
  tokens: totalTokens(usage),
  calls: totalCalls(usage),
  dollars: totalDollars(usage),
});
