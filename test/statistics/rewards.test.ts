import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { brier, expectedCalibrationError, logLoss, reliabilityBins } from "../../src/statistics/rewards/calibration.ts";
import { auroc, averagePrecision, withinProblemAuroc } from "../../src/statistics/rewards/discrimination.ts";
import { prmBench } from "../../src/statistics/rewards/prm-bench.ts";
import { firstBelow, processBench, tuneThreshold } from "../../src/statistics/rewards/process-bench.ts";
import { rewardMath } from "../../src/statistics/rewards/reward-math.ts";

const items = fc.array(fc.record({ score: fc.constantFrom(0, 0.2, 0.5, 0.9, 1), correct: fc.boolean() }), {
  minLength: 1,
  maxLength: 30,
});

describe("discrimination", () => {
  it("AUROC is the share of right-wrong pairs in order, ties half", () => {
    fc.assert(
      fc.property(items, (list) => {
        const right = list.filter(({ correct }) => correct);
        const wrong = list.filter(({ correct }) => !correct);
        const wins = right.flatMap((r) => wrong.map((w) => (r.score > w.score ? 1 : r.score === w.score ? 0.5 : 0)));
        const area = auroc(list);
        if (wins.length === 0) expect(area).toBeNull();
        else expect(area).toBeCloseTo(wins.reduce((a: number, b) => a + b, 0) / wins.length, 12);
      }),
    );
  });

  it("AUROC flips to 1 − x when scores are negated", () => {
    fc.assert(
      fc.property(items, (list) => {
        const area = auroc(list);
        const flipped = auroc(list.map((item) => ({ ...item, score: -item.score })));
        if (area !== null) expect(flipped).toBeCloseTo(1 - area, 12);
      }),
    );
  });

  it("within-problem AUROC is blind to how hard problems are, the pooled one is not", () => {
    const rows = [
      { problem: "easy", score: 0.9, correct: true },
      { problem: "easy", score: 0.95, correct: false },
      { problem: "hard", score: 0.1, correct: true },
      { problem: "hard", score: 0.15, correct: false },
      { problem: "easy2", score: 0.9, correct: true },
      { problem: "hard2", score: 0.1, correct: false },
    ];
    expect(withinProblemAuroc(rows)).toEqual({ value: 0, problems: 2, skipped: 2 });
    expect(auroc(rows)).toBeGreaterThan(0.4);
  });

  it("average precision has the textbook value, and ties form one threshold", () => {
    const list = [0.9, 0.8, 0.7, 0.6].map((score, i) => ({ score, correct: i === 0 || i === 2 }));
    expect(averagePrecision(list)).toBeCloseTo(0.5 * 1 + 0.5 * (2 / 3), 12);
    expect(averagePrecision(list.map((item) => ({ ...item, score: 1 })))).toBeCloseTo(0.5, 12);
    expect(averagePrecision([{ score: 1, correct: false }])).toBeNull();
  });
});

describe("calibration", () => {
  const list = [
    { score: 0.9, correct: true },
    { score: 0.9, correct: true },
    { score: 0.9, correct: false },
    { score: 0.1, correct: false },
  ];

  it("Brier, log loss and calibration error follow their formulas", () => {
    expect(brier(list)).toBeCloseTo((0.01 + 0.01 + 0.81 + 0.01) / 4, 12);
    expect(logLoss(list)).toBeCloseTo(-(3 * Math.log(0.9) + Math.log(0.1)) / 4, 12);
    expect(expectedCalibrationError(list)).toBeCloseTo(0.75 * (0.9 - 2 / 3) + 0.25 * 0.1, 12);
    expect(logLoss([{ score: 0, correct: true }])).toBeCloseTo(-Math.log(1e-15), 9);
  });

  it("every item falls into one reliability bin, edges included", () => {
    const bins = reliabilityBins(
      [0, 0.1, 0.5, 0.999, 1].map((score) => ({ score, correct: true })),
      10,
    );
    expect(bins.map(({ count }) => count)).toEqual([1, 1, 0, 0, 0, 1, 0, 0, 0, 2]);
    expect(bins[2]).toMatchObject({ meanScore: null, accuracy: null });
  });

  it("refuses scores that are not probabilities", () => {
    expect(() => brier([{ score: 1.2, correct: true }])).toThrow(
      'brier: "score" must be a number from 0 to 1, got 1.2.',
    );
  });
});

describe("process verification", () => {
  it("ProcessBench's F1 has the worked value", () => {
    const rows = [
      ...Array.from({ length: 5 }, (_, i) => ({ label: 2, prediction: i < 2 ? 2 : -1 })),
      ...Array.from({ length: 5 }, (_, i) => ({ label: -1, prediction: i < 4 ? -1 : 0 })),
    ];
    const score = processBench(rows);
    expect(score.errorAccuracy).toBeCloseTo(0.4, 12);
    expect(score.correctAccuracy).toBeCloseTo(0.8, 12);
    expect(score.f1).toBeCloseTo(0.5333333333333333, 12);
  });

  it("a null prediction is wrong on both sides and 0/0 is 0", () => {
    expect(
      processBench([
        { label: 1, prediction: null },
        { label: -1, prediction: null },
      ]).f1,
    ).toBe(0);
    expect(processBench([{ label: 1, prediction: 1 }])).toMatchObject({ correctAccuracy: null, f1: null });
  });

  it("the first bad step is the first below the threshold, and tuning finds the one that separates", () => {
    expect(firstBelow([0.9, null, 0.3, 0.1])).toBe(2);
    expect(firstBelow([0.9, 0.5])).toBe(-1);
    const rows = [
      { label: 1, scores: [0.8, 0.6, 0.7] },
      { label: -1, scores: [0.8, 0.75] },
    ];
    const tuned = tuneThreshold(rows);
    expect(tuned.f1).toBe(1);
    expect(tuned.threshold).toBeGreaterThan(0.6);
    expect(tuned.threshold).toBeLessThanOrEqual(0.75);
  });

  it("PRMBench pools steps and averages both F1s", () => {
    const steps = [
      ...new Array(6).fill({ valid: true, judgedValid: true }),
      ...new Array(2).fill({ valid: true, judgedValid: false }),
      ...new Array(1).fill({ valid: false, judgedValid: true }),
      ...new Array(3).fill({ valid: false, judgedValid: false }),
    ];
    const score = prmBench(steps);
    expect(score.f1).toBeCloseTo((2 * 6) / (2 * 6 + 1 + 2), 12);
    expect(score.negativeF1).toBeCloseTo((2 * 3) / (2 * 3 + 2 + 1), 12);
    expect(score.score).toBeCloseTo((score.f1 + score.negativeF1) / 2, 12);
    expect(prmBench([{ valid: false, judgedValid: null }]).invalidAccuracy).toBe(0);
  });
});

describe("RewardMATH", () => {
  it("ties go against the right solution, and the figure with ties stands apart", () => {
    const rows = [
      { chosen: 0.9, rejected: [0.1, 0.8] },
      { chosen: 0.8, rejected: [0.8, 0.2] },
      { chosen: 0.1, rejected: [0.5, 0.6] },
      { chosen: null, rejected: [0.5, 0.6] },
    ];
    const score = rewardMath(rows);
    expect(score.accuracy).toBe(0.25);
    expect(score.accuracyWithTies).toBe(0.5);
    expect(score.meanReciprocalRank).toBeCloseTo((1 + 1 / 2 + 1 / 3 + 1 / 3) / 4, 12);
    expect(score.unscored).toBe(1);
  });
});
