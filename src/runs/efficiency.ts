import { type JudgedTask, judgeAnswer } from "../code/judge.ts";
import { languageOf } from "../code/languages.ts";
import type { Sandbox } from "../core/execution.ts";
import type { Problem } from "../core/problem.ts";
import { asksForValue } from "../core/question.ts";
import { stepClass, stepEfficiency } from "../statistics/code/steps.ts";

/** What a program's steps say beside the reference's. */
export interface StepScore {
  /** 1: as the reference; above 1: fewer steps; 0: twice the slowest reference and more, or not right. */
  readonly efficiency: number;
  /**
   * The smallest of 1.1, 2, 5 and 10 times the reference's steps that it keeps to; null for more, and for what is not
   * right.
   */
  readonly stepClass: number | null;
}

const wrong: StepScore = { efficiency: 0, stepClass: null };

/** Counting slows a program some thirty times; a reference that takes more than this is not counted. */
const mostReferenceSteps = 3_000_000;
const limits = { wallMs: 60_000 };
/** Beyond the last class nothing more can be learnt of an assertion. */
const cutOff = 10;
const leastCutOff = 10_000;

/** Counts the steps of right Python answers, and of each problem's reference once. */
export class StepCounter {
  readonly #sandbox: Sandbox;
  readonly #references = new WeakMap<Problem, Promise<readonly number[] | null>>();

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /**
   * A score for each answer of a problem, or null where steps cannot be counted: no Python task, or a reference that is
   * not there, not accepted, or too slow. Each distinct right answer is run once more; the score of one that could not
   * be counted then is null, which is not 0.
   */
  async scores(
    answers: readonly (string | null)[],
    correct: readonly boolean[],
    problem: Problem,
  ): Promise<readonly (StepScore | null)[] | null> {
    const reference = await this.#referenceOf(problem);
    if (reference === null) return null;
    const known = new Map<string, Promise<StepScore | null>>();
    return await Promise.all(
      answers.map((answer, i) => {
        if (answer === null || correct[i] !== true) return wrong;
        const score = known.get(answer) ?? this.#scoreOf(answer, problem, reference);
        known.set(answer, score);
        return score;
      }),
    );
  }

  #referenceOf(problem: Problem): Promise<readonly number[] | null> {
    const known =
      this.#references.get(problem) ??
      this.#count(problem.reference.answer, problem, mostReferenceSteps).then((steps) =>
        steps === null || steps.includes(null) ? null : (steps as readonly number[]),
      );
    this.#references.set(problem, known);
    return known;
  }

  async #scoreOf(answer: string, problem: Problem, reference: readonly number[]): Promise<StepScore | null> {
    const most = Math.max(leastCutOff, cutOff * Math.max(...reference));
    const steps = await this.#count(answer, problem, most);
    if (steps === null || steps.length !== reference.length) return null;
    return { efficiency: stepEfficiency(steps, reference), stepClass: stepClass(steps, reference) };
  }

  /**
   * Steps of each assertion, null where one was cut off; null for an answer that is not accepted for another reason.
   */
  async #count(answer: string | null, problem: Problem, mostSteps: number): Promise<readonly (number | null)[] | null> {
    const task = answer === null ? null : taskOf(answer, problem);
    if (task === null) return null;
    const { verdict, steps } = await judgeAnswer(this.#sandbox, { ...task, mostSteps }, limits);
    const counted = verdict === "accepted" || (verdict === "time-limit" && steps !== undefined);
    return counted && steps !== undefined && steps.length > 0 ? steps : null;
  }
}

function taskOf(answer: string, { question: { kind, code }, reference: { tests } }: Problem): JudgedTask | null {
  if (kind !== "code" || tests === undefined || languageOf(tests.language)?.name !== "python") return null;
  if (tests.program === "" || asksForValue(code)) return null;
  return { answer, prefix: tests.prefix, program: tests.program, entryPoint: code?.entryPoint ?? "" };
}
