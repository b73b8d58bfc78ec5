import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { groupAnswers } from "../../src/answer/classes.ts";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import { doubtOf } from "../../src/core/pick.ts";
import type { Run } from "../../src/core/run.ts";
import type { Pick, Selection } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import {
  best,
  bestOrMajority,
  complexityMajority,
  first,
  last,
  majority,
  weighted,
} from "../../src/engine/picking/selections.ts";
import {
  adaptiveConsistency,
  anyOf,
  confident,
  earlyStoppingWindow,
  leadProbability,
} from "../../src/engine/picking/stopping.ts";

const classes = (answers: readonly (string | null)[]) => groupAnswers(answers, "number");
const run = { classes, verifiers: { outcome: false, process: false, aggregation: "last" } } as unknown as Run;
const judged = { classes, verifiers: { outcome: true, process: false, aggregation: "last" } } as unknown as Run;

const candidate = (index: number, answer: string | null, score: number | null = null, text = ""): ScoredCandidate => ({
  index,
  text,
  trajectory: Trajectory.of([{ text }]),
  answer: answer === null ? null : { text: answer, rule: "boxed" },
  complete: true,
  score: { value: score },
});
const pool = (...rows: (string | null | [string | null, number | null])[]) =>
  rows.map((row, i) => (Array.isArray(row) ? candidate(i, row[0], row[1]) : candidate(i, row)));
const pick = (selection: Selection, candidates: readonly ScoredCandidate[]) =>
  selection.pick(candidates, run) as Pick | null;

describe("majority", () => {
  it("counts equal answers as one class, however they are written", () => {
    expect(pick(majority(), pool("0.5", "3", "1/2", "3.0", "\\frac{1}{2}"))?.answer).toBe("0.5");
  });

  it("does not let a missing answer vote, and is null where all are missing", () => {
    expect(pick(majority(), pool(null, null, null, "7"))).toMatchObject({ answer: "7", support: 1 });
    expect(pick(majority(), pool(null, null))).toBeNull();
  });

  it("breaks ties by summed score, then by the earliest, and says that there was one", () => {
    expect(pick(majority(), pool("1", "2"))).toMatchObject({ answer: "1", tied: true });
    expect(pick(majority(), pool(["1", 0.2], ["2", 0.9]))).toMatchObject({ answer: "2", tied: true });
  });

  it("ignores the order of the samples up to ties", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 20 }),
        fc.nat(),
        (values, turn) => {
          const counts = new Map<number, number>();
          for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
          const sorted = [...counts.values()].sort((a, b) => b - a);
          fc.pre(sorted[0] !== sorted[1]);
          const rotated = [...values.slice(turn % values.length), ...values.slice(0, turn % values.length)];
          expect(pick(majority(), pool(...rotated.map(String)))?.answer).toBe(
            pick(majority(), pool(...values.map(String)))?.answer,
          );
        },
      ),
    );
  });
});

describe("best", () => {
  it("takes the highest score, the lowest index on ties", () => {
    expect(pick(best(), pool(["1", 0.3], ["2", 0.8], ["3", 0.8]))).toMatchObject({ index: 1, answer: "2", tied: true });
  });

  it("takes an unscored candidate only when nothing was scored", () => {
    expect(pick(best(), pool(["1", null], ["2", 0.01]))?.answer).toBe("2");
    expect(pick(best(), pool(["1", null], ["2", null]))?.answer).toBe("1");
  });

  it("never picks a candidate without an answer over one with", () => {
    expect(pick(best(), pool([null, 0.99], ["2", 0.1]))?.answer).toBe("2");
    expect(pick(best(), pool([null, 0.99]))).toBeNull();
  });
});

describe("a verifier that scored nothing", () => {
  it("is said to by a best-of-n, and the samples vote", () => {
    const selection = bestOrMajority();
    const picked = selection.pick(pool("1", "2", "2"), judged) as Pick;
    expect(picked).toMatchObject({ answer: "2", support: expect.closeTo(2 / 3) });
    expect(picked.reason).toBe("nothing could be scored: 2 of 3 samples agree");
    expect((selection.pick(pool("1", "2", "2"), run) as Pick).reason).toBe("2 of 3 samples agree");
  });

  it("is not said of one that scored some", () => {
    expect((bestOrMajority().pick(pool(["1", 0.4], ["2", null]), judged) as Pick).reason).toMatch(/^scored 0\.400/);
  });
});

