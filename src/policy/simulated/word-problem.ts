/**
 * One operation on the running value. `/` rounds down where it does not divide, which only a wrong running value meets.
 */
export interface Operation {
  readonly operator: "+" | "-" | "*" | "/";
  readonly operand: number;
}

/** The structure of a word problem: a start, and one operation a step. */
export interface WordProblem {
  readonly name: string;
  readonly pronoun: "she" | "he";
  /** What is counted, in the plural. */
  readonly noun: string;
  readonly start: number;
  readonly operations: readonly Operation[];
}

export function apply({ operator, operand }: Operation, value: number): number {
  switch (operator) {
    case "+":
      return value + operand;
    case "-":
      return value - operand;
    case "*":
      return value * operand;
    case "/":
      return Math.floor(value / operand);
  }
}

/** Running values: values[0] is the start, values[t] the value after step t; the last one is the answer. */
export function runningValues({ start, operations }: Pick<WordProblem, "start" | "operations">): number[] {
  const values = [start];
  for (const operation of operations) values.push(apply(operation, values.at(-1) ?? start));
  return values;
}

export function answerOf(problem: WordProblem): number {
  return runningValues(problem).at(-1) ?? problem.start;
}

/** Equal keys mean the same arithmetic, however it is worded. */
export function structureKey({ start, operations }: Pick<WordProblem, "start" | "operations">): string {
  return `${start}${operations.map(({ operator, operand }) => operator + operand).join("")}`;
}
