import { estimatePromptTokens } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { End } from "../core/search.ts";

/**
 * Room for a whole answer that a search keeps while nothing has finished, in tokens. Not the limit of an answer's
 * length, on which nothing may depend that does not reach it.
 */
const longestEnding = 384;

interface Cost {
  readonly tokens: number;
  readonly calls: number;
}

const limits = ["tokens", "calls"] as const;

/**
 * Divides what is left of a budget between a search's expansions and the completion of one trajectory. A part of a
 * round is drawn and judged before the next is asked for, and takes no more than half of what is left, by the dearest
 * expansions so far: so a round that does not fit whole is searched as far as it does. While nothing has finished, room
 * for completing the most promising end is kept.
 */
export class Reserve {
  readonly #run: Run;
  /** Of one expansion with its judgement: the average of the part in which it was dearest. */
  #each: Cost = { tokens: 0, calls: 0 };
  /** What was left before the last round. */
  #before: Cost | null = null;

  constructor(run: Run) {
    this.#run = run;
  }

  /** How many expansions to ask for next: at least 1, and all of them where nothing is limited or known. */
  part(): number {
    const left = this.#run.budget.remaining();
    const room = limits.map((limit) =>
      Number.isFinite(left[limit]) && this.#each[limit] > 0 ? left[limit] / (2 * this.#each[limit]) : Infinity,
    );
    return Math.max(1, Math.floor(Math.min(...room)));
  }

  /** Draws and judges so many expansions, and notes what they cost. */
  async during<T>(expansions: number, play: () => Promise<T>): Promise<T> {
    const before = this.#run.budget.remaining();
    const played = await play();
    const after = this.#run.budget.remaining();
    const each = (limit: "tokens" | "calls") =>
      Math.max(this.#each[limit], Number.isFinite(before[limit]) ? (before[limit] - after[limit]) / expansions : 0);
    this.#each = { tokens: each("tokens"), calls: each("calls") };
    return played;
  }

  /**
   * To be called before each round: is there room only to complete this end? So it is when a round like the last, and
   * the completion after it, would no longer both fit.
   */
  isReached(best: End | undefined): boolean {
    const { tokens, calls } = this.#run.budget.remaining();
    const round = spentSince(this.#before, { tokens, calls });
    this.#before = { tokens, calls };
    if (best === undefined || best.trajectory.depth === 0) return false;
    if (calls < round.calls + 1) return true;
    return Number.isFinite(tokens) && tokens < round.tokens + endingTokens(this.#run, best);
  }
}

/** 0 where there is no limit, and before the first round. */
const spentSince = (before: Cost | null, now: Cost): Cost => ({
  tokens: before !== null && Number.isFinite(before.tokens) ? before.tokens - now.tokens : 0,
  calls: before !== null && Number.isFinite(before.calls) ? before.calls - now.calls : 0,
});

/** Tokens that completing this trajectory may take. */
export function endingTokens(run: Run, { trajectory }: End): number {
  const messages = [{ role: "user" as const, content: run.question.text }];
  return estimatePromptTokens({ messages, prefix: trajectory.text }) + longestEnding;
}
