import type { Spent } from "../core/budget.ts";
import { estimatePromptTokens } from "../core/policy.ts";
import type { Usage } from "../core/usage.ts";
import type { RunScope } from "./context.ts";

/** Tokens of a short step. */
const shortStep = 48;

/**
 * Keeps room for judging while a search draws a round: for each sample what a judgement took on average in the last
 * round, and a fifth more, as later steps are longer. Before the first round about a question and a short step.
 */
export class SearchRoom {
  readonly #scope: Pick<RunScope, "budget" | "judging" | "question" | "ledger">;
  #share: Spent;
  #before: Usage;

  constructor(scope: Pick<RunScope, "budget" | "judging" | "question" | "ledger">) {
    this.#scope = scope;
    this.#before = scope.ledger.logical.verifier;
    const asked = estimatePromptTokens({ messages: [{ role: "user", content: scope.question.text }] });
    this.#share = { tokens: asked + shortStep, calls: 1, dollars: 0 };
  }

  /** From now on each sample keeps room for its judgement. */
  keep(): void {
    this.#before = this.#scope.ledger.logical.verifier;
    this.#scope.judging.share = this.#share;
  }

  /** All of the round is drawn. */
  drawn(): void {
    this.#scope.judging.share = null;
  }

  /** The round has been judged, so many samples of it. */
  judged(samples: number): void {
    const { promptTokens, completionTokens, calls } = this.#scope.ledger.logical.verifier;
    const tokens = promptTokens + completionTokens - this.#before.promptTokens - this.#before.completionTokens;
    if (samples > 0) {
      const each = { tokens: tokens / samples, calls: (calls - this.#before.calls) / samples };
      this.#share = { tokens: Math.ceil(1.2 * each.tokens), calls: Math.ceil(each.calls), dollars: 0 };
    }
    this.#scope.budget.release();
  }
}
