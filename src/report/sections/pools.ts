import { type Counts, type CoverageLaw, coverageLaw } from "../../statistics/sampling/power-law.ts";
import type { LawSection, PoolSection } from "../data.ts";
import type { ArmColumns } from "../tally/arm-columns.ts";
import { banded, type Resamples, total } from "../tally/blocks.ts";
import { poolSizes } from "../tally/pool-tally.ts";

/** A size is shown when at least this share of the trials has that many candidates. */
const enough = 0.95;

/** Coverage, vote and verifier pick over k for every arm whose trials have two candidates or more. */
export function poolSections(arms: readonly ArmColumns[], resamples: Resamples): PoolSection[] {
  return arms.flatMap((arm) => {
    const trials = total(arm.block.trials);
    const shown = poolSizes.map((_, i) => i).filter((i) => total(arm.pool.trials[i] ?? []) >= enough * trials);
    const last = shown.at(-1);
    if (trials === 0 || last === undefined || last < 1) return [];
    const curve = (rule: "coverage" | "vote" | "best") =>
      shown.map((i) => {
        const band = banded(arm.pool.sums[rule][i] ?? [], arm.pool.trials[i] ?? new Float64Array(), resamples);
        return band === null || Number.isNaN(band.value) ? null : band;
      });
    const scored = arm.pool.scored >= enough * trials;
    return [
      {
        arm: arm.tally.arm,
        sizes: shown.map((i) => poolSizes[i] ?? 0),
        coverage: curve("coverage").filter((point) => point !== null),
        vote: curve("vote"),
        best: scored ? curve("best") : shown.map(() => null),
        shortTrials: trials - total(arm.pool.trials[last] ?? []),
      },
    ];
  });
}

const fewest = 4;
/** Problems that the law is fitted to: more would only narrow its band. */
const mostProblems = 2_000;

/**
 * The power law of coverage fitted to the arm with the largest pools, all seeds of a problem together; null without a
 * pool of 4.
 */
export function lawSection(arms: readonly ArmColumns[]): LawSection | null {
  const pools = arms.map((arm) => ({ arm: arm.tally.arm, counts: countsOf(arm) }));
  const size = ({ counts }: { counts: readonly Counts[] }) => Math.min(...counts.map(({ n }) => n));
  const able = pools.filter((pool) => pool.counts.length >= 10 && size(pool) >= fewest);
  const [first, ...rest] = able;
  if (first === undefined) return null;
  const largest = rest.reduce((best, pool) => (size(pool) > size(best) ? pool : best), first);
  const reach = size(largest);
  const ks = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 4096, 8192, 16384].filter((k) => k <= reach * 16);
  return { arm: largest.arm, ...described(coverageLaw(largest.counts, ks, { seed: "report", replicates: 300 })) };
}

function countsOf(arm: ArmColumns): Counts[] {
  const counts: Counts[] = [];
  arm.drawn.values().forEach((n, problem) => {
    if (n > 0 && counts.length < mostProblems) counts.push({ n, c: arm.drawnRight.at(problem) });
  });
  return counts;
}

function described({ fit, points, predictions }: CoverageLaw): Omit<LawSection, "arm"> {
  const law = fit.law;
  return {
    a: law?.a ?? null,
    b: law?.b ?? null,
    rmse: law?.rmse ?? null,
    reason: fit.law === null ? fit.reason : null,
    points,
    predictions,
  };
}