describe("little support", () => {
  it("is said in words", () => {
    const doubted = pick(majority(), pool("1", "1", "2", "3", "4"));
    expect(doubted?.reason).toBe("2 of 5 samples agree");
    expect(doubted && doubtOf(doubted)).toBe("do not rely on it");
    const tied = pick(majority(), pool("1", "2"));
    expect(tied && doubtOf(tied)).toContain("do not rely on it");
    const sure = pick(majority(), pool("1", "1", "2"));
    expect(sure && doubtOf(sure)).toBeNull();
    const first = { index: 0, answer: "1", support: null, tally: [], tied: false, reason: "the first answer" };
    expect(doubtOf(first)).toBeNull();
  });
});

describe("weighted", () => {
  it("sums scores per class and represents it by its best member", () => {
    expect(pick(weighted(), pool(["1", 0.9], ["2", 0.4], ["2", 0.6]))).toMatchObject({ answer: "2", index: 2 });
  });

  it("is the majority when all weights are equal or nothing was scored", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 12 }), (values) => {
        const plain = pick(majority(), pool(...values.map(String)))?.answer;
        expect(pick(weighted(), pool(...values.map((v) => [String(v), 1] as [string, number])))?.answer).toBe(plain);
        expect(pick(weighted(), pool(...values.map(String)))?.answer).toBe(plain);
      }),
    );
  });
});

describe("a vote weighted by scores some of which are unknown", () => {
  const score = fc.option(fc.integer({ min: 0, max: 4 }).map((quarter) => quarter / 4));
  const rows = fc.array(fc.tuple(fc.constantFrom("1", "2", "3", null), score), { minLength: 1, maxLength: 12 });
  const weightsOf = (all: readonly (readonly [string | null, number | null])[]) =>
    new Map(
      pick(weighted(), pool(...all.map(([a, s]) => [a, s] as [string | null, number | null])))?.tally.map((row) => [
        row.answer,
        row.weight,
      ]),
    );

  it("is not the vote in which they are 0", () => {
    const rollouts = Array.from({ length: 15 }, (): [string, null] => ["42", null]);
    expect(pick(weighted(), pool(["7", 0.3], ...rollouts))).toMatchObject({ answer: "42" });
    expect(pick(weighted(), pool(["7", 0.9], ["42", null], ["42", 0.5]))?.reason).toContain("1 without a score");
  });

  it("gives each of them the mean of the known, and changes no other weight", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const voters = all.filter(([answer]) => answer !== null);
        const known = voters.flatMap(([, value]) => value ?? []);
        fc.pre(known.some((value) => value !== 0));
        const mean = known.reduce((a, b) => a + b, 0) / known.length;
        for (const [answer, weight] of weightsOf(all)) {
          const members = voters.filter(([own]) => own === answer);
          expect(weight).toBeCloseTo(
            members.reduce((sum, [, value]) => sum + (value ?? mean), 0),
            12,
          );
        }
      }),
    );
  });

  it("counts votes where no score tells them apart, and says so", () => {
    const unscored = pool(["7", null], ["42", null], ["42", null]);
    expect(pick(weighted(), unscored)).toMatchObject({ answer: "42", reason: "2 of 3 samples agree" });
    expect(weighted().pick(unscored, judged)).toMatchObject({
      answer: "42",
      reason: "nothing could be scored: 2 of 3 samples agree",
    });
    expect(pick(weighted(), pool(["7", 0], ["42", 0], ["42", 0]))).toMatchObject({
      answer: "42",
      reason: "weight 2.00 of 3.00 from 2 of 3 samples (every weight was 0)",
    });
    // What is known to be wrong gives way to what is unknown.
    expect(pick(weighted(), pool(["7", 0], ["7", 0], ["42", null]))?.answer).toBe("42");
  });

  it("picks the same whether an unscored candidate is unscored or scored the mean of the others", () => {
    fc.assert(
      fc.property(rows, (all) => {
        const known = all.flatMap(([answer, value]) => (answer === null ? [] : (value ?? [])));
        fc.pre(known.some((value) => value !== 0));
        const mean = known.reduce((a, b) => a + b, 0) / known.length;
        const full = all.map(([answer, value]) => [answer, answer === null ? value : (value ?? mean)] as const);
        const [one, other] = [weightsOf(all), weightsOf(full)];
        for (const [answer, weight] of one) expect(other.get(answer)).toBeCloseTo(weight, 12);
      }),
    );
  });
});

