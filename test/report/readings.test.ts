import { describe, expect, it } from "vitest";
import { emptyLedger } from "../../src/core/usage.ts";
import { readingWarnings } from "../../src/report/reading-table.ts";
import { comparisons } from "../../src/report/sections/comparisons.ts";
import { readingSections } from "../../src/report/sections/readings.ts";
import { ArmColumns } from "../../src/report/tally/arm-columns.ts";
import { ProblemIndex } from "../../src/runs/problem-index.ts";
import type { TrialRecord } from "../../src/runs/records/record.ts";

const record = (arm: string, problem: number, verdict: TrialRecord["verdict"]): TrialRecord => ({
  ...{ version: 1, key: `${arm}/${problem}`, arm, strategy: arm, dataset: "d", problem: `p${problem}`, seed: 1 },
  ...{ answer: "1", verdict, rule: "", reason: "", support: null, stopped: "finished" as const },
  ...{ candidates: [], picks: [], usage: emptyLedger, moment: { milliseconds: 0, spent: emptyLedger } },
});

/** Arms by the verdicts on their problems: c(orrect), i(ncorrect), u(ndecided), e(rror). */
function armsOf(verdicts: Readonly<Record<string, string>>): ArmColumns[] {
  const index = new ProblemIndex();
  const names = { c: "correct", i: "incorrect", u: "undecided", e: "error" } as const;
  return Object.entries(verdicts).map(([name, marks]) => {
    const arm = new ArmColumns(name, name, index);
    [...marks].forEach((mark, i) => {
      arm.add(record(name, i, names[mark as keyof typeof names]));
    });
    return arm;
  });
}

const against = (baseline: string, families: Readonly<Record<string, string>>) =>
  new Map(
    Object.entries(families).map(([arm, family]) => [arm, { baseline: arm === baseline ? null : baseline, family }]),
  );

describe("trials that failed or could not be judged", () => {
  const arms = armsOf({ base: "c".repeat(10) + "i".repeat(10), other: `${"c".repeat(10) + "e".repeat(6)}uuii` });
  const compared = against("base", { base: "m", other: "m" });

  it("are left out in one reading and wrong in the other", () => {
    const [base, other] = readingSections(arms, compared);
    expect(base).toMatchObject({
      failed: 0,
      undecided: 0,
      leftOut: { accuracy: 0.5 },
      countedWrong: { accuracy: 0.5 },
    });
    expect(other).toMatchObject({ failed: 6, undecided: 2 });
    expect(other?.leftOut).toMatchObject({ accuracy: 10 / 12, trials: 12 });
    expect(other?.countedWrong).toMatchObject({ accuracy: 0.5, trials: 20, difference: 0 });
    expect(other?.countedWrong.interval?.high).toBeLessThan(0.75);
  });

  it("are in the arm's summary too, and nowhere where every trial was judged", () => {
    expect(arms[1]?.tally.summary().readings).toMatchObject({
      leftOut: { accuracy: 10 / 12 },
      countedWrong: { accuracy: 0.5 },
    });
    expect(arms[0]?.tally.summary()).not.toHaveProperty("readings.leftOut");
    expect(readingSections(armsOf({ base: "ci", other: "cc" }), compared)).toEqual([]);
  });

  it("are warned of where the readings differ, with the verdict where that changes", () => {
    const words = readingWarnings({ readings: readingSections(arms, compared) });
    expect(words).toEqual([
      "other: 8 trials failed or could not be judged. Accuracy is 83.3 % where they are left out and 50.0 % where they count as wrong.",
    ]);
    const apart = armsOf({ base: "i".repeat(30), other: "e".repeat(18) + "c".repeat(12) });
    expect(readingWarnings({ readings: readingSections(apart, compared) })).toEqual([
      expect.stringContaining("Accuracy is 100.0 % where they are left out and 40.0 % where they count as wrong."),
    ]);
    const turned = armsOf({ base: `${"c".repeat(10)}${"i".repeat(10)}`, other: `${"e".repeat(10)}${"c".repeat(10)}` });
    expect(readingWarnings({ readings: readingSections(turned, compared) })[0]).toMatch(
      /The verdict changes with it: better, or no significant difference\.$/,
    );
  });
});

describe("families of comparisons", () => {
  const verdicts = {
    base: "i".repeat(10),
    a: `${"c".repeat(6)}iiii`,
    b: "c".repeat(5) + "i".repeat(5),
    c: "i".repeat(10),
  };

  it("hold what is compared on one model, and not what is compared on another", () => {
    const found = comparisons(armsOf(verdicts), against("base", { base: "m", a: "m", b: "m", c: "n" }));
    expect(found.map(({ a, family, scope }) => [a, family, scope])).toEqual([
      ["a", 2, "m"],
      ["b", 2, "m"],
      ["c", 1, "n"],
    ]);
    const [a] = found;
    expect(a?.adjustedP).toBeCloseTo(2 * (a?.pValue ?? 0), 12);
    expect(a?.words).toContain("after Holm over 2 pairs of m");
  });
});
