import type { BudgetScope } from "../core/budget.ts";
import type { ScoredCandidate } from "../core/candidate.ts";
import { RuminateError } from "../core/errors.ts";
import type { Solution } from "../core/solution.ts";
import { ApiError, overBudget } from "./errors.ts";
import type { Plan } from "./plan.ts";

/** Reasons with which the work of a request ends before it is done. */
export const clientLeft = new RuminateError("client_left", "the client has left");
export const shuttingDown = new RuminateError("shutting_down", "the server is shutting down");

/** What may have ended a solve from outside. */
interface Around {
  /** The caller's budget of one request, inside that of the day. */
  readonly within: BudgetScope | null;
  readonly signal: AbortSignal;
}

/** Why there is nothing to return. */
export function nothing(solution: Solution, { ask, budget }: Plan, { within, signal }: Around): ApiError {
  const { stopped, stopReason = "", candidates } = solution;
  if (stopped === "time") {
    const message = `No reply was complete within ${budget.seconds} s.`;
    return new ApiError({ status: 504, type: "timeout_error", code: "timeout", message });
  }
  if (stopped === "aborted") return ended(signal.reason);
  if (stopped === "budget" && candidates.length === 0) {
    const reason = stopReason.replace(/ Raise .*$/, "");
    const day = within?.parent ?? null;
    if (day !== null && stopReason.includes(day.name))
      return overBudget(`The budget of this key is used up for today. ${reason}`);
    return new ApiError({
      status: 400,
      code: "budget_exceeded",
      message: `The budget has no room for one reply. ${reason}`,
    });
  }
  const why = noReply(ask.format === null, candidates);
  return new ApiError({ status: 422, type: "no_reply", code: "no_valid_reply", message: why });
}

/** Status 499 is read by nobody but the log: the client has left. */
function ended(reason: unknown): ApiError {
  if (reason === shuttingDown) {
    return new ApiError({ status: 503, retryAfterSeconds: 5, message: "The server is shutting down.", cause: reason });
  }
  const message = "The request was ended before it had a reply.";
  return new ApiError({ status: 499, code: "client_left", message, cause: reason });
}

function noReply(free: boolean, candidates: readonly ScoredCandidate[]): string {
  const of = `None of ${candidates.length} replies`;
  if (!free) return `${of} satisfies the response format. Allow more candidates or more tokens.`;
  const called = candidates.some(({ toolCalls = [] }) => toolCalls.length > 0);
  return called ? `${of} calls a function that was offered with arguments in JSON.` : "No reply was completed.";
}