describe("complexityMajority", () => {
  const lines = (n: number) => Array.from({ length: n }, (_, i) => `step ${i}`).join("\n\n");

  it("lets only the chains with the most steps vote, blank lines not counted", () => {
    const candidates = [
      candidate(0, "1", null, lines(2)),
      candidate(1, "1", null, lines(2)),
      candidate(2, "2", null, lines(9)),
    ];
    expect(pick(complexityMajority(1), candidates)?.answer).toBe("2");
  });

  it("includes all chains tied at the last rank, and equals the majority when all are kept", () => {
    const candidates = [
      candidate(0, "1", null, lines(5)),
      candidate(1, "2", null, lines(5)),
      candidate(2, "2", null, lines(5)),
    ];
    expect(pick(complexityMajority(1), candidates)?.answer).toBe("2");
    expect(pick(complexityMajority(3), candidates)?.answer).toBe(pick(majority(), candidates)?.answer);
  });
});

describe("first and last", () => {
  it("take the first and the last candidate that has an answer", () => {
    expect(pick(first(), pool(null, "1", "2"))?.answer).toBe("1");
    expect(pick(last(), pool("1", "2", null))?.answer).toBe("2");
  });
});

describe("stopping rules", () => {
  it("give the published probabilities", () => {
    for (const [v1, v2, p] of [
      [3, 0, 0.9375],
      [4, 0, 0.96875],
      [5, 1, 0.9375],
      [6, 1, 0.96484],
      [7, 2, 0.94531],
      [9, 3, 0.95386],
    ] as const) {
      expect(leadProbability(v1, v2)).toBeCloseTo(p, 5);
    }
    // Of more votes than 2^−n can be written for.
    expect(leadProbability(1080, 0)).toBeCloseTo(1, 9);
    expect(leadProbability(600, 600)).toBeCloseTo(0.5, 9);
    const stops = [4, 6, 8, 9, 11, 12, 14, 15, 17];
    for (const [v2, v1] of stops.entries()) {
      expect(leadProbability(v1, v2)).toBeGreaterThanOrEqual(0.95);
      expect(leadProbability(v1 - 1, v2)).toBeLessThan(0.95);
    }
  });

  it("do not count a missing answer as a class", () => {
    const candidates = pool("1", null, "1", "1", null, "1");
    expect(adaptiveConsistency().enough(candidates, pick(majority(), candidates), run)).toContain("0.969");
    expect(adaptiveConsistency().enough(pool(null, null), null, run)).toBeNull();
  });

  it("stop at the end of a unanimous window only", () => {
    const rule = earlyStoppingWindow(3);
    const stops = (...rows: (string | null)[]) =>
      rule.enough(pool(...rows), pick(majority(), pool(...rows)), run) !== null;
    expect(stops("1", "1", "1")).toBe(true);
    expect(stops("1", "2", "1", "1", "1.0", "1")).toBe(true);
    expect(stops("2", "1", "1", "1")).toBe(false);
    expect(stops("1", "1", null)).toBe(false);
  });

  it("stop when the support is high enough, and combine", () => {
    const candidates = pool("1", "1", "1", "2");
    const picked = pick(majority(), candidates);
    expect(confident(0.7).enough(candidates, picked, run)).toContain("0.75");
    expect(confident(0.8).enough(candidates, picked, run)).toBeNull();
    expect(anyOf(confident(0.8), confident(0.7)).enough(candidates, picked, run)).toContain("0.75");
    expect(() => confident(0)).toThrow(/above 0/);
  });
});
