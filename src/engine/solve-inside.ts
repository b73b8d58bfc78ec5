import { BudgetScope } from "../core/budget.ts";
import type { Candidate } from "../core/candidate.ts";
import { frozen } from "../core/frozen.ts";
import type { Question } from "../core/question.ts";
import type { SubSolve } from "../core/run.ts";
import type { Solution } from "../core/solution.ts";
import type { EngineRun, SolveContext } from "./context.ts";
import { drain, type End } from "./draining.ts";
import { unlessAborted } from "./halt.ts";
import { LedgerBook } from "./ledger.ts";
import { judgesAll, Pool } from "./pool.ts";
import { SolveRun } from "./run.ts";

/** The same, but for the model that is asked, and with judgements of its own for another question. */
function contextFor(outer: EngineRun, question: Question, model: string | undefined): SolveContext {
  const same = question.text === outer.question.text;
  const context = same ? outer.context : { ...outer.context, desk: outer.context.desk.about(question.text) };
  if (model === undefined) return context;
  const policy = context.models[model];
  if (policy !== undefined) return { ...context, policy };
  outer.emit({ type: "note", message: `there is no model "${model}": ${context.policy.id} takes its place` });
  return context;
}

/**
 * A strategy inside a strategy: its own budget scope, ledger and pick; the same models, verifiers, samples and signal.
 */
export async function* solveInside(outer: EngineRun, inner: SubSolve): AsyncGenerator<Candidate, Solution> {
  const label = outer.scope.label === "" ? inner.label : `${outer.scope.label}/${inner.label}`;
  const budget = new BudgetScope(`${outer.scope.budget.name}, ${label}`, inner.budget ?? {}, outer.scope.budget);
  const ledger = new LedgerBook(outer.scope.ledger);
  const question = frozen(inner.question ?? outer.question);
  const stopping = inner.stop ?? inner.strategy.stop?.(inner.options);
  const select = inner.select ?? inner.strategy.select(inner.options);
  const context = contextFor(outer, question, inner.model);
  const judges = judgesAll(context, select, stopping);
  const run = new SolveRun(context, {
    question,
    budget,
    ledger,
    signal: outer.signal,
    stopping,
    judges,
    judging: { share: null },
    label,
    solved: new Map(),
    ending: { failure: null },
  });
  const pool = new Pool(run, select, stopping);
  const end = yield* singly(drain(inner.strategy.candidates(run, inner.options), pool, run), run.signal);
  const pick = await pool.finalPick();
  const solution: Solution = {
    answer: pick?.answer ?? null,
    pick,
    reason: pick?.reason ?? pool.silence(),
    candidates: pool.candidates,
    picks: pool.picks,
    stopped: end.stopped,
    stopReason: end.reason,
    usage: { logical: ledger.logical, actual: ledger.actual },
    milliseconds: 0,
  };
  outer.scope.solved.set(inner.label, solution);
  return solution;
}

/** The members of the batches, one by one. */
async function* singly(
  batches: AsyncGenerator<readonly Candidate[], End>,
  signal: AbortSignal,
): AsyncGenerator<Candidate, End> {
  try {
    for (;;) {
      const next = await batches.next();
      if (next.done === true) return next.value;
      yield* next.value;
    }
  } finally {
    const left = batches.return({ stopped: "finished" }).catch(() => {});
    if (!signal.aborted) await unlessAborted(left, signal).catch(() => {});
  }
}
