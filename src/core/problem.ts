import type { CheckSpec } from "./check.ts";
import type { Conventions } from "./conventions.ts";
import type { InputExample, Question } from "./question.ts";

/** A part of the tests with a verdict of its own: a program as of {@link HiddenTests}, or what is read and written. */
export type TestPart = { readonly name: string } & (
  | { readonly program: string }
  | { readonly cases: readonly InputExample[] }
);

/** What a right program's cost is compared with. */
export interface CostReferences {
  /** A test program that calls the answer with inputs that cost much. */
  readonly program: string;
  /** Right programs of other speeds, from the slowest to the fastest, each with the share of known programs as slow. */
  readonly programs: readonly { readonly source: string; readonly score: number }[];
  /** How much each assertion of `program` counts in the efficiency; all alike without it. */
  readonly hardness?: readonly number[];
}

/** Tests that decide about a program. */
export interface HiddenTests {
  readonly language: string;
  /** Code that stands before the answer. */
  readonly prefix: string;
  /**
   * A program that is appended to the answer and exits with 0 when the answer passes; empty where parts say it all. Of
   * a task that asks for a value, the program whose `????` it fills.
   */
  readonly program: string;
  /** The same in parts that are judged each by itself (base and plus, a class's methods); all must pass. */
  readonly parts?: readonly TestPart[];
  /** Decides nothing: what is counted where an experiment asks for efficiency. */
  readonly costs?: CostReferences;
}

/** What a grader compares with. Never reachable from a {@link Question}. */
export interface Reference {
  readonly answer: string;
  /** Relative tolerance that this dataset allows, where it allows one. */
  readonly relativeTolerance?: number;
  /** How answers are compared with this one, where that is not the default. */
  readonly conventions?: Partial<Conventions>;
  /** What decides about programs. */
  readonly tests?: HiddenTests;
  /** A checker that decides instead, by name or in parts; it may be given `tests`. */
  readonly check?: CheckSpec;
  /** A puzzle's rule that decides: the answer is an expression with each of `numbers` once, equal to `target`. */
  readonly expression?: { readonly numbers: readonly number[]; readonly target: number };
  /** A worked solution, for exemplars and reports only. */
  readonly solution?: string;
}

/** What is known of a problem beside its question. */
interface ProblemFacts {
  readonly reference: Reference;
  /**
   * Problems of one group (variants of one seed question, in whatever datasets of a run) are not independent:
   * intervals are clustered by it.
   */
  readonly group?: string;
  readonly tags?: readonly string[];
  /** 0 (easy) to 1 (hard), where the dataset says so. */
  readonly difficulty?: number;
}

/** A question with, for evaluation only, its reference. */
export interface Problem extends ProblemFacts {
  readonly question: Question;
}

/** A problem in one level, as a row of a dataset gives it; {@link problemOf} makes the problem. */
export interface ProblemRow extends Omit<Question, "conversation">, ProblemFacts {}

const rows = new WeakMap<Problem, ProblemRow>();

/** A row as a problem. The question is a frozen object that shares nothing with the private half. */
export function problemOf(row: ProblemRow): Problem {
  const { id, text, kind, choices, code, hints, reference, group, tags, difficulty } = row;
  const question = Object.freeze({
    id,
    text,
    kind,
    ...(choices && { choices: Object.freeze([...choices]) }),
    ...(code && { code: Object.freeze({ ...code }) }),
    ...(hints && { hints: Object.freeze({ ...hints }) }),
  });
  const problem: Problem = Object.freeze({ question, reference, group, tags, difficulty });
  rows.set(problem, row);
  return problem;
}

/**
 * The row of a problem: what fingerprints and trial keys are hashed from. It is the very row that the problem was made
 * from, key order included, so that results of earlier versions are found again.
 */
export function rowOf(problem: Problem): ProblemRow {
  const { question, reference, group, tags, difficulty } = problem;
  const { conversation: _, ...fields } = question;
  return rows.get(problem) ?? { ...fields, reference, group, tags, difficulty };
}
