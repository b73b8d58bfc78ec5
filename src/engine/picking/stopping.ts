import { AnswerClasses } from "../../core/answer-classes.ts";
import type { ScoredCandidate } from "../../core/candidate.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import type { Run } from "../../core/run.ts";
import type { Stopping } from "../../core/strategy.ts";

/** Votes of the two most frequent answers, whatever the selection picks by. Unfinished candidates do not vote. */
function topTwo(candidates: readonly ScoredCandidate[], run: Run): [number, number] {
  const { classes } = AnswerClasses.of(
    run,
    candidates.filter(({ complete }) => complete),
  );
  const votes = classes.map(({ members }) => members.length).sort((a, b) => b - a);
  return [votes[0] ?? 0, votes[1] ?? 0];
}

/** Stops after `n` candidates. */
export function atMost(n: number): Stopping {
  return {
    name: `at-most(${n})`,
    window: n,
    needs: (candidates) => n - candidates.length,
    enough: (candidates) => (candidates.length >= n ? `${candidates.length} candidates` : null),
  };
}

/**
 * Chance that the leading answer truly leads the runner-up, with a uniform prior on its share between the two:
 * P(Beta(v1 + 1, v2 + 1) > 1/2) = Σ_{j ≤ v1} C(v1 + v2 + 1, j) / 2^(v1 + v2 + 1).
 */
export function leadProbability(v1: number, v2: number): number {
  const n = v1 + v2 + 1;
  if (n > fewVotes) return leadProbabilityOfMany(v1, n);
  let term = 2 ** -n; // C(n, 0) / 2^n
  let sum = term;
  for (let j = 1; j <= v1; j++) {
    term *= (n - j + 1) / j;
    sum += term;
  }
  return sum;
}

/** Beyond so many 2^−n is no double. */
const fewVotes = 1000;

function leadProbabilityOfMany(v1: number, n: number): number {
  let logTerm = -n * Math.LN2;
  let sum = Math.exp(logTerm);
  for (let j = 1; j <= v1; j++) {
    logTerm += Math.log((n - j + 1) / j);
    sum += Math.exp(logTerm);
  }
  return sum;
}

/** Samples drawn together at most, where a rule would need no end of them. */
const mostTogether = 1000;

/**
 * Adaptive-Consistency (Aggarwal et al. 2023, arXiv:2305.11860), Beta rule: stops when the leading answer leads the
 * runner-up with a probability of at least `threshold`. With the default, 4 equal answers are enough. As many as the
 * leader needs at least are drawn together, which stops at the same sample. Departure: candidates without an answer are
 * no class, where the authors' library counts them as one.
 */
export function adaptiveConsistency(threshold = 0.95): Stopping {
  checkShare("adaptive-consistency", threshold);
  return {
    name: `adaptive-consistency(${threshold})`,
    needs(candidates, _pick, run) {
      const [v1, v2] = topTwo(candidates, run);
      let more = 1;
      while (leadProbability(v1 + more, v2) < threshold && more < mostTogether) more++;
      return more;
    },
    enough: (candidates, _pick, run) => {
      const [v1, v2] = topTwo(candidates, run);
      const chance = leadProbability(v1, v2);
      return v1 > 0 && chance >= threshold
        ? `the leading answer leads with probability ${chance.toFixed(3)} (${v1} to ${v2})`
        : null;
    },
  };
}

/**
 * Early-stopping self-consistency (Li et al. 2024, arXiv:2401.10480): samples in windows of `window` and stops after
 * the first whose answers are all equal. As a rule beside any selection it leaves the pick alone; the strategy
 * `early-stopping` picks the window's answer, as published.
 */
export function earlyStoppingWindow(window = 5): Stopping {
  return {
    name: `early-stopping-window(${window})`,
    window,
    needs: (candidates) => window - (candidates.length % window),
    enough: (candidates, _pick, run) => {
      if (candidates.length === 0 || candidates.length % window !== 0) return null;
      const { classes, unanimous } = AnswerClasses.of(run, candidates.slice(-window));
      return unanimous ? `the last ${window} answers are all ${classes[0]?.answer}` : null;
    },
  };
}

/**
 * Stops when the pick's support (share of the vote, or score) is at least `threshold` after at least `least`
 * candidates.
 */
export function confident(threshold = 0.9, least = 2): Stopping {
  checkShare("confident", threshold);
  return {
    name: `confident(${threshold})`,
    usesScores: true,
    needs: (candidates) => least - candidates.length,
    enough: (candidates, pick) =>
      pick?.support != null && pick.support >= threshold && candidates.length >= least
        ? `support ${pick.support.toFixed(2)} after ${candidates.length} candidates`
        : null,
  };
}

/** Stops as soon as one of the rules does, looking as often as the one that looks most often. */
export function anyOf(...rules: readonly Stopping[]): Stopping {
  return {
    name: rules.map(({ name }) => name).join(" or "),
    usesScores: rules.some(({ usesScores }) => usesScores === true),
    window: Math.min(...rules.map(({ window }) => window ?? 1)),
    needs: (...now) => Math.min(...rules.map((rule) => rule.needs?.(...now) ?? rule.window ?? 1)),
    enough: (candidates, pick, run) => {
      for (const rule of rules) {
        const reason = rule.enough(candidates, pick, run);
        if (reason !== null) return reason;
      }
      return null;
    },
  };
}

function checkShare(rule: string, threshold: number): void {
  if (threshold > 0 && threshold <= 1) return;
  throw new InvalidOptionError(`${rule}: "threshold"`, `must be above 0 and at most 1, got ${threshold}.`);
}
