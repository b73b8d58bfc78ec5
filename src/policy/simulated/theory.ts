import { normalBelow, normalDensity, separation } from "./binormal.ts";
import { type Dials, type SimulatedOptions, simulatedOptions } from "./options.ts";
import { commonSlips, taskOf } from "./reasoning.ts";
import { apply, type WordProblem } from "./word-problem.ts";

/** Exact chances of the answer of one sample of the simulated policy, at any temperature but 0. */
export interface AnswerChances {
  /** The answer is right. */
  readonly right: number;
  /** There is no answer. */
  readonly none: number;
  /** wrong[i]: chance of the i-th wrong answer, likeliest first. Empty where wrong answers are all distinct. */
  readonly wrong: readonly number[];
  /** Chance of a wrong answer that no other sample gives. */
  readonly distinct: number;
}

/** What a theory needs: where a solution stands, if it has begun. */
export interface Begun {
  readonly step: number;
  readonly value: number;
}

/**
 * Chances of the answers to a problem, by dynamic programming over (step, running value): chances[t][v] flows to the
 * right result, to each common slip of it, and, where v is wrong, to the truth by recovery. Slips that cancel and
 * quotients that hide an error are counted. With distinct wrong answers two states are enough; what they leave out (a
 * distinct slip that later divisions hide) has no chance that shows in a digit.
 */
export function answerChances(problem: WordProblem, options: SimulatedOptions = {}, begun?: Begun): AnswerChances {
  const dials = simulatedOptions.parse(options);
  const none = begun === undefined ? dials.formatError : 0;
  const chances =
    dials.wrongAnswers === "distinct" ? twoStates(problem, dials, begun) : runningValueChances(problem, dials, begun);
  const scaled = (p: number) => p * (1 - none);
  return {
    right: scaled(chances.right),
    none,
    wrong: chances.wrong.map(scaled).sort((a, b) => b - a),
    distinct: scaled(chances.distinct),
  };
}

/** Chance that one sample is right. */
export const accuracyOf = (problem: WordProblem, options: SimulatedOptions = {}, begun?: Begun): number =>
  answerChances(problem, options, begun).right;

function runningValueChances(problem: WordProblem, dials: Dials, begun?: Begun) {
  const { operations, truth, errors } = taskOf(problem, dials);
  let chances = new Map([[begun?.value ?? problem.start, 1]]);
  for (let t = begun?.step ?? 0; t < operations.length; t++) {
    const next = new Map<number, number>();
    const flow = (value: number, chance: number) => next.set(value, (next.get(value) ?? 0) + chance);
    const operation = operations[t];
    if (operation === undefined) break;
    const slips = commonSlips(operation, dials.wrongAnswers);
    const error = errors[t] ?? 0;
    for (const [value, chance] of chances) {
      const recovered = value === truth[t] ? 0 : chance * dials.recovery;
      if (recovered > 0) flow(truth[t + 1] ?? 0, recovered);
      const result = apply(operation, value);
      flow(result, (chance - recovered) * (1 - error));
      for (const { distance, share } of slips) flow(result + distance, (chance - recovered) * error * share);
    }
    chances = next;
  }
  const answer = truth.at(-1) ?? problem.start;
  const right = chances.get(answer) ?? 0;
  chances.delete(answer);
  return { right, wrong: [...chances.values()].filter((chance) => chance > 0), distinct: 0 };
}

function twoStates(problem: WordProblem, dials: Dials, begun?: Begun) {
  const { operations, truth, errors } = taskOf(problem, dials);
  const from = begun?.step ?? 0;
  let right = begun === undefined || begun.value === truth[from] ? 1 : 0;
  for (let t = from; t < operations.length; t++) right = right * (1 - (errors[t] ?? 0)) + (1 - right) * dials.recovery;
  return { right, wrong: [], distinct: 1 - right };
}

/** Chance that at least one of n samples is right. */
export const passAt = (right: number, n: number): number => 1 - (1 - right) ** n;

