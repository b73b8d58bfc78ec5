import { InvalidOptionError } from "../../core/errors.ts";
import { Random } from "../../core/random.ts";
import {
  type Filling,
  fill,
  idleSentences,
  names,
  nouns,
  operationSentences,
  questionSentences,
  startSentences,
} from "./phrases.ts";
import { apply, type Operation, type WordProblem } from "./word-problem.ts";

export interface ProblemOptions {
  /** Fewest and most steps, 1 to 12; drawn uniformly. Defaults 2 and 6. */
  readonly minSteps?: number;
  readonly maxSteps?: number;
  /** 0 (small numbers, mostly sums) to 1 (large numbers, more products and quotients); default 0.5. */
  readonly difficulty?: number;
  /** Sentences with a number that does not matter; default 0. */
  readonly distractors?: number;
}

export interface GeneratedProblem {
  readonly problem: WordProblem;
  readonly text: string;
}

const largest = 2_000;

/**
 * A multi-step arithmetic word problem, a function of (seed, index, options) alone. Every running value is an integer
 * of at least 2 and at most 2,000; every quotient is exact.
 */
export function generateProblem(seed: number | string, index: number, options: ProblemOptions = {}): GeneratedProblem {
  const { minSteps = 2, maxSteps = 6, difficulty = 0.5, distractors = 0 } = options;
  if (!(minSteps >= 1 && minSteps <= maxSteps && maxSteps <= 12)) {
    throw new InvalidOptionError(
      'arithmetic: "minSteps" and "maxSteps"',
      `must lie between 1 and 12, in this order, got ${minSteps} and ${maxSteps}.`,
    );
  }
  const random = new Random(`arithmetic/${seed}/${index}`);
  const steps = minSteps + random.integer(maxSteps - minSteps + 1);
  const [name, pronoun] = random.choice(names);
  const noun = random.choice(nouns);
  const start = 4 + random.integer(Math.round(12 + 80 * difficulty));
  const operations: Operation[] = [];
  for (let value = start; operations.length < steps; ) {
    const operation = drawOperation(random, value, difficulty);
    operations.push(operation);
    value = apply(operation, value);
  }
  const problem: WordProblem = { name, pronoun, noun, start, operations };
  return { problem, text: wordProblem(problem, random.fork("words"), distractors) };
}

function drawOperation(random: Random, value: number, difficulty: number): Operation {
  const divisors = [2, 3, 4, 5, 6, 7, 8, 9].filter((k) => value % k === 0 && value / k >= 2);
  const factor = Math.min(9, Math.floor(largest / value), 3 + Math.round(6 * difficulty));
  const most = Math.round(9 + 90 * difficulty);
  const hard = 0.5 + difficulty;
  const weights = [
    value + 2 <= largest ? 1 : 0,
    value >= 4 ? 1 : 0,
    factor >= 2 ? hard * (value > 200 ? 0.3 : 1) : 0,
    divisors.length > 0 ? hard : 0,
  ];
  switch (random.weighted(weights)) {
    case 0:
      return { operator: "+", operand: 2 + random.integer(Math.min(most, largest - value) - 1) };
    case 1:
      return { operator: "-", operand: 1 + random.integer(Math.min(most, value - 2)) };
    case 2:
      return { operator: "*", operand: 2 + random.integer(factor - 1) };
    default:
      return { operator: "/", operand: random.choice(divisors) };
  }
}

/** A problem in words; other randomness gives other words for the same arithmetic. */
export function wordProblem(problem: WordProblem, random: Random, distractors = 0): string {
  const facts = factSentences(problem, random);
  for (let i = 0; i < distractors; i++) {
    const sentence = fill(idleSentences[i % idleSentences.length] ?? "", problem, 7 + random.integer(30));
    facts.splice(1 + random.integer(facts.length), 0, sentence);
  }
  return [...facts, questionSentence(problem, random)].join(" ");
}

/** The start and one sentence a step. */
export function factSentences(problem: WordProblem, random: Random): string[] {
  return [
    fill(random.choice(startSentences), problem, problem.start),
    ...problem.operations.map(({ operator, operand }) =>
      fill(random.choice(operationSentences[operator]), problem, operand),
    ),
  ];
}

export const questionSentence = (filling: Filling, random: Random): string =>
  fill(random.choice(questionSentences), filling, 0);
