import type { DatasetDefinition, DatasetSource } from "../core/dataset.ts";
import type { GraderDefinition } from "../core/grader.ts";
import type { MetricDefinition, TrialRow } from "../core/metric.ts";
import { type Problem, problemOf } from "../core/problem.ts";
import { Random } from "../core/random.ts";
import type { Score } from "../core/score.ts";
import { parseOptions, type Strategy } from "../core/strategy.ts";
import type { VerifierDefinition } from "../core/verifier.ts";
import { givenTexts } from "../engine/given.ts";
import { type SolveSetup, solve } from "../engine/solve.ts";
import { simulatedPolicy } from "../policy/simulated/index.ts";
import { type ContractCheck, check, failureOf, holds, same, shown } from "./check.ts";

type Owner = Parameters<typeof parseOptions>[0];

const refuses = (owner: Owner): ContractCheck =>
  check("refuses options that it does not know", async () => {
    const sentence = "an unknown option must be refused: use z.strictObject";
    await failureOf(() => parseOptions(owner, { nonsense: 1 }), sentence);
  });

export interface VerifierContract {
  readonly options?: unknown;
  /** Where it asks a model: one that answers as its prompt wants. The simulated policy otherwise. */
  readonly setup?: Partial<SolveSetup>;
}

/** What every verifier must do: one score for each candidate (for each step), in [0, 1] or null, the same each time. */
export function verifierContract<Options>(
  definition: VerifierDefinition<Options>,
  { options = {}, setup = {} }: VerifierContract = {},
): readonly ContractCheck[] {
  const parsed = () => parseOptions(definition, options);
  const checks = [refuses(definition as Owner)];
  if (definition.outcome === undefined && definition.process === undefined)
    return [check("scores", () => holds(false, "it needs outcome or process"))];
  if (definition.outcome !== undefined) {
    checks.push(
      check("scores each candidate once, from 0 to 1 or null", async () => {
        const verifier = definition.outcome?.(parsed());
        if (verifier === undefined) return;
        const seen: Score[][] = [];
        const score: typeof verifier.score = async (question, candidates, run) => {
          const scores = await verifier.score(question, candidates, run);
          same(scores.length, candidates.length, "scores for candidates");
          seen.push(scores);
          return scores;
        };
        const outcome = { name: definition.name, verifier: { ...verifier, score } };
        await solveOnce({ ...setup, verifiers: { outcome } });
        holds(seen.length > 0, "it was never asked");
        seen.flat().forEach(inRange);
      }),
    );
  }
  if (definition.process !== undefined) {
    checks.push(
      check("scores each step once, from 0 to 1 or null", async () => {
        const verifier = definition.process?.(parsed());
        if (verifier === undefined) return;
        const seen: Score[] = [];
        const scoreSteps: typeof verifier.scoreSteps = async (question, trajectories, run) => {
          const scores = await verifier.scoreSteps(question, trajectories, run);
          const steps = trajectories.map((trajectory) => trajectory.steps.length);
          same(
            scores.map(({ length }) => length),
            steps,
            "scores for steps",
          );
          seen.push(...scores.flat());
          return scores;
        };
        const process = { name: definition.name, verifier: { ...verifier, scoreSteps } };
        await solveOnce({ ...setup, verifiers: { process } });
        holds(seen.length > 0, "it was never asked");
        seen.forEach(inRange);
      }),
    );
  }
  return checks;
}

function inRange({ value }: Score): void {
  holds(value === null || (value >= 0 && value <= 1), `a score must lie in [0, 1] or be null, got ${shown(value)}`);
}

const question = {
  id: "contract",
  text: "Felix has 20 cards in the morning. A collector swaps every one of his cards for 6 others. How many cards are left with Felix?",
  kind: "number" as const,
};

/** A right one, a wrong one, one of a single line, one without an answer. */
const solutions = [
  "Every card becomes 6.\n\n20 * 6 = 120\n\nThe answer is 120.",
  "20 and 6 make 26.\n\nThe answer is 26.",
  "The answer is 120.",
  "I cannot say.",
];

const solveOnce = (setup: Partial<SolveSetup>) =>
  solve(question, {
    strategy: givenTexts as Strategy,
    options: { texts: solutions },
    policy: simulatedPolicy(),
    seed: 1,
    ...setup,
  });

