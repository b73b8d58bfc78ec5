import { normalBelow, separation } from "../../src/policy/simulated/binormal.ts";
import { type Dials, type SimulatedOptions, simulatedOptions } from "../../src/policy/simulated/options.ts";
import { parseProblem } from "../../src/policy/simulated/parse.ts";
import { readBox, readSteps } from "../../src/policy/simulated/steps.ts";
import { accuracyOf } from "../../src/policy/simulated/theory.ts";
import { stepsAreRight, truthOf } from "../../src/policy/simulated/truth.ts";
import type { WordProblem } from "../../src/policy/simulated/word-problem.ts";

/** A first attempt with all that theory needs of it. */
export interface FirstAttempt {
  readonly problem: WordProblem;
  /** values[t]: as written after t steps. */
  readonly values: readonly number[];
  /** rightSteps[t] of the paragraphs, the answer's last. */
  readonly rightSteps: readonly boolean[];
  readonly right: boolean;
  /** Index of the first wrong step, -1 for none. */
  readonly firstWrong: number;
}

export function readAttempt(question: string, paragraphs: readonly string[]): FirstAttempt {
  const problem = parseProblem(question);
  const truth = truthOf(question);
  if (problem === null || truth === null) throw new Error("the question is one of the simulated problems");
  const text = paragraphs.join("");
  const rightSteps = stepsAreRight(truth, paragraphs);
  return {
    problem,
    values: [problem.start, ...readSteps(text).map(({ value }) => value)],
    rightSteps,
    right: readBox(text)?.value === truth.values.at(-1),
    firstWrong: readSteps(text).findIndex(({ label, value }) => truth.values[label] !== value),
  };
}

/** What a signal may find: nothing, something at a step (by paragraph), or something somewhere. */
export interface Found {
  readonly chance: number;
  readonly step: number | "somewhere" | "nothing" | "blind";
}

export type SignalModel = (attempt: FirstAttempt) => readonly Found[];

/** Nobody looks. */
export const nobody: SignalModel = () => [{ chance: 1, step: "blind" }];

/**
 * The simulated model's own words: right about right and wrong with this chance; a wrong step it names is the first, of
 * a right solution any.
 */
export const ownWords =
  (accuracy: number): SignalModel =>
  (attempt) =>
    words(attempt, attempt.right ? 1 - accuracy : accuracy);

function words({ problem, firstWrong }: FirstAttempt, finds: number): Found[] {
  const nothing: Found = { chance: 1 - finds, step: "nothing" };
  if (firstWrong >= 0) return [nothing, { chance: finds, step: firstWrong }];
  const count = problem.operations.length;
  return [nothing, ...Array.from({ length: count }, (_, step) => ({ chance: finds / count, step }))];
}

/** A binormal process verifier: the first paragraph that scores below one half. */
export const stepScores =
  (auc: number): SignalModel =>
  ({ rightSteps }) => {
    const found: Found[] = [];
    let unflagged = 1;
    for (const [step, right] of rightSteps.entries()) {
      const flagged = chanceBelowHalf(auc, right);
      found.push({ chance: unflagged * flagged, step });
      unflagged *= 1 - flagged;
    }
    return [...found, { chance: unflagged, step: "nothing" }];
  };

/** A binormal outcome verifier: below one half is wrong, somewhere. */
export const wholeScore =
  (auc: number): SignalModel =>
  ({ right }) => {
    const flagged = chanceBelowHalf(auc, right);
    return [
      { chance: flagged, step: "somewhere" },
      { chance: 1 - flagged, step: "nothing" },
    ];
  };

/** Chance that a calibrated binormal judge with even prior scores below one half. */
function chanceBelowHalf(auc: number, right: boolean): number {
  const d = separation(auc);
  if (d === Number.POSITIVE_INFINITY) return right ? 0 : 1;
  return normalBelow(right ? -d / 2 : d / 2);
}

/** Chance of a right revision, given what was found in the attempt. */
export type RevisionModel = (attempt: FirstAttempt, step: Exclude<Found["step"], "nothing">, dials: Dials) => number;

/** A rewrite with what was found in view. */
export const rewritten: RevisionModel = ({ right, firstWrong }, step, { revision }) => {
  if (right) return 1 - (step === "blind" ? revision.damageBlind : revision.damageTold);
  if (step === "blind") return revision.fixBlind;
  return step === firstWrong ? revision.fixPointed : revision.fixTold;
};

/** A trial after a reflection, which is feedback of its own: it finds nothing, or names a step. */
export const reflected: RevisionModel = (attempt, step, dials) => {
  const { right } = attempt;
  const names = right ? 1 - dials.feedbackAccuracy : dials.feedbackAccuracy;
  const withFeedback = right ? 1 - dials.revision.damageTold : dials.revision.fixPointed;
  const silent = step === "blind" ? Number(right) : rewritten(attempt, step, dials);
  return names * withFeedback + (1 - names) * silent;
};

const fresh = ({ problem }: FirstAttempt, dials: Dials): number => accuracyOf(problem, dials);

/** Sampled on from the steps before the one that was found; the answer's paragraph follows from the last value. */
export const resumed: RevisionModel = (attempt, step, dials) => {
  if (typeof step !== "number") return fresh(attempt, dials);
  return accuracyOf(attempt.problem, dials, { step, value: attempt.values[step] ?? attempt.problem.start });
};

/** The doubted step written again; after a doubted answer the simulated model begins a new solution. */
export const doubted: RevisionModel = (attempt, step, dials) =>
  step === attempt.problem.operations.length ? fresh(attempt, dials) : resumed(attempt, step, dials);

/** The template's student rewrites from the start where the first step is wrong or none was named. */
export const taught: RevisionModel = (attempt, step, dials) =>
  typeof step !== "number" || step === 0 ? rewritten(attempt, step, dials) : resumed(attempt, step, dials);

/** Text after an answer begins a new attempt. */
export const thoughtOn: RevisionModel = (attempt, _step, dials) => fresh(attempt, dials);

/** Each step is asked about by itself; the first that is answered with no is the one that the rewrite hears of. */
export const askedAbout =
  (accuracy: number): SignalModel =>
  ({ rightSteps }) => {
    const found: Found[] = [];
    let passed = 1;
    for (const [step, right] of rightSteps.slice(0, -1).entries()) {
      const no = right ? 1 - accuracy : accuracy;
      found.push({ chance: passed * no, step });
      passed *= 1 - no;
    }
    return [...found, { chance: passed, step: "nothing" }];
  };

/** Chance that the answer is right after one round under `accept: always`. */
export function rightAfter(
  attempt: FirstAttempt,
  signal: SignalModel,
  revise: RevisionModel,
  options: SimulatedOptions,
) {
  const dials = simulatedOptions.parse(options);
  return signal(attempt).reduce(
    (sum, { chance, step }) =>
      sum + chance * (step === "nothing" ? Number(attempt.right) : revise(attempt, step, dials)),
    0,
  );
}
