import { BudgetExceededError } from "../core/errors.ts";
import type { Run } from "../core/run.ts";
import { totalCalls, totalTokens } from "../core/usage.ts";

/** The error of a strategy that stops because the budget has no room for its next call, though none was refused yet. */
export function outOfBudget(run: Run, scope: string): BudgetExceededError {
  const { tokens, calls } = run.budget.remaining();
  const usage = run.usage();
  if (calls < 1 || !Number.isFinite(tokens)) {
    const spent = totalCalls(usage);
    return new BudgetExceededError("calls", spent + calls, spent, scope);
  }
  const spent = totalTokens(usage);
  return new BudgetExceededError("tokens", spent + tokens, spent, scope);
}
