import { AnswerClasses } from "../../core/answer-classes.ts";
import type { ScoredCandidate } from "../../core/candidate.ts";
import type { Run } from "../../core/run.ts";
import { compareScores, voteWeights } from "../../core/score.ts";
import type { Pick, Selection, TallyRow } from "../../core/strategy.ts";
import { countLines } from "../../core/trajectory.ts";

// Votes over classes of equal answers.

/**
 * The answer that most candidates have (self-consistency: Wang et al. 2022, arXiv:2203.11171). Candidates without an
 * answer do not vote; with none that has one the pick is null. Ties: see {@link heaviestClass}.
 */
export function majority(): Selection {
  return {
    name: "majority",
    usesScores: false,
    pick: (candidates, run) => voteAmong(candidates, run, candidates.length),
  };
}

/**
 * The majority of the `keep` candidates with the most steps (complexity-based voting: Fu et al. 2022, arXiv:2210.00720,
 * section 3.2). A step is a non-empty line. Candidates without an answer are removed before ranking; all that tie for
 * the last rank vote. Default: three quarters of them (the paper's best was 30 to 40 of 50).
 */
export function complexityMajority(keep?: number): Selection {
  return {
    name: "complexity-majority",
    usesScores: false,
    pick: (candidates, run) => {
      const answered = candidates.filter(({ answer }) => answer !== null);
      const ranked = answered
        .map((candidate) => ({ candidate, steps: countLines(candidate.text) }))
        .sort((a, b) => b.steps - a.steps);
      const last = ranked[Math.min(keep ?? Math.ceil(answered.length * 0.75), ranked.length) - 1];
      const voters = ranked.filter(({ steps }) => steps >= (last?.steps ?? 0)).map(({ candidate }) => candidate);
      voters.sort((a, b) => a.index - b.index);
      return voteAmong(voters, run, voters.length, "most complex chains");
    },
  };
}

/**
 * Votes weighted by outcome scores, summed per class (Li et al. 2022, arXiv:2206.02336; "weighted best-of-N" of Snell
 * et al. 2024, arXiv:2408.03314). A candidate without a score weighs as much as the mean scored one; with no score at
 * all it is the majority (see {@link voteWeights}).
 */
export function weighted(): Selection {
  return {
    name: "weighted",
    usesScores: true,
    pick: (candidates, run) => weightedVote(candidates, run, scoreOf),
  };
}

/** Votes weighted by the values that the strategy itself found; the majority where it found none. */
export function weightedByValue(): Selection {
  return {
    name: "weighted-by-value",
    usesScores: false,
    pick: (candidates, run) => weightedVote(candidates, run, ownValueOf),
  };
}

// The highest number.

/**
 * The candidate that the outcome verifier scores highest (best-of-N: Cobbe et al. 2021, arXiv:2110.14168, section 4.2).
 * Equal scores: the higher raw number, then the lowest index. An unscored candidate wins only when nothing was scored,
 * one without an answer never.
 */
export function best(): Selection {
  return {
    name: "best",
    usesScores: true,
    pick: (candidates) => highest(candidates, scoreOf, "scored"),
  };
}

/** The candidate of highest value by the strategy itself (a node's value, a particle's weight). Ties: lowest index. */
export function bestValue(): Selection {
  return {
    name: "best-value",
    usesScores: false,
    pick: (candidates) => highest(candidates, ownValueOf, "valued"),
  };
}

/** The highest score where there is a verifier that gave any, else the majority, which says why. */
export function bestOrMajority(): Selection {
  return {
    name: "best-or-majority",
    usesScores: true,
    pick: (candidates, run) => {
      const scored = candidates.some((candidate) => scoreOf(candidate) !== null);
      return scored ? best().pick(candidates, run) : unscoredVote(candidates, run);
    },
  };
}