/**
 * Chance that the majority of n samples is right: samples without an answer do not vote, and each of several answers
 * with most votes is taken with the same chance (the first of them to appear is each of them equally often).
 *
 * Sums over the votes m of the right answer; a polynomial in x (samples used) and y (ties) collects, for every wrong
 * answer with chance p, the ways to get c < m votes, p^c x^c / c!, and to tie with m.
 */
export function majorityAt({ right, none, wrong, distinct }: AnswerChances, n: number): number {
  const factorials = [1];
  for (let i = 1; i <= n; i++) factorials.push((factorials[i - 1] ?? 1) * i);
  const inverse = (c: number) => 1 / (factorials[c] ?? Infinity);
  let total = 0;
  for (let m = 1; m <= n; m++) {
    const rest = n - m;
    const mostTies = Math.floor(rest / m);
    let ways = table(mostTies, rest);
    first(ways)[0] = 1;
    for (const p of wrong) ways = times(ways, (c) => (c <= m ? p ** c * inverse(c) : 0), m, mostTies, rest);
    ways = times(ways, (c) => none ** c * inverse(c), null, mostTies, rest);
    if (m > 1) ways = times(ways, (c) => distinct ** c * inverse(c), null, mostTies, rest);
    const own = right ** m * inverse(m);
    for (const [ties, row] of ways.entries()) {
      const used = row[rest] ?? 0;
      if (m > 1) total += (own * used) / (ties + 1);
      else
        for (let j = 0; j <= rest; j++)
          total += (own * (row[rest - j] ?? 0) * distinct ** j * inverse(j)) / (ties + j + 1);
    }
  }
  return total * (factorials[n] ?? 1);
}

/** ways[ties][used], zeros. */
const table = (ties: number, used: number): Float64Array[] =>
  Array.from({ length: ties + 1 }, () => new Float64Array(used + 1));
const first = (rows: readonly Float64Array[]): Float64Array => rows[0] ?? new Float64Array(1);

/** Multiplies by one answer's polynomial; using exactly `tieAt` samples makes a tie. */
function times(
  ways: readonly Float64Array[],
  weight: (count: number) => number,
  tieAt: number | null,
  mostTies: number,
  rest: number,
): Float64Array[] {
  const result = table(mostTies, rest);
  const most = tieAt === null ? rest : Math.min(rest, tieAt);
  const weights = Array.from({ length: most + 1 }, (_, c) => weight(c));
  for (const [ties, row] of ways.entries()) {
    for (const [c, factor] of weights.entries()) {
      const target = result[c === tieAt ? ties + 1 : ties];
      if (factor === 0 || target === undefined) continue;
      for (let used = 0; used + c <= rest; used++)
        target[used + c] = (target[used + c] ?? 0) + (row[used] ?? 0) * factor;
    }
  }
  return result;
}

/**
 * Chance that the best-scored of n samples is right, where a binormal verifier of area `auc` scores each by itself:
 * ∫ n p φ(x − d) (p Φ(x − d) + (1 − p) Φ(x))^(n−1) dx, by Simpson's rule.
 */
export function bestOf(right: number, n: number, auc: number): number {
  const d = separation(auc);
  if (d === Infinity) return passAt(right, n);
  const [low, high, pieces] = [-9, 9 + d, 1_200];
  const width = (high - low) / pieces;
  let sum = 0;
  for (let i = 0; i <= pieces; i++) {
    const x = low + i * width;
    const below = right * normalBelow(x - d) + (1 - right) * normalBelow(x);
    const height = n * right * normalDensity(x - d) * below ** (n - 1);
    sum += height * (i === 0 || i === pieces ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return (sum * width) / 3;
}

/** One round of feedback and revision: chances that a wrong draft becomes right and a right one wrong. */
export function revisionRates(options: SimulatedOptions = {}): { readonly fixed: number; readonly damaged: number } {
  const { feedbackAccuracy, revision } = simulatedOptions.parse(options);
  return { fixed: feedbackAccuracy * revision.fixPointed, damaged: (1 - feedbackAccuracy) * revision.damageTold };
}
