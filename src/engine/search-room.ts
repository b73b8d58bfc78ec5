import type { Spent } from "../core/budget.ts";
import { estimatePromptTokens } from "../core/policy.ts";
import type { Expansion } from "../core/search.ts";
import { totalCalls, totalTokens } from "../core/usage.ts";
import type { RunScope } from "./context.ts";

/** Tokens of a short step. */
const shortStep = 48;

type Kind = Expansion["kind"];

/**
 * Keeps room for judging while a search draws: for each sample what a judgement of its kind (a step, a rollout) took on
 * average when it was last judged, and a fifth more, as later steps are longer. Before the first, about a question and
 * a short step.
 */
export class SearchRoom {
  readonly #scope: Pick<RunScope, "budget" | "judging" | "question" | "ledger">;
  readonly #shares: Record<Kind, Spent>;
  readonly #least: Record<Kind, Spent>;
  #before: Spent;

  constructor(scope: Pick<RunScope, "budget" | "judging" | "question" | "ledger">) {
    this.#scope = scope;
    this.#before = this.#spent();
    const asked = estimatePromptTokens({ messages: [{ role: "user", content: scope.question.text }] });
    const first = { tokens: asked + shortStep, calls: 1, dollars: 0 };
    this.#shares = { expand: first, rollout: first };
    this.#least = { expand: first, rollout: first };
  }

  /**
   * To be called before an expansion is drawn: from now on each sample keeps room for its judgement. `last` is where a
   * round is in parts of one expansion, near the end of the budget: then it is the least that was seen, as what could
   * not be judged is better than what was not drawn.
   */
  keep({ kind, score }: Expansion, last: boolean): void {
    this.#scope.judging.share = score === false ? null : (last ? this.#least : this.#shares)[kind];
  }

  /** What is drawn from now on goes on from samples that have their room. */
  kept(): void {
    this.#scope.judging.share = null;
  }

  /** All is drawn. Where the policy judges its own samples, as for any other call, the room is given back to it. */
  drawn(policyJudges: boolean): void {
    this.kept();
    if (policyJudges) this.#scope.budget.release();
    this.#before = this.#spent();
  }

  /** All is judged: so many samples, of expansions of these kinds. */
  judged(samples: number, kinds: ReadonlySet<Kind>): void {
    const { tokens, calls } = this.#spent();
    if (samples > 0) {
      const each = { tokens: (tokens - this.#before.tokens) / samples, calls: (calls - this.#before.calls) / samples };
      const share = { tokens: Math.ceil(1.2 * each.tokens), calls: Math.ceil(each.calls), dollars: 0 };
      for (const kind of kinds) {
        this.#shares[kind] = share;
        const { tokens, calls } = this.#least[kind];
        this.#least[kind] = {
          tokens: Math.min(tokens, Math.ceil(each.tokens)),
          calls: Math.min(calls, share.calls),
          dollars: 0,
        };
      }
    }
    this.#scope.budget.release();
  }

  #spent(): Spent {
    const { logical } = this.#scope.ledger;
    return { tokens: totalTokens(logical), calls: totalCalls(logical), dollars: 0 };
  }
}
