import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import { Random } from "../../src/core/random.ts";
import { calibrate, calibrationMethods, fitCalibration, type Judged, logOdds } from "../../src/learned/calibration.ts";
import { calibrationFile, loadCalibration } from "../../src/learned/calibration-file.ts";
import { combine, weightOfAuc } from "../../src/learned/combining.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { outcomeScores, stepScores } from "./asking.ts";

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
/** Scores whose true log-odds are `slope` times what they say, plus `shift`. */
function judgedBy(slope: number, shift: number, n: number): Judged[] {
  const random = new Random(`calibration/${slope}/${shift}`);
  return Array.from({ length: n }, () => {
    const score = 0.02 + 0.96 * random.uniform();
    return { score, correct: random.uniform() < sigmoid(slope * logOdds(score) + shift) };
  });
}

describe("calibration", () => {
  it("recovers Platt's line and the temperature that made the scores overconfident", () => {
    const platt = fitCalibration("platt", judgedBy(0.4, -0.7, 20_000));
    if (platt.method !== "platt") throw new TypeError();
    expect(platt.slope).toBeCloseTo(0.4, 1);
    expect(platt.intercept).toBeCloseTo(-0.7, 1);
    const warm = fitCalibration("temperature", judgedBy(0.4, 0, 20_000));
    if (warm.method !== "temperature") throw new TypeError();
    expect(warm.temperature).toBeGreaterThan(2.3);
    expect(warm.temperature).toBeLessThan(2.7);
  });

  it("never reorders scores, stays in [0, 1] and does not worsen the fit", () => {
    const judgements = fc.array(
      fc.record({ score: fc.double({ min: 0, max: 1, noNaN: true }), correct: fc.boolean() }),
      {
        minLength: 1,
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(judgements, fc.constantFrom(...calibrationMethods), (judged, method) => {
        const map = fitCalibration(method, judged);
        const mapped = Array.from({ length: 21 }, (_, i) => calibrate(map, i / 20));
        for (const [i, p] of mapped.entries()) {
          expect(p).toBeGreaterThanOrEqual(Math.max(0, (mapped[i - 1] ?? 0) - 1e-12));
          expect(p).toBeLessThanOrEqual(1);
        }
        const { fitted } = calibrationFile("v", "isotonic", judged);
        expect(fitted.brierAfter).toBeLessThanOrEqual(fitted.brierBefore + 1e-9);
      }),
    );
  });

  it("pools violators into blocks, as worked by hand", () => {
    const map = fitCalibration("isotonic", [
      { score: 0.1, correct: false },
      { score: 0.2, correct: true },
      { score: 0.3, correct: false },
      { score: 0.9, correct: true },
    ]);
    expect(map).toEqual({
      method: "isotonic",
      points: [
        [0.1, 0],
        [0.2, 0.5],
        [0.3, 0.5],
        [0.9, 1],
      ],
    });
    expect(calibrate(map, 0.6)).toBeCloseTo(0.75, 12);
    expect([calibrate(map, 0), calibrate(map, 1)]).toEqual([0, 1]);
  });

  it("is saved and read again, and a wrong file is told", () => {
    const folder = mkdtempSync(join(tmpdir(), "calibration-"));
    const path = join(folder, "map.json");
    const saved = calibrationFile("judge", "platt", judgedBy(1, 0, 50));
    writeFileSync(path, JSON.stringify(saved));
    expect(loadCalibration(path)).toEqual(saved);
    writeFileSync(path, "{}");
    expect(() => loadCalibration(path)).toThrow(/is no calibration/);
    expect(() => loadCalibration(join(folder, "none.json"))).toThrow(/cannot be read/);
  });
});

const scores = (...values: (number | null)[]) => values.map((value) => ({ value }));
const settings = { how: "mean", weights: [], atLeast: 1, apart: 1 } as const;

describe("combining", () => {
  it("takes mean, min, max and product of experts, as worked by hand", () => {
    expect(combine(scores(0.2, 0.8), settings).value).toBeCloseTo(0.5, 12);
    expect(combine(scores(0.2, 0.8), { ...settings, weights: [1, 3] }).value).toBeCloseTo(0.65, 12);
    expect(combine(scores(0.2, 0.8), { ...settings, how: "min" }).value).toBe(0.2);
    expect(combine(scores(0.2, 0.8), { ...settings, how: "max" }).value).toBe(0.8);
    expect(combine(scores(0.2, 0.8), { ...settings, how: "product" }).value).toBeCloseTo(0.5, 12);
    expect(combine(scores(0.9, 0.9), { ...settings, how: "product" }).value).toBeCloseTo(0.9, 12);
  });

  it("leaves out who could not judge, and abstains where too few could or they disagree", () => {
    expect(combine(scores(null, 0.8), settings).value).toBe(0.8);
    expect(combine(scores(null, 0.8), { ...settings, atLeast: 2 }).value).toBeNull();
    expect(combine(scores(0.1, 0.9), { ...settings, apart: 0.5 }).value).toBeNull();
    expect(combine(scores(0.4, 0.6), { ...settings, weights: [0, 0] }).value).toBeNull();
    expect([weightOfAuc(0.5), weightOfAuc(1), weightOfAuc(0.3)]).toEqual([0, 1, 0]);
  });
});

describe("verifiers of verifiers", () => {
  const verifiers = () => builtins().verifiers;
  const solutions = [
    ["2 + 2 = 4", "\\boxed{4}"],
    ["2 + 2 = 5", "\\boxed{5}"],
  ];

  it("ensemble asks its members by name and weighs them by their measured area", async () => {
    const of = [
      { name: "execution", auc: 0.9 },
      { name: "judge", options: { by: "rating" }, auc: 0.6 },
    ];
    const policy = scriptedPolicy(["Rating: 4", "Rating: 4"]);
    const found = await outcomeScores(verifiers().get("ensemble"), { of }, solutions, { policy });
    expect(found.map(({ value }) => value)).toEqual([
      expect.closeTo((0.8 + 0.2 * 0.4) / 1, 12),
      expect.closeTo(0.08, 12),
    ]);
  });

  it("ensemble combines step scores and refuses a member that scores no steps", async () => {
    const [steps] = await stepScores(verifiers().get("ensemble"), { of: ["execution", "likelihood"] }, solutions);
    expect(steps?.map(({ value }) => value)).toEqual([1, null]);
    await expect(stepScores(verifiers().get("ensemble"), { of: ["agreement"] }, solutions)).rejects.toThrow(
      /"agreement"/,
    );
    await expect(outcomeScores(verifiers().get("ensemble"), { of: ["jugde"] }, solutions)).rejects.toThrow(
      /Did you mean "judge"/,
    );
  });

  it("calibrated maps another verifier's scores, keeps the raw one and abstains in between", async () => {
    const map = { method: "temperature", temperature: 2 };
    const ask = (abstain?: [number, number]) =>
      outcomeScores(
        verifiers().get("calibrated"),
        { verifier: "judge", options: { by: "rating" }, map, ...(abstain && { abstain }) },
        [["a"], ["b"]],
        { policy: scriptedPolicy(["Rating: 9", "Rating: 6"]) },
      );
    const [high, low] = await ask();
    expect(high?.value).toBeCloseTo(sigmoid(logOdds(0.9) / 2), 9);
    expect(high?.reason).toContain("0.9000 before calibration");
    expect(low?.value).toBeCloseTo(sigmoid(logOdds(0.6) / 2), 9);
    expect((await ask([0.3, 0.7])).map(({ value }) => value === null)).toEqual([false, true]);
  });
});
