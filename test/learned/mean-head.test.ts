import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import {
  type LearnedVerifier,
  learnedSchema,
  learnedText,
  meanOfChances,
  predictHead,
} from "../../src/learned/model.ts";
import { auroc } from "../../src/statistics/rewards/discrimination.ts";
import { chooseHead, type TrainingRow } from "../../src/verifier-study/heads.ts";

/** Chances of a sum, which a line sees, and of how many features are above a bound, which trees see. */
function rowsOf(problems: number, seed: string): TrainingRow[] {
  const random = new Random(seed);
  return Array.from({ length: problems * 5 }, (_, i) => {
    const features = Array.from({ length: 6 }, () => random.uniform() * 2 - 1);
    const [a, b, c, d, e, f] = features as [number, number, number, number, number, number];
    const logOdds = 3 * [a, b, c].filter((x) => x > 0.3).length - 3 + 2 * (a + d + e + f);
    const correct = random.uniform() < 1 / (1 + Math.exp(-logOdds));
    return { cluster: String(i % problems), features, target: Number(correct), correct };
  });
}

describe("the mean of a line and of trees", () => {
  const [train, heldOut] = [rowsOf(160, "mean-head"), rowsOf(60, "mean-head/held-out")];
  const { head, reports, readsStates } = chooseHead(train, heldOut, "1");

  it("is chosen where the folds do best with both", () => {
    expect(head.form).toBe("mean");
    expect(readsStates).toBe(false);
    const area = (form: string) => reports.findLast((one) => one.form === form)?.heldOutAuc ?? 0;
    expect(area("mean")).toBeGreaterThan(area("logistic"));
    expect(area("mean")).toBeGreaterThan(area("trees"));
    expect(area("mean")).toBe(
      auroc(heldOut.map(({ features, correct }) => ({ score: predictHead(head, features), correct }))),
    );
  });

  it("is the chance of the mean log-odds of its parts", () => {
    if (head.form !== "mean") throw new Error("another head");
    for (const { features } of heldOut.slice(0, 20)) {
      const parts = head.heads.map((one) => predictHead(one, features));
      expect(predictHead(head, features)).toBe(meanOfChances(parts));
      const odds = parts.reduce((product, p) => product * (p / (1 - p)), 1) ** (1 / parts.length);
      expect(predictHead(head, features)).toBeCloseTo(odds / (1 + odds), 10);
    }
    expect(meanOfChances([0, 1])).toBeCloseTo(0.5, 12);
  });

  it("comes back from its file", () => {
    const text = learnedText({ model: head } as LearnedVerifier);
    const { model } = learnedSchema.pick({ model: true }).parse(JSON.parse(text));
    for (const { features } of heldOut.slice(0, 20))
      expect(predictHead(model, features)).toBeCloseTo(predictHead(head, features), 5);
  });
});
