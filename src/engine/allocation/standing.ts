import { AnswerClasses } from "../../core/answer-classes.ts";
import type { ScoredCandidate } from "../../core/candidate.ts";
import type { Run } from "../../core/run.ts";
import { leadProbability } from "../picking/stopping.ts";

/** What an allocation may know of a problem: how its samples voted; neither the answers nor which of them is right. */
export interface Standing {
  /** Candidates so far. */
  readonly samples: number;
  /** Weight of each class of equal answers, heaviest first: its votes, or the sum of its scores where there are any. */
  readonly weights: readonly number[];
}

export const noStanding: Standing = Object.freeze({ samples: 0, weights: [] });

/**
 * The standing of a problem with these candidates. One without an answer counts as a sample and votes for nothing; an
 * unknown score counts as the mean of the others.
 */
export function standingOf(candidates: readonly ScoredCandidate[], run: Run): Standing {
  const known = candidates.flatMap(({ answer, score }) => (answer === null ? [] : (score?.value ?? [])));
  const usual = known.length === 0 ? 1 : known.reduce((sum, value) => sum + value, 0) / known.length;
  const weights = AnswerClasses.of(run, candidates).classes.map(({ members }) =>
    members.reduce((sum, { score }) => sum + (score?.value ?? usual), 0),
  );
  return { samples: candidates.length, weights: weights.sort((a, b) => b - a) };
}

export const leader = ({ weights }: Standing): number => weights[0] ?? 0;

/** Share of the samples that do not agree with the leading answer, in [0, 1]; 1 before the first sample. */
export const disagreement = (standing: Standing): number =>
  standing.samples === 0 ? 1 : 1 - Math.min(1, leader(standing) / standing.samples);

/**
 * Posterior probability that the leading answer truly leads the runner-up ({@link leadProbability}). That is for
 * counts: sums of scores are rounded, the leader's down and the runner-up's up.
 */
export function certainty({ weights }: Standing): number {
  const [first = 0, second = 0] = weights;
  return first > 0 ? leadProbability(Math.floor(first), Math.ceil(second)) : 0;
}
