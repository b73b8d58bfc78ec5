import { z } from "zod";
import { defineMetric, type MetricResult, type PartResult, type TrialRow } from "../../src/core/metric.ts";
import { defineProblemMetric } from "../../src/statistics/metric.ts";

const options = z.strictObject({
  bins: z.int().min(2).max(50).default(10).describe("bars of the histogram, of equal width"),
});

/** Share of a problem's candidates that give the most frequent answer; null without a candidate. */
function confidenceOf(trials: readonly TrialRow[]): number | null {
  const candidates = trials.flatMap((trial) => trial.candidates);
  const counts = new Map<string, number>();
  for (const { answerClass } of candidates)
    if (answerClass !== null) counts.set(answerClass, (counts.get(answerClass) ?? 0) + 1);
  return candidates.length === 0 ? null : Math.max(0, ...counts.values()) / candidates.length;
}

const whole = defineProblemMetric<z.output<typeof options>>({
  ...{ name: "confidence", summary: "", scale: "share", better: "higher", options, needs: ["candidates"] },
  keeps: () => true,
  ofProblem: (trials) => confidenceOf(trials),
});

/**
 * How sure the policy is: the share of a problem's draws that give its most frequent answer, with the histogram over
 * problems. Training that lowers it where it is wrong makes pass@N grow (DCO, Chen et al. 2025, arXiv:2502.07154).
 */
export const confidence = defineMetric<z.output<typeof options>>({
  name: "confidence",
  summary: "share of a problem's samples that give its most frequent answer, with a histogram over problems",
  paper: "Chen et al. 2025, arXiv:2502.07154",
  scale: "share",
  better: "higher",
  options,
  needs: ["candidates"],
  partsAre: "confidence",
  compute(rows, given, random): MetricResult {
    const result = whole.compute(rows, given, random);
    return {
      ...result,
      parts: histogram(
        result.units.map(({ value }) => value),
        given.bins,
      ),
    };
  },
});

/** Share of the problems in each bin; the last one holds its upper end, too. */
function histogram(values: readonly number[], bins: number): PartResult[] {
  const shown = (edge: number): string => `${Math.round((1000 * edge) / bins) / 10}`;
  return Array.from({ length: bins }, (_, bin) => {
    const own = values.filter((value) => Math.min(bins - 1, Math.floor(value * bins + 1e-9)) === bin).length;
    const value = values.length === 0 ? null : own / values.length;
    return { part: `${shown(bin)}–${shown(bin + 1)} %`, value, interval: null, units: own, x: (bin + 0.5) / bins };
  });
}
