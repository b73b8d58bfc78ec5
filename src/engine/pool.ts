import type { Candidate, ScoredCandidate } from "../core/candidate.ts";
import { BudgetExceededError } from "../core/errors.ts";
import type { PickPoint } from "../core/solution.ts";
import type { Pick, Selection, Stopping } from "../core/strategy.ts";
import { callsOf } from "../core/trajectory.ts";
import { type Role, totalCalls, totalTokens } from "../core/usage.ts";
import type { EngineRun, InHand, SolveContext, WalkPick } from "./context.ts";
import { unlessAborted } from "./halt.ts";
import type { Reached } from "./ledger.ts";
import { contentKey } from "./scoring.ts";

const nextTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));

/** Are candidates scored by a verifier as they come? */
export function judgesAll({ desk }: SolveContext, select: Selection, stopping: Stopping | undefined): boolean {
  return (desk.access.outcome || desk.access.process) && readsScores(select, stopping);
}

function readsScores(select: Selection, stopping: Stopping | undefined): boolean {
  return select.usesScores || select.interim?.usesScores === true || stopping?.usesScores === true;
}

/** The candidates so far, their scores, and what would be picked now. */
export class Pool implements InHand {
  readonly candidates: ScoredCandidate[] = [];
  readonly picks: PickPoint[] = [];
  readonly #run: EngineRun;
  readonly #select: Selection;
  readonly #stopping: Stopping | undefined;
  #pick: Pick | null = null;
  /** The last calls, by number, that were made for the candidates so far. */
  #reached = { policy: -1, verifier: -1 };
  #adding: { readonly batch: readonly Candidate[]; done: number } | null = null;
  /** True when an abort ended the final pick: the interim pick stands in for it. */
  pickWasCut = false;

  constructor(run: EngineRun, select: Selection, stopping: Stopping | undefined) {
    this.#run = run;
    this.#select = select;
    this.#stopping = stopping;
    this.#tellNeeds();
  }

