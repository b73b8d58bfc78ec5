import { describe, expect, it } from "vitest";
import { groupAnswers } from "../../src/answer/classes.ts";
import { compareAnswers } from "../../src/answer/equal.ts";
import { grade } from "../../src/answer/grade.ts";
import type { Conventions } from "../../src/core/conventions.ts";

const verdicts = (a: string, b: string, set: Partial<Conventions>): readonly [string, string] => [
  compareAnswers(a, b).verdict,
  compareAnswers(a, b, set).verdict,
];

describe("conventions", () => {
  /** [a, b, what is set, verdict by default, verdict as set] */
  const rows: readonly (readonly [string, string, Partial<Conventions>, string, string])[] = [
    ["50.7", "50.9", { relativeTolerance: 0.05 }, "different", "equal"],
    ["50.7", "54", { relativeTolerance: 0.05 }, "different", "different"],
    ["0.33", "1/3", { decimals: "rounded" }, "different", "equal"],
    ["1.732", "\\sqrt{3}", { decimals: "rounded" }, "different", "equal"],
    ["125.663", "40\\pi", { decimals: "rounded" }, "different", "different"],
    ["125.664", "40\\pi", { decimals: "rounded" }, "different", "equal"],
    ["0.34", "1/3", { decimals: "rounded" }, "different", "different"],
    ["0.3", "1/3", { decimals: "rounded" }, "different", "different"],
    ["5", "5 \\text{ cm}", { units: "required" }, "equal", "different"],
    ["5 \\text{ cm}", "5 cm", { units: "required" }, "equal", "equal"],
    ["50\\%", "50", { percent: "ignored" }, "different", "equal"],
    ["50\\%", "0.5", { percent: "ignored" }, "equal", "equal"],
    ["50\\%", "5", { percent: "ignored" }, "different", "different"],
    ["\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "(1,2)", { vectors: "strict" }, "equal", "undecided"],
    ["\\begin{pmatrix} 1 \\\\ 2 \\end{pmatrix}", "(2,1)", { vectors: "strict" }, "different", "different"],
    ["180^\\circ", "\\pi", { angles: "convert" }, "different", "equal"],
    ["60^\\circ", "\\frac{\\pi}{3} \\text{ radians}", { angles: "convert" }, "different", "equal"],
    ["60^\\circ", "\\frac{\\pi}{4}", { angles: "convert" }, "different", "different"],
    ["60^\\circ", "60", { angles: "convert" }, "equal", "equal"],
    ["4, 4", "4", { repeats: "once" }, "different", "equal"],
    ["(1,2),(1,2)", "(1,2),(1,2),(1,2)", { repeats: "counted" }, "equal", "different"],
    ["2 or 2", "2", { repeats: "counted" }, "equal", "different"],
  ];

  it.each(rows)("of %s beside %s, set by %j: %s, %s", (a, b, set, byDefault, asSet) => {
    expect(verdicts(a, b, set)).toEqual([byDefault, asSet]);
    expect(verdicts(b, a, set)).toEqual([byDefault, asSet]);
  });

  it("come with the reference or with the call", () => {
    const question = { kind: "math" } as const;
    expect(grade("5", { answer: "5 cm" }, question).verdict).toBe("correct");
    expect(grade("5", { answer: "5 cm", conventions: { units: "required" } }, question).verdict).toBe("incorrect");
    expect(grade("5", { answer: "5 cm" }, question, { units: "required" }).verdict).toBe("incorrect");
  });
});

describe("a choice's letter and its option's text", () => {
  it("are one vote", () => {
    const cities = ["Rome", "Paris", "Oslo", "Bern"];
    expect(groupAnswers(["B", "Paris", "(B)", "B) Paris", "Oslo", "C", "Rome"], "choice", cities)).toEqual([
      0, 0, 0, 0, 1, 1, 2,
    ]);
  });
});
