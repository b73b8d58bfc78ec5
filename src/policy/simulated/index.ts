export { type Dials, type SimulatedOptions, simulatedOptions } from "./options.ts";
export { parseProblem } from "./parse.ts";
export { NOT_UNDERSTOOD, simulatedPolicy } from "./policy.ts";
export { type GeneratedProblem, generateProblem, type ProblemOptions } from "./problem.ts";
export {
  type AnswerChances,
  accuracyOf,
  answerChances,
  bestOf,
  majorityAt,
  passAt,
  revisionRates,
} from "./theory.ts";
