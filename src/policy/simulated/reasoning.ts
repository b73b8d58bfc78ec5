import { Random } from "../../core/random.ts";
import { logistic, logit } from "./binormal.ts";
import type { Dials } from "./options.ts";
import { apply, type Operation, runningValues, structureKey, type WordProblem } from "./word-problem.ts";

/** The dials that decide how right solutions are. */
export type ReasoningDials = Pick<Dials, "stepError" | "accuracy" | "recovery" | "spread" | "wrongAnswers">;

/** A problem with all that the simulated reasoner and the theory of it share. */
export interface Task {
  readonly problem: WordProblem;
  /** What the reasoner does at each step: the problem's operations unless a plan says otherwise. */
  readonly operations: readonly Operation[];
  /** truth[t]: the running value after t steps. */
  readonly truth: readonly number[];
  /** errors[t]: chance of a slip at step t, from 0. */
  readonly errors: readonly number[];
}

export function taskOf(problem: WordProblem, dials: ReasoningDials): Task {
  const { operations } = problem;
  return { problem, operations, truth: runningValues(problem), errors: errorRates(problem, dials) };
}

/**
 * Chance of a slip at each step. `spread` shifts its log-odds by a normal number that belongs to the problem and one
 * that belongs to the step, half of the variance each; both depend on the arithmetic alone, so that all simulated
 * models find the same problems hard. With `accuracy` the log-odds of a right solution are shifted instead, and every
 * step has the same chance.
 */
function errorRates(problem: WordProblem, { stepError, accuracy, recovery, spread }: ReasoningDials): number[] {
  const steps = problem.operations.length;
  if (spread === 0 && accuracy === undefined) return problem.operations.map(() => stepError);
  const random = new Random(`difficulty/${structureKey(problem)}`);
  const own = random.normal();
  if (accuracy !== undefined) {
    const error = errorForAccuracy(shift(accuracy, -spread * own), recovery, steps);
    return problem.operations.map(() => error);
  }
  return problem.operations.map(() => shift(stepError, spread * Math.SQRT1_2 * (own + random.normal())));
}

const shift = (p: number, by: number): number => (p <= 0 || p >= 1 ? p : logistic(logit(p) + by));

/**
 * The step error at which a solution of so many steps is right with chance `accuracy`: in closed form without recovery,
 * by bisection on the two-state chain with it. Slips that cancel each other are left out; theory.ts counts them.
 */
export function errorForAccuracy(accuracy: number, recovery: number, steps: number): number {
  if (recovery === 0) return 1 - accuracy ** (1 / steps);
  const rightAfter = (error: number) => {
    let right = 1;
    for (let t = 0; t < steps; t++) right = right * (1 - error) + (1 - right) * recovery;
    return right;
  };
  let [low, high] = [0, 1];
  for (let i = 0; i < 50; i++) {
    const middle = (low + high) / 2;
    if (rightAfter(middle) > accuracy) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** Distances of the four slips of each operation from the right result, commonest first. */
const slipsOf = ({ operator, operand }: Operation): readonly [number, number, number, number] =>
  operator === "*" ? [operand, -operand, 10, -10] : operator === "/" ? [1, -1, 2, 10] : [10, -1, 1, -10];

/**
 * Distances of the wrong results of an operation from the right one, with their shares among slips. Empty where all are
 * distinct.
 */
export function commonSlips(
  operation: Operation,
  wrongAnswers: Dials["wrongAnswers"],
): readonly { readonly distance: number; readonly share: number }[] {
  if (wrongAnswers === "distinct") return [];
  const rest = 1 - wrongAnswers;
  const shares = [wrongAnswers, rest / 2, rest / 3, rest / 6];
  return slipsOf(operation).map((distance, i) => ({ distance, share: shares[i] ?? 0 }));
}

/** What happens at a step. */
export interface StepChoice {
  readonly kind: "right" | "slip" | "recovery";
  /** Running value after it. */
  readonly value: number;
  readonly probability: number;
}

/**
 * All that can happen at step t (from 0) for a running value before it, likeliest or not; probabilities sum to 1.
 * Distinct slips are many and alike: they stand as one choice whose value is NaN.
 */
export function stepChoices(task: Task, dials: ReasoningDials, t: number, value: number): StepChoice[] {
  const operation = task.operations[t] as Operation;
  const error = task.errors[t] ?? dials.stepError;
  const recovery = value === task.truth[t] ? 0 : dials.recovery;
  const result = apply(operation, value);
  const choices: StepChoice[] = [{ kind: "right", value: result, probability: (1 - recovery) * (1 - error) }];
  if (recovery > 0) choices.push({ kind: "recovery", value: task.truth[t + 1] ?? result, probability: recovery });
  const slipped = (1 - recovery) * error;
  if (dials.wrongAnswers === "distinct") choices.push({ kind: "slip", value: Number.NaN, probability: slipped });
  else {
    for (const { distance, share } of commonSlips(operation, dials.wrongAnswers)) {
      choices.push({ kind: "slip", value: result + distance, probability: slipped * share });
    }
  }
  return choices.filter(({ probability }) => probability > 0);
}

/** A slip that hardly any two samples share: farther off than any later division can hide. */
export function distinctSlip(result: number, random: Random): number {
  return result + 100_000 + random.integer(2 ** 30);
}
