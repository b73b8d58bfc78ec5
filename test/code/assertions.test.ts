import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { dualAgreement } from "../../strategies/code/generated-tests.ts";
import { assertionsIn } from "../../strategies/code/kit/assertions.ts";

describe("dual agreement", () => {
  it("scores the programs that pass the same tests times those tests", () => {
    const passes = [
      [true, true, false],
      [true, true, true],
      [true, true, false],
      [false, false, false],
    ];
    // The paper's formula, and agreement.py of the released code.
    expect(dualAgreement(passes).map(({ programs, score }) => [programs, score])).toEqual([
      [[1], 3],
      [[0, 2], 2 * Math.SQRT2],
      [[3], 0],
    ]);
    expect(dualAgreement(passes, "count")).toEqual([
      { programs: [0, 2], tests: [0, 1], score: 4 },
      { programs: [1], tests: [0, 1, 2], score: 3 },
      { programs: [3], tests: [], score: 0 },
    ]);
  });

  it("breaks ties by more programs, then by the earliest program", () => {
    const byPrograms = dualAgreement(
      [
        [true, true],
        [true, false],
        [true, false],
      ],
      "count",
    );
    expect(byPrograms.map(({ programs }) => programs)).toEqual([[1, 2], [0]]);
    const byPlace = dualAgreement([
      [false, true],
      [true, false],
    ]);
    expect(byPlace.map(({ programs }) => programs)).toEqual([[0], [1]]);
  });

  it("puts every program into exactly one group, and no group's score changes with the order of programs", () => {
    const table = fc.array(fc.array(fc.boolean(), { minLength: 3, maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(table, (passes) => {
        const groups = dualAgreement(passes);
        expect(groups.flatMap(({ programs }) => programs).sort()).toEqual(passes.map((_, i) => i).sort());
        const scores = (rows: readonly (readonly boolean[])[]) => dualAgreement(rows).map(({ score }) => score);
        expect(scores([...passes].reverse())).toEqual(scores(passes));
      }),
    );
  });
});

describe("assertions in a text", () => {
  it("are single closed lines that call the function, each once", () => {
    const text = [
      "Here are tests:",
      "```python",
      "assert double(2) == 4",
      "assert double( 2 )==4",
      'assert double("a b") == "a ba b"',
      'assert double("ab") == "abab"  # text',
      "assert double([1,",
      "assert double(1) == 2; import os",
      "assert other(1) == 1",
      "x = double(3)",
      "```",
      "- `assert double(0) == 0`",
      "2. assert double(-1) == -2",
    ].join("\n");
    expect(assertionsIn(text, "double")).toEqual([
      "assert double(2) == 4",
      'assert double("a b") == "a ba b"',
      'assert double("ab") == "abab"  # text',
      "assert double(0) == 0",
      "assert double(-1) == -2",
    ]);
  });
});
