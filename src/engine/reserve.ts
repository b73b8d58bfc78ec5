import { estimatePromptTokens } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { End } from "../core/search.ts";

/**
 * Room for a whole answer that a search keeps while nothing has finished, in tokens. Not the limit of an answer's
 * length, on which nothing may depend that does not reach it.
 */
const longestEnding = 384;

interface Left {
  readonly tokens: number;
  readonly calls: number;
}

/**
 * Says when a search without a finished trajectory has only room left to finish one: when a round like the last, and
 * the completion of the most promising end after it, would no longer both fit. So a walk that goes down in small steps
 * does not spend everything on beginnings.
 */
export class Reserve {
  readonly #run: Run;
  #before: Left | null = null;

  constructor(run: Run) {
    this.#run = run;
  }

  /** To be called before each round. */
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
const spentSince = (before: Left | null, now: Left): Left => ({
  tokens: before !== null && Number.isFinite(before.tokens) ? before.tokens - now.tokens : 0,
  calls: before !== null && Number.isFinite(before.calls) ? before.calls - now.calls : 0,
});

/** Tokens that completing this trajectory may take. */
export function endingTokens(run: Run, { trajectory }: End): number {
  const messages = [{ role: "user" as const, content: run.question.text }];
  return estimatePromptTokens({ messages, prefix: trajectory.text }) + longestEnding;
}
