import type { Candidate, ScoredCandidate } from "../core/candidate.ts";
import { BudgetExceededError } from "../core/errors.ts";
import type { PickPoint } from "../core/solution.ts";
import type { Pick, Selection, Stopping } from "../core/strategy.ts";
import { callsOf } from "../core/trajectory.ts";
import { totalCalls, totalTokens } from "../core/usage.ts";
import type { EngineRun, SolveContext } from "./context.ts";

/** Are candidates scored by a verifier as they come? */
export function judgesAll({ desk }: SolveContext, select: Selection, stopping: Stopping | undefined): boolean {
  return (desk.access.outcome || desk.access.process) && readsScores(select, stopping);
}

function readsScores(select: Selection, stopping: Stopping | undefined): boolean {
  return select.usesScores || select.interim?.usesScores === true || stopping?.usesScores === true;
}

/** The candidates so far, their scores, and what would be picked now. */
export class Pool {
  readonly candidates: ScoredCandidate[] = [];
  readonly picks: PickPoint[] = [];
  readonly #run: EngineRun;
  readonly #select: Selection;
  readonly #stopping: Stopping | undefined;
  #pick: Pick | null = null;
  #tokensBefore = 0;
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
      const steps = run.context.desk.saidOfSteps(candidate.trajectory);
      this.candidates.push({ ...candidate, index, score, steps });
      const { text, answer, complete, notes } = candidate;
      run.emit({
        type: "candidate",
        index,
        text,
        answer: answer?.text ?? null,
        rule: answer?.rule ?? null,
        complete,
        calls: candidate.calls ?? callsOf(candidate.trajectory.steps),
        notes,
      });
      if (score !== null) {
        const { value, reason, calls = [] } = score;
        run.emit({ type: "candidate-scored", index, score: value, reason, calls });
      }
      this.#pick = await interim.pick(this.#offered(), run);
      this.#record(spent[i] ?? tokens);
      const enough = this.#stopping?.enough(this.candidates, this.#pick, run) ?? null;
      if (enough !== null) return enough;
    }
    this.#tokensBefore = tokens;
    this.#tellNeeds();
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

  /**
   * The rule's own pick where it makes calls, which is then the last of `picks`; its interim pick where the budget has
   * no room for them.
   */
  async finalPick(): Promise<Pick | null> {
    if (this.#select.interim === undefined || this.candidates.length === 0) return this.#marked(this.#pick);
    try {
      this.#pick = await this.#select.pick(this.#offered(), this.#run);
      this.#record(totalTokens(this.#run.usage()));
      return this.#marked(this.#pick);
    } catch (error) {
      if (!(error instanceof BudgetExceededError) && !this.#run.signal.aborted) throw error;
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
    return `no answer could be read out of ${n === 1 ? "the one candidate" : `any of ${n} candidates`}`;
  }
}

/**
 * Tokens spent by the time each candidate of a batch was there: what the batch shares (the prompt, the verifier) was
 * paid for before the first, then each adds its own. Never more than the batch cost in all.
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
