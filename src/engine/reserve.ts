import { estimatePromptTokens } from "../core/policy.ts";
import type { Run } from "../core/run.ts";
import type { End } from "../core/search.ts";

/**
 * Room for a whole answer that a search keeps while nothing has finished, in tokens; less where answers are shorter.
 */
const longestEnding = 384;

/**
 * Says when a search without a finished trajectory has only room left to finish one: when a round like the last, and
 * the completion of the most promising end after it, would no longer both fit. So a walk that goes down in small steps
 * does not spend everything on beginnings.
 */
export class Reserve {
  readonly #run: Run;
  #before = Number.POSITIVE_INFINITY;

  constructor(run: Run) {
    this.#run = run;
  }

  /** To be called before each round. */
  isReached(best: End | undefined): boolean {
    const { tokens } = this.#run.budget.remaining();
    const round = this.#before === Number.POSITIVE_INFINITY ? 0 : this.#before - tokens;
    this.#before = tokens;
    if (best === undefined || best.trajectory.depth === 0 || !Number.isFinite(tokens)) return false;
    return tokens < round + endingTokens(this.#run, best);
  }
}

/** Tokens that completing this trajectory may take. */
export function endingTokens(run: Run, { trajectory }: End): number {
  const messages = [{ role: "user" as const, content: run.question.text }];
  return estimatePromptTokens({ messages, prefix: trajectory.text }) + Math.min(run.maxTokens, longestEnding);
}
