import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fingerprint } from "../../../experiments/datasets/fingerprint.ts";
import { difficultyStrata, selectionSchema, selectProblems } from "../../../experiments/datasets/selection.ts";
import { type ProblemRow, problemOf } from "../../../src/core/problem.ts";

const problem = (index: number): ProblemRow => ({
  id: `p${index}`,
  text: `What is ${index} + 1?`,
  kind: "number",
  reference: { answer: String(index + 1) },
  group: `g${Math.floor(index / 3)}`,
  tags: [index % 2 === 0 ? "even" : "odd"],
  difficulty: index / 99,
});
const hundred = Array.from({ length: 100 }, (_, index) => problem(index));
const idsOf = (problems: readonly ProblemRow[]) => problems.map(({ id }) => id);

describe("selection", () => {
  it("keeps everything in order by default", () => {
    expect(selectProblems(hundred, selectionSchema.parse({}))).toEqual(hundred);
  });

  it("draws a smaller sample as a part of the larger one with the same seed, in the given order", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 50 }), (seed, sample) => {
        const small = idsOf(selectProblems(hundred, { sample, seed }));
        const large = idsOf(selectProblems(hundred, { sample: sample * 2, seed }));
        expect(small).toHaveLength(sample);
        expect(small.every((id) => large.includes(id))).toBe(true);
        expect(small).toEqual(idsOf(hundred).filter((id) => small.includes(id)));
      }),
    );
  });

  it("draws the same of what remains when other problems are added to the file", () => {
    const drawn = new Set(idsOf(selectProblems(hundred, { sample: 40, seed: 3 })));
    const fromHalf = idsOf(selectProblems(hundred.slice(0, 50), { sample: 40, seed: 3 }));
    expect(idsOf(hundred.slice(0, 50)).filter((id) => drawn.has(id) && !fromHalf.includes(id))).toEqual([]);
  });

  it("draws differently under another seed", () => {
    expect(idsOf(selectProblems(hundred, { sample: 20, seed: 1 }))).not.toEqual(
      idsOf(selectProblems(hundred, { sample: 20, seed: 2 })),
    );
  });

  it("draws whole groups when asked to", () => {
    const drawn = selectProblems(hundred, { sample: 5, sampleBy: "group", withoutTags: [] });
    const groups = new Set(drawn.map(({ group }) => group));
    expect(groups.size).toBe(5);
    expect(drawn).toEqual(hundred.filter(({ group }) => groups.has(group)));
  });

  it("draws equally from each difficulty band", () => {
    const drawn = selectProblems(hundred, { sample: 20, strata: 4 });
    const bands = difficultyStrata(hundred, 4);
    expect(bands.map((band) => band.filter((item) => drawn.includes(item)).length)).toEqual([5, 5, 5, 5]);
  });

  it("filters by tag, id and difficulty before it draws, and cuts by offset and limit after", () => {
    expect(selectProblems(hundred, { tags: ["odd"] })).toHaveLength(50);
    expect(idsOf(selectProblems(hundred, { ids: ["p7", "p3"] }))).toEqual(["p3", "p7"]);
    expect(idsOf(selectProblems(hundred, { minDifficulty: 0.97, withoutTags: ["odd"] }))).toEqual(["p98"]);
    expect(idsOf(selectProblems(hundred, { maxDifficulty: 0.03, offset: 1, limit: 1 }))).toEqual(["p1"]);
    const unknown = [{ ...problem(0), difficulty: undefined }];
    expect(selectProblems(unknown, { minDifficulty: 0 })).toEqual([]);
    expect(selectProblems(unknown, { maxDifficulty: 1 })).toEqual([]);
  });

  it("rejects options that mean nothing", () => {
    for (const wrong of [{ limit: 0 }, { sample: -1 }, { seed: 1.5 }, { minDifficulty: 2 }, { shuffle: true }]) {
      expect(selectionSchema.safeParse(wrong).success).toBe(false);
    }
  });
});

describe("fingerprint", () => {
  it("is SHA-256 of the content and not of the key order", () => {
    expect(fingerprint([])).toBe("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    const { id, ...rest } = problem(1);
    expect(fingerprint([problemOf({ ...rest, id })])).toBe(fingerprint([problemOf(problem(1))]));
  });

  it("changes with any change of a question, a reference, or the order", () => {
    const prints = [
      hundred.slice(0, 2),
      [problem(1), problem(0)],
      [problem(0)],
      [{ ...problem(0), reference: { answer: "2" } }],
      [{ ...problem(0), text: "?" }],
    ].map((rows) => fingerprint(rows.map(problemOf)));
    expect(new Set(prints).size).toBe(prints.length);
  });
});