  /** Tells the run how many candidates to draw before the next look. */
  #tellNeeds(): void {
    this.#run.needed = this.#stopping?.needs?.(this.candidates, this.#pick, this.#run);
  }

  /**
   * Adds candidates that were made together, scored unless that is not to be, re-picking after each; the reason to
   * stop, or null.
   */
  async add(batch: readonly Candidate[], judge = true): Promise<string | null> {
    const run = this.#run;
    const adding = { batch, done: 0 };
    this.#adding = adding;
    const interim = this.#select.interim ?? this.#select;
    const before = run.scope.ledger.last;
    const scores =
      judge && readsScores(this.#select, this.#stopping) ? await this.#score(batch) : batch.map(() => null);
    if (this.#adding !== adding) return null;
    for (const [i, candidate] of batch.entries()) {
      const index = this.candidates.length;
      const score = scores[i] ?? null;
      const steps = run.context.desk.saidOfSteps(candidate.judged ?? candidate.trajectory);
      this.candidates.push({ ...candidate, index, score, steps });
      adding.done++;
      const { text, answer, complete, notes } = candidate;
      const calls = candidate.calls ?? callsOf(candidate.trajectory.steps);
      run.emit({
        type: "candidate",
        index,
        text,
        answer: answer?.text ?? null,
        rule: answer?.rule ?? null,
        complete,
        calls,
        notes,
      });
      if (score !== null) {
        const { value, reason, calls: judgedBy = [] } = score;
        run.emit({ type: "candidate-scored", index, score: value, reason, calls: judgedBy });
      }
      this.#reach("policy", calls, before);
      this.#reach("verifier", score?.calls ?? [], before);
      this.#pick = await interim.pick(this.#offered(), run);
      if (this.#adding !== adding) return null;
      this.#record(run.scope.ledger.upTo(this.#reached));
      const enough = this.#stopping?.enough(this.candidates, this.#pick, run) ?? null;
      if (enough !== null) return enough;
    }
    this.#tellNeeds();
    return null;
  }

  /** What is being added. */
  get batch(): readonly Candidate[] {
    return this.#adding?.batch ?? [];
  }

  /** Adds nothing more of the batch that is being added, and gives back what is not in yet. */
  cut(): readonly Candidate[] {
    const left = this.#adding?.batch.slice(this.#adding.done) ?? [];
    this.#adding = null;
    return left;
  }

  /** Calls are paid for in their order: those up to a candidate's own, or all made before it where it names none. */
  #reach(role: Role, calls: readonly number[], before: Readonly<Record<Role, number>>): void {
    const last = calls.length === 0 ? before[role] : Math.max(...calls);
    this.#reached[role] = Math.max(this.#reached[role], last);
  }

  /** Notes on the first candidate of this trajectory that the search itself picked it, and picks again. */
  async note({ trajectory, value }: WalkPick): Promise<void> {
    const key = contentKey(trajectory);
    const index = this.candidates.findIndex((candidate) => contentKey(candidate.trajectory) === key);
    const candidate = this.candidates[index];
    if (candidate === undefined) return;
    const notes = { ...candidate.notes, walkPick: true, ...(value !== null && { walkValue: value }) };
    this.candidates[index] = { ...candidate, notes };
    this.#run.emit({ type: "note", message: `the search's own pick is candidate ${index}` });
    this.#pick = await (this.#select.interim ?? this.#select).pick(this.#offered(), this.#run);
    this.#recordAll();
  }

  /** Adds what was finished when the solve was cut short, with the scores that are known by then. */
  async addLate(batch: readonly Candidate[]): Promise<void> {
    for (const candidate of batch) {
      // A known score is there at once; a verifier that does not hear of aborts is not waited for.
      const scored = this.add([candidate]).catch((error: unknown) => {
        if (!this.#run.signal.aborted) throw error;
      });
      await Promise.race([scored, nextTurn()]);
      for (const left of this.cut()) await this.add([left], false);
    }
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

  /** The pick after all that was spent. */
  #recordAll(): void {
    const usage = this.#run.usage();
    this.#record({ tokens: totalTokens(usage), calls: totalCalls(usage) });
  }

  #record({ tokens, calls }: Reached): void {
    const { run, pick } = { run: this.#run, pick: this.#pick };
    const point = {
      candidates: this.candidates.length,
      picked: pick?.index ?? null,
      answer: pick?.answer ?? null,
      support: pick?.support ?? null,
      tokens,
    };
    this.picks.push({ ...point, calls });
    run.emit({ type: "pick", ...point, tally: pick?.tally ?? [] });
  }

  /** Unfinished candidates are offered only when nothing finished. */
  #offered(): readonly ScoredCandidate[] {
    const complete = this.candidates.filter((candidate) => candidate.complete);
    return complete.length > 0 ? complete : this.candidates;
  }

  /**
   * The rule's own pick where it makes calls, which is then the last of `picks`; its interim pick where the budget has
   * no room for them.
   */
  async finalPick(): Promise<Pick | null> {
    if (this.#select.interim === undefined || this.candidates.length === 0) return this.#marked(this.#pick);
    try {
      // A model that does not hear of aborts must not keep the solve beyond its time.
      const picking = Promise.resolve(this.#select.pick(this.#offered(), this.#run));
      this.#pick = await unlessAborted(picking, this.#run.signal);
      this.#recordAll();
      return this.#marked(this.#pick);
    } catch (error) {
      if (!(error instanceof BudgetExceededError) && !this.#run.signal.aborted) throw error;
      // What it asked beside the call that found no room is paid for, and part of the bill.
      await unlessAborted(this.#run.scope.budget.idle(), this.#run.signal).catch(() => {});
      this.pickWasCut = this.#run.signal.aborted;
      return this.#marked(this.#pick);
    }
  }

  #marked(pick: Pick | null): Pick | null {
    const candidate = pick === null ? undefined : this.candidates[pick.index];
    if (pick === null || candidate === undefined) return pick;
    const { silent } = this.#run.context.desk;
    const blind = silent > 0 ? `; none of ${silent} judgements could be made` : "";
    const cut = candidate.complete ? "" : " (no candidate finished; this one was cut)";
    return { ...pick, reason: `${pick.reason}${cut}${blind}` };
  }

  /** Why there is no answer. */
  silence(): string {
    const n = this.candidates.length;
    if (n === 0) return "no candidate was completed";
    const read = this.candidates.filter(({ answer }) => answer !== null).length;
    if (read > 0) return `none of ${n} candidates was picked, ${read} of which have an answer`;
    return `no answer could be read out of ${n === 1 ? "the one candidate" : `any of ${n} candidates`}`;
  }
}
