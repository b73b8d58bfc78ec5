import { type Equation, equationsIn } from "../answer/equations.ts";
import type { Confidence } from "../core/candidate.ts";
import type { LineState } from "../core/policy.ts";

/** What is known of a text when its features are taken: never the reference, the score or the label. */
export interface FeatureInput {
  readonly question: string;
  /** The steps up to and with the one that is judged; all of them for an outcome. */
  readonly steps: readonly string[];
  readonly answer: string | null;
  /** What the log-probabilities said (see confidence.ts); null or absent without them. */
  readonly confidence?: Confidence | null;
  readonly embedding?: readonly number[];
  /** What the policy held at the ends of the lines up to here. */
  readonly states?: readonly LineState[];
}

const hedges = /\b(?:wait|hmm|actually|maybe|perhaps|not sure|mistake|assume|let me re|however|but)\b/gi;
const conclusions = /\b(?:therefore|thus|so|hence|answer is|final answer|total)\b/gi;
const numberPattern = /\d+(?:,\d{3})*(?:\.\d+)?/g;

const count = (text: string, pattern: RegExp): number => text.match(pattern)?.length ?? 0;
const numbersIn = (text: string): string[] => (text.match(numberPattern) ?? []).map((n) => n.replace(/,/g, ""));

/** Share of the text's word triples that stood there before: 0 for a text that never repeats itself. */
export function repetition(text: string): number {
  const words = text.toLowerCase().match(/\S+/g) ?? [];
  if (words.length < 6) return 0;
  // Words by number, so that a triple is one number below 2^53; beyond 2^17 different words all others count as one.
  const numbers = new Map<string, number>();
  const numbered = words.map((word) => {
    const known = numbers.get(word) ?? Math.min(numbers.size, 2 ** 17 - 1);
    numbers.set(word, known);
    return known;
  });
  const seen = new Set<number>();
  let repeated = 0;
  for (let i = 0; i + 2 < numbered.length; i++) {
    const [a = 0, b = 0, c = 0] = [numbered[i], numbered[i + 1], numbered[i + 2]];
    const triple = (a * 2 ** 17 + b) * 2 ** 17 + c;
    if (seen.has(triple)) repeated++;
    seen.add(triple);
  }
  return repeated / (words.length - 2);
}

/** The names of the features that are there for any text, in the order of {@link textFeatures}. */
export const textFeatureNames = [
  "log-characters",
  "log-steps",
  "mean-step-length",
  "last-step-length",
  "equations",
  "wrong-equations",
  "any-wrong-equation",
  "last-equation-wrong",
  "question-numbers-used",
  "new-numbers",
  "last-number-new",
  "hedges",
  "conclusions",
  "repetition",
  "boxed",
  "answered",
  "answer-length",
  "answer-negative",
  "answer-decimals",
  "answer-in-question",
  "answer-from-an-equation",
  "answer-from-last-equation",
  "question-length",
  "question-numbers",
] as const;

/** Numbers that depend on the words alone, so that they are there for every policy. */
export function textFeatures(input: FeatureInput): number[] {
  const { question, steps, answer } = input;
  const text = steps.join("\n");
  const last = steps.at(-1) ?? "";
  const [asked, written] = [numbersIn(question), numbersIn(text)];
  const known = new Set(asked);
  const used = asked.filter((n) => written.includes(n)).length;
  const equations = equationsIn(text);
  const wrong = equations.filter(({ right }) => !right).length;
  const answerNumber = numbersIn(answer ?? "")[0];
  const answersIt = ({ result }: Equation) => answerNumber !== undefined && result === Number(answerNumber);
  const lastNumber = numbersIn(last).at(-1);
  return [
    Math.log1p(text.length),
    Math.log1p(steps.length),
    steps.length === 0 ? 0 : Math.log1p(text.length / steps.length),
    Math.log1p(last.length),
    Math.log1p(equations.length),
    equations.length === 0 ? 0 : wrong / equations.length,
    Number(wrong > 0),
    Number(equations.at(-1)?.right === false),
    asked.length === 0 ? 1 : used / asked.length,
    written.length === 0 ? 0 : written.filter((n) => !known.has(n)).length / written.length,
    lastNumber !== undefined && !known.has(lastNumber) ? 1 : 0,
    Math.log1p(count(text, hedges)),
    Math.log1p(count(text, conclusions)),
    repetition(text),
    /\\boxed\{/.test(text) ? 1 : 0,
    answer === null ? 0 : 1,
    Math.log1p(answer?.length ?? 0),
    answer?.trim().startsWith("-") ? 1 : 0,
    answerNumber?.includes(".") ? 1 : 0,
    answerNumber !== undefined && known.has(answerNumber) ? 1 : 0,
    Number(equations.some(answersIt)),
    Number(equations.slice(-1).some(answersIt)),
    Math.log1p(question.length),
    Math.log1p(asked.length),
  ];
}