/** The highest score where anything was scored, else the last candidate (self-refine: the best round wins). */
export function bestElseLast(): Selection {
  return {
    name: "best-else-last",
    usesScores: true,
    pick: (candidates, run) =>
      (candidates.some(({ score }) => typeof score?.value === "number") ? best() : last()).pick(candidates, run),
  };
}

// A place in the stream.

/** The first candidate that has an answer. */
export function first(): Selection {
  return {
    name: "first",
    usesScores: false,
    pick: (candidates) => only(candidates.find(hasAnswer), "the first answer"),
  };
}

/** The last candidate that has an answer. */
export function last(): Selection {
  return {
    name: "last",
    usesScores: false,
    pick: (candidates) => only(candidates.findLast(hasAnswer), "the last revision"),
  };
}

// How a pick is made.

type Reading = (candidate: ScoredCandidate) => number | null;

const scoreOf: Reading = ({ score }) => score?.value ?? null;
const ownValueOf: Reading = ({ value }) => value ?? null;
const hasAnswer = ({ answer }: ScoredCandidate): boolean => answer !== null;

/** A class of equal answers and what the selection adds up for it. */
interface WeighedClass {
  readonly members: readonly ScoredCandidate[];
  readonly weight: number;
}

function voteAmong(candidates: readonly ScoredCandidate[], run: Run, of: number, which = "samples"): Pick | null {
  const classes = AnswerClasses.of(run, candidates).classes.map(({ members }) => ({ members, weight: members.length }));
  const voters = classes.reduce((sum, { weight }) => sum + weight, 0);
  return heaviestClass(classes, voters, ({ weight }, tied) => {
    const silent = of - voters;
    const aside = silent > 0 ? ` (${silent} gave no answer)` : "";
    return `${weight} of ${of} ${which} agree${tied ? ", tied with another answer" : ""}${aside}`;
  });
}

/** The vote where nothing has a score; it says so where a verifier was to give some. */
function unscoredVote(candidates: readonly ScoredCandidate[], run: Run): Pick | null {
  const pick = voteAmong(candidates, run, candidates.length);
  const judged = run.verifiers.outcome || run.verifiers.process;
  return pick === null || !judged ? pick : { ...pick, reason: `nothing could be scored: ${pick.reason}` };
}

/**
 * Candidates without an answer do not vote. Where no weight tells votes apart they are counted, and the reason says so.
 */
function weightedVote(candidates: readonly ScoredCandidate[], run: Run, weightOf: Reading): Pick | null {
  const voters = candidates.filter(hasAnswer);
  const known = voters.filter((candidate) => weightOf(candidate) !== null);
  if (known.length === 0) {
    return weightOf === scoreOf ? unscoredVote(candidates, run) : voteAmong(candidates, run, candidates.length);
  }
  const weights = new Map(voteWeights(voters.map(weightOf)).map((weight, i) => [voters[i], weight]));
  const classes = AnswerClasses.of(run, voters).classes.map(({ members }) => ({
    members,
    weight: members.reduce((sum, member) => sum + (weights.get(member) ?? 0), 0),
  }));
  const total = classes.reduce((sum, { weight }) => sum + weight, 0);
  const heaviest = (members: readonly ScoredCandidate[]) =>
    [...members].sort(
      (a, b) =>
        (weightOf(b) ?? -1) - (weightOf(a) ?? -1) ||
        (weightOf === scoreOf ? compareScores(b.score, a.score) : 0) ||
        a.index - b.index,
    )[0];
  const counted = known.every((candidate) => weightOf(candidate) === 0);
  const unknown = voters.length - known.length;
  const aside = counted ? " (every weight was 0)" : unknown > 0 ? ` (${unknown} without a score, at the mean)` : "";
  return heaviestClass(
    classes,
    total,
    ({ weight, members }) =>
      `weight ${weight.toFixed(2)} of ${total.toFixed(2)} from ${members.length} of ${candidates.length} samples${aside}`,
    heaviest,
  );
}

