import { describe, expect, it } from "vitest";
import { canonicalKey } from "../../src/answer/canonical.ts";
import { groupAnswers } from "../../src/answer/classes.ts";

describe("groupAnswers", () => {
  it("numbers classes in order of first appearance and leaves what has no answer out", () => {
    expect(groupAnswers(["1/2", null, "0.5", "3", "\\frac{1}{2}", "three", null], "math")).toEqual([
      0, -1, 0, 1, 0, 1, -1,
    ]);
  });

  it("joins the first class whose head an answer equals where equality is not transitive", () => {
    expect(groupAnswers(["5 cm", "5", "5 m"], "number")).toEqual([0, 0, 1]);
    expect(groupAnswers(["5 m", "5", "5 cm"], "number")).toEqual([0, 0, 1]);
  });

  it("groups letters of choices", () => {
    expect(groupAnswers(["(B)", "B", "b.", "A", "Option A"], "choice")).toEqual([0, 0, 0, 1, 1]);
  });

  it("compares each new spelling once: a thousand samples of ten spellings give ten classes at most", () => {
    const spellings = ["x^2+1", "1+x^2", "2", "2.0", "4/2", "\\sqrt{4}", "(1,2)", "\\{1,2\\}", "5 cm", "east"];
    const answers = Array.from({ length: 1_000 }, (_, i) => spellings[i % spellings.length] ?? "");
    const classes = groupAnswers(answers, "math");
    expect(new Set(classes).size).toBe(6);
    expect(classes.slice(0, 10)).toEqual(classes.slice(990));
  });

  it("has nothing to group in an empty list", () => {
    expect(groupAnswers([])).toEqual([]);
  });
});

describe("canonicalKey", () => {
  it("is the same for the spellings of one number, and keeps units and percent apart", () => {
    const keys = ["1,200", "$1200$", "1200.0", "\\boxed{1{,}200}"].map((text) => canonicalKey(text, "number"));
    expect(new Set(keys).size).toBe(1);
    expect(canonicalKey("5 cm")).not.toBe(canonicalKey("5"));
    expect(canonicalKey("50%")).not.toBe(canonicalKey("0.5"));
  });
});
