import { arithmetic } from "../../experiments/datasets/arithmetic.ts";
import type { RunEvent } from "../core/events.ts";
import type { Policy } from "../core/policy.ts";
import type { Question } from "../core/question.ts";
import type { Solution } from "../core/solution.ts";
import { parseOptions, type Strategy } from "../core/strategy.ts";
import { addLedgers, emptyLedger, totalCalls, totalTokens } from "../core/usage.ts";
import { type SolveSetup, solve } from "../engine/solve.ts";
import { simulatedPolicy } from "../policy/simulated/index.ts";
import { type ContractCheck, check, failureOf, holds, same } from "./check.ts";

export interface StrategyContract {
  /** Options to test with; small ones are quick. */
  readonly options?: unknown;
  /** Verifiers, sandbox, further models, where the strategy needs them. */
  readonly setup?: Partial<SolveSetup>;
}

/**
 * What every strategy must do, whatever its idea is: a check each, for any test runner. They run on the simulated
 * policy, which needs no model.
 *
 * ```ts
 * for (const { title, run } of strategyContract(myVote)) it(title, run);
 * ```
 */
export function strategyContract<Options>(
  given: Strategy<Options>,
  { options = {}, setup = {} }: StrategyContract = {},
): readonly ContractCheck[] {
  const strategy = given as Strategy;
  const policy = simulatedPolicy({ stepError: 0.25, formatError: 0.05 });
  const solving = async (more: Partial<SolveSetup> = {}, index = 0): Promise<Solution> =>
    solve(await questionAt(index), { strategy, options, policy, seed: 1, maxTokens: 256, ...setup, ...more });
  return [
    check("says in words what it does, what it costs and what each reward changes", () => {
      const { summary, how, costNote, rewards } = strategy;
      for (const text of [summary, how, costNote, rewards.outcome, rewards.process, rewards.none])
        holds(text.length > 4, "each of summary, how, costNote and rewards must be a few words");
    }),
    check("refuses options that it does not know", async () => {
      const sentence = "an unknown option must be refused: use z.strictObject";
      await failureOf(() => parseOptions(strategy, { nonsense: 1 }), sentence);
    }),
    check("same seed, same trace; usage adds up", async () => {
      const trace = async () => {
        const events: RunEvent[] = [];
        const { usage } = await solving({ onEvent: (event) => events.push(event) });
        const charged = events.flatMap((event) => (event.type === "call-end" ? [event.usage] : []));
        const summed = charged.reduce(addLedgers, emptyLedger);
        same({ ...summed, sandbox: null }, { ...usage.logical, sandbox: null }, "usage of all calls");
        return events.map((event) => JSON.stringify(event));
      };
      same(await trace(), await trace(), "the same seed gives another trace (Math.random? the time of day?)");
    }),
    check("makes no more calls than its cost says", async () => {
      const { calls } = strategy.cost(parseOptions(strategy, options));
      for (let index = 0; index < 4; index++) {
        const made = (await solving({ seed: index }, index)).usage.logical.policy.calls;
        holds(made <= calls, `it made ${made} calls, and its cost says ${calls}`);
      }
    }),
    check("keeps to a budget, and answers with what there is", () => keepsBudgets(solving)),
    check("ends at once when it is aborted", () => endsWhenAborted(policy, solving)),
  ];
}

const mostQuestions = 8;

async function questionAt(index: number): Promise<Question> {
  const shape = { count: mostQuestions, seed: "contract", minSteps: 3, maxSteps: 3 };
  const problems = await arithmetic.load({}, parseOptions(arithmetic, shape));
  const problem = problems[index % mostQuestions];
  if (problem === undefined) throw new Error("there are no problems");
  return problem.question;
}

type Solving = (more?: Partial<SolveSetup>, index?: number) => Promise<Solution>;

async function keepsBudgets(solving: Solving): Promise<void> {
  for (const [index, budget] of [{ calls: 1 }, { calls: 2 }, { tokens: 300 }, { tokens: 900 }].entries()) {
    const { usage, candidates, answer } = await solving({ budget }, index);
    const [calls, tokens] = [totalCalls(usage.logical), totalTokens(usage.logical)];
    holds(calls <= (budget.calls ?? calls), `it made ${calls} calls of ${budget.calls}`);
    holds(tokens <= (budget.tokens ?? tokens), `it took ${tokens} tokens of ${budget.tokens}`);
    const finished = candidates.some((candidate) => candidate.complete && candidate.answer !== null);
    holds(!finished || answer !== null, "a finished candidate has an answer, and the solution has none");
  }
}

/** A strategy lets the error of an aborted call pass: what it catches it would spend on. */
async function endsWhenAborted(policy: Policy, solving: Solving): Promise<void> {
  const halt = new AbortController();
  let calls = 0;
  const aborting: Policy = {
    ...policy,
    sample: async (request, options) => {
      calls++;
      halt.abort(new Error("enough"));
      return await policy.sample(request, options);
    },
  };
  const { stopped } = await solving({ policy: aborting, signal: halt.signal, onAbort: "return" });
  same(stopped, "aborted", "how it ended");
  const made = calls;
  await new Promise((resolve) => setImmediate(resolve));
  same(calls, made, "calls made after the abort");
}