/**
 * The heaviest class. Ties: larger sum of scores (an unknown one counts as the mean of the others), then higher best
 * mean log-probability, then earliest candidate.
 */
function heaviestClass(
  classes: readonly WeighedClass[],
  total: number,
  explain: (winner: WeighedClass, tied: boolean) => string,
  represent: (members: readonly ScoredCandidate[]) => ScoredCandidate | undefined = (members) => members[0],
): Pick | null {
  const known = classes.flatMap(({ members }) => members.flatMap((member) => scoreOf(member) ?? []));
  const mean = known.length === 0 ? 0 : known.reduce((a, b) => a + b, 0) / known.length;
  const sumOfScores = (members: readonly ScoredCandidate[]) =>
    members.reduce((sum, member) => sum + (scoreOf(member) ?? mean), 0);
  const order = [...classes].sort(
    (a, b) =>
      b.weight - a.weight ||
      sumOfScores(b.members) - sumOfScores(a.members) ||
      difference(Math.max(...b.members.map(meanLogprob)), Math.max(...a.members.map(meanLogprob))) ||
      (a.members[0]?.index ?? 0) - (b.members[0]?.index ?? 0),
  );
  const [winner, second] = order;
  const head = winner === undefined ? undefined : represent(winner.members);
  if (winner === undefined || head === undefined) return null;
  const tied = second !== undefined && second.weight === winner.weight;
  return {
    index: head.index,
    answer: head.answer?.text ?? null,
    support: total > 0 ? winner.weight / total : null,
    tally: order.map(tallyRow),
    tied,
    reason: explain(winner, tied),
  };
}

/** Mean log-probability per token; -Infinity where unknown, so that it never wins a tie. */
function meanLogprob({ logprobs, confidence }: ScoredCandidate): number {
  if (logprobs === undefined || logprobs.length === 0) return confidence?.[0] ?? Number.NEGATIVE_INFINITY;
  return logprobs.reduce((sum, { logprob }) => sum + logprob, 0) / logprobs.length;
}

/** a - b, and 0 for two equal infinities. */
const difference = (a: number, b: number): number => (a === b ? 0 : a - b);

const tallyRow = ({ members, weight }: WeighedClass): TallyRow => ({
  answer: members[0]?.answer?.text ?? "",
  votes: members.length,
  weight,
});

function highest(candidates: readonly ScoredCandidate[], numberOf: Reading, verb: string): Pick | null {
  const answered = candidates.filter(hasAnswer);
  const pool = answered.length > 0 ? answered : candidates;
  const byScore = (a: ScoredCandidate, b: ScoredCandidate) => compareScores(b.score, a.score);
  const order = [...pool].sort(
    (a, b) =>
      difference(numberOf(b) ?? -1, numberOf(a) ?? -1) ||
      (numberOf === scoreOf ? byScore(a, b) : 0) ||
      a.index - b.index,
  );
  const [winner, second] = order;
  if (winner === undefined || winner.answer === null) return null;
  const value = numberOf(winner);
  const next = second === undefined ? null : numberOf(second);
  const reason =
    value === null
      ? "nothing was scored: the first answer stands"
      : `${verb} ${value.toFixed(3)}${next === null ? "" : `, the next ${next.toFixed(3)}`}`;
  return {
    index: winner.index,
    answer: winner.answer.text,
    support: value,
    tally: order.map((candidate) => ({
      answer: candidate.answer?.text ?? "",
      votes: 1,
      weight: numberOf(candidate) ?? 0,
    })),
    tied: value !== null && next === value && second?.answer?.text !== winner.answer.text,
    reason,
  };
}

function only(candidate: ScoredCandidate | undefined, reason: string): Pick | null {
  if (candidate === undefined || candidate.answer === null) return null;
  const { answer, index } = candidate;
  return {
    index,
    answer: answer.text,
    support: null,
    tally: [{ answer: answer.text, votes: 1, weight: 1 }],
    tied: false,
    reason,
  };
}
