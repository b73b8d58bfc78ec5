import { BudgetExceededError } from "../../src/core/errors.ts";
import type { Run } from "../../src/core/run.ts";
import { totalCalls, totalTokens } from "../../src/core/usage.ts";

/**
 * For work whose cost is known only afterwards (a served verifier): may it begin at all?
 * @throws BudgetExceededError when nothing is left of the tokens or calls.
 */
export function requireRoom(run: Run): void {
  const left = run.budget.remaining();
  const name = `problem ${run.question.id}`;
  const [tokens, calls] = [totalTokens(run.usage()), totalCalls(run.usage())];
  if (left.tokens <= 0) throw new BudgetExceededError("tokens", tokens, tokens, name);
  if (left.calls <= 0) throw new BudgetExceededError("calls", calls, calls, name);
}
