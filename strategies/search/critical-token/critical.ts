import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import type { TokenLimits } from "../../../src/core/search.ts";
import { continued, type Fork } from "../kit/forks.ts";

export interface CriticalSearch extends TokenLimits {
  /** Completions of each prefix that is tried. */
  readonly rollouts: number;
  readonly temperature: number;
  /** A prefix whose completions are right less often than this is lost. */
  readonly lost: number;
  /** right[i]: is candidates[i] right, as far as the signal can tell? */
  readonly judge: (candidates: readonly Candidate[]) => Promise<readonly boolean[]>;
}

/** Prefixes tried at most among this many forks: the longest, then by halves. */
export const roundsFor = (forks: number): number => (forks === 0 ? 0 : 1 + Math.ceil(Math.log2(forks)));

/**
 * The critical token of a wrong solution: the first fork after whose written token completions no longer end right,
 * while before it some do (Lin et al. 2024, arXiv:2411.19943, section 2). Yields every completion as a candidate, its
 * token in its notes as `probe`; returns null where completions recover even from the last fork.
 *
 *     after fork    0  1  2  3  4  5
 *     right         ●  ●  ●  ○  ○  ○      the critical token is that of fork 3
 *
 * Found by halving, which takes from the definition that a prefix once lost stays lost; the paper tries every token
 * with 64 rollouts.
 */
export async function* criticalFork(
  run: Run,
  forks: readonly Fork[],
  search: CriticalSearch,
): AsyncGenerator<readonly Candidate[], Fork | null> {
  let known = forks.length; // the first fork known to be lost, once the last was tried
  let low = 0;
  for (let probe = forks.length - 1; low < known && probe >= low; probe = Math.floor((low + known) / 2)) {
    const fork = forks[probe];
    if (fork === undefined) break;
    const { rollouts: n, temperature, topP, topK, minP, lost, judge } = search;
    const drawing = { n, temperature, topP, topK, minP };
    const notes = { probe: fork.token };
    const { candidates, over } = await continued(run, [fork.before + fork.written], { ...drawing, notes });
    if (candidates.length > 0) yield candidates;
    if (over) return null;
    const right = (await judge(candidates)).filter(Boolean).length;
    if (right / Math.max(1, candidates.length) >= lost) low = probe + 1;
    else known = probe;
  }
  return forks[known] ?? null;
}