export interface DatasetContract {
  readonly options?: unknown;
  readonly source?: DatasetSource;
}

/** What every dataset must do: the same problems each time, each with an id of its own and a reference. */
export function datasetContract<Options>(
  definition: DatasetDefinition<Options>,
  { options = {}, source = {} }: DatasetContract = {},
): readonly ContractCheck[] {
  const load = () => definition.load(source, parseOptions(definition, options));
  return [
    refuses(definition as Owner),
    check("gives the same problems each time, each with an id of its own", async () => {
      const [first, second] = [await load(), await load()];
      holds(first.length > 0, "there are no problems");
      same(second, first, "problems loaded again");
      const ids = new Set(first.map((problem) => problem.question.id));
      same(ids.size, first.length, "ids for problems");
    }),
    check("keeps the answer out of the question", async () => {
      for (const { question, reference } of await load()) {
        holds(question.text.trim() !== "", `${question.id} has no text`);
        const { answer } = reference as { readonly answer?: unknown };
        const leaked = typeof answer === "string" && answer.length > 3 && question.text.includes(answer);
        holds(!leaked, `the text of ${question.id} holds its answer "${String(answer)}"`);
      }
    }),
  ];
}

export interface MetricContract {
  readonly options?: unknown;
}

/** What every metric must do: a number or null with the reason, the same each time, and no fault on no rows. */
export function metricContract<Options>(
  definition: MetricDefinition<Options>,
  { options = {} }: MetricContract = {},
): readonly ContractCheck[] {
  const compute = (rows: readonly TrialRow[]) =>
    definition.compute(rows, parseOptions(definition, options), new Random("contract"));
  return [
    refuses(definition as Owner),
    check("computes a number, or null with the reason, the same each time", () => {
      const first = compute(rows);
      same(compute(rows), first, "computed again");
      const told = first.value === null ? first.note !== undefined : Number.isFinite(first.value);
      holds(told, `its value must be a number, or null with a note: ${shown(first)}`);
    }),
    check("says null of no rows, not 0", () => same(compute([]).value, null, "its value of no rows")),
    check("does not change with the order of rows", () => {
      same(compute(rows.toReversed()).value, compute(rows).value, "its value with rows in another order");
    }),
  ];
}

/** Twelve trials of six problems: right, wrong, unparsed and undecided. */
const rows: readonly TrialRow[] = Array.from({ length: 12 }, (_, i) => {
  const verdict = (["correct", "incorrect", "correct", "unparsed", "undecided", "correct"] as const)[i % 6] ?? "error";
  const correct = verdict === "correct";
  return {
    problem: `p${i % 6}`,
    strategy: "self-consistency",
    seed: i < 6 ? 1 : 2,
    verdict,
    tokens: 100 + i,
    calls: 2,
    candidates: [
      { answerClass: "a", correct, score: 0.5, tokens: 50 },
      { answerClass: correct ? "a" : null, correct, score: null, tokens: 50 + i },
    ],
    picks: [{ tokens: 50, correct }],
  };
});

export interface GradedCase {
  readonly reference: string;
  readonly answer: string;
  /** Null where it cannot be said. */
  readonly right: boolean | null;
  readonly question?: string;
}

/** What every grader that is a function of the answer must do: say of your cases what you say. */
export function graderContract<Options>(
  definition: GraderDefinition<Options>,
  cases: readonly GradedCase[],
  { options = {} }: { readonly options?: unknown } = {},
): readonly ContractCheck[] {
  const verdict = async (problem: Problem, answer: string) => {
    const given = await definition.grade?.({ problem, answer }, parseOptions(definition, options), { sandbox: null });
    return typeof given === "object" && given !== null ? given.right : given;
  };
  return [
    refuses(definition as Owner),
    ...cases.map(({ reference, answer, right, question: text = "?" }) =>
      check(`says ${right} of ${answer} where ${reference} is right`, async () => {
        const problem = problemOf({ id: "contract", text, kind: "text", reference: { answer: reference } });
        same(await verdict(problem, answer), right, "its verdict");
      }),
    ),
  ];
}
