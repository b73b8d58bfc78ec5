import type { Candidate, ScoredCandidate } from "../../../src/core/candidate.ts";
import { asksForValue, type CodeTask, type Question } from "../../../src/core/question.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Selection } from "../../../src/core/strategy.ts";
import { sampleSolutions, solutionCandidate } from "../../../src/engine/sampling.ts";

/** The question's programming task, where it is one in Python that asks for a program. */
export function pythonTask({ code }: Question): CodeTask | null {
  return code !== undefined && /python/i.test(code.language) && !asksForValue(code) ? code : null;
}

/** The same where the program is something that can be called by its name. */
export function callableTask(question: Question): CodeTask | null {
  const task = pythonTask(question);
  return task === null || task.entryPoint === "" ? null : task;
}

/** The question's programming task, in whatever language. */
export const codeTask = ({ code }: Question): CodeTask | null => code ?? null;

/** The same where the program is something that can be called by its name. */
export function namedTask({ code }: Question): CodeTask | null {
  return code === undefined || code.entryPoint === "" || asksForValue(code) ? null : code;
}

/** What a strategy for programs does with a question that asks for none: plain solutions, whose note says why. */
export const plainInstead = (run: Run, n: number, temperature: number): AsyncGenerator<readonly Candidate[]> =>
  sampleSolutions(run, {
    n,
    temperature,
    toCandidate: (inner, sample) => solutionCandidate(inner, sample, { instead: "no programming task" }),
  });

/**
 * The candidate with the highest value that the strategy itself found (tests passed), then the higher outcome score,
 * then the latest; null when none has an answer.
 */
export function highestValueThenScore(): Selection {
  return {
    name: "highest-value-then-score",
    usesScores: true,
    pick: (candidates) => {
      const answered = candidates.filter(({ answer }) => answer !== null);
      const order = [...answered].sort(
        (a, b) => shareOf(b) - shareOf(a) || scoreOf(b) - scoreOf(a) || b.index - a.index,
      );
      const [winner, second] = order;
      if (winner === undefined || winner.answer === null) return null;
      const value = winner.value ?? null;
      return {
        index: winner.index,
        answer: winner.answer.text,
        support: value,
        tally: order.map((one) => ({ answer: one.answer?.text ?? "", votes: 1, weight: one.value ?? 0 })),
        tied: second !== undefined && shareOf(second) === shareOf(winner) && scoreOf(second) === scoreOf(winner),
        reason:
          value === null ? "no test was run: the latest stands" : `passes ${Math.round(value * 100)} % of its tests`,
      };
    },
  };
}

const shareOf = ({ value }: ScoredCandidate): number => value ?? -1;
const scoreOf = ({ score }: ScoredCandidate): number => score?.value ?? -1;
