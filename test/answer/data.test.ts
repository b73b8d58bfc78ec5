import { describe, expect, it } from "vitest";
import { canonicalKey } from "../../src/answer/canonical.ts";
import { compareAnswers } from "../../src/answer/equal.ts";
import { extractAnswer } from "../../src/answer/extract.ts";
import { grade } from "../../src/answer/grade.ts";
import { Random } from "../../src/core/random.ts";
import { needsAll } from "../needs.ts";
import { dataSets, missingData, variants } from "./data.ts";

/** What is left of an answer without its name, dollars and degree sign; a list in one order. */
const bare = (answer: string): string =>
  answer
    .replace(/\$|\^\{?\\circ\}?/g, "")
    .replace(/^[a-zA-Z](?:\([a-z]\))?\s*=\s*/, "")
    .split(",")
    .sort()
    .join();

/**
 * Answers of two problems that say the same: 4° and 4, x=5 and 5, 2,3,4 and 2,4,3; digits in a base and their value.
 */
const coincide = (a: string, b: string, rule: string): boolean => bare(a) === bare(b) || rule === "base";

describe("reference answers of the public data sets", needsAll(missingData), () => {
  it("equal themselves and every reformatted variant", () => {
    const wrong: string[] = [];
    let pairs = 0;
    for (const { name, kind, answers } of dataSets()) {
      for (const answer of new Set(answers)) {
        for (const variant of [answer, ...variants(answer, kind)]) {
          pairs++;
          const verdict = compareAnswers(variant, answer, { kind });
          const graded = grade(variant, { answer }, { kind });
          if (verdict.verdict !== "equal" || graded.verdict !== "correct")
            wrong.push(`${name}: ${variant} ~~ ${answer} ${verdict.rule}`);
          if (canonicalKey(variant, kind) === canonicalKey(answer, kind)) expect(verdict.verdict).toBe("equal");
        }
      }
    }
    expect(wrong).toEqual([]);
    expect(pairs).toBeGreaterThan(20_000);
  });

  it("are read back from a box, and from a phrase where they are numbers or letters", () => {
    const wrong: string[] = [];
    for (const { name, kind, answers } of dataSets()) {
      for (const answer of new Set(answers)) {
        // A bracket puzzle's answer may close the box: no box can hold it.
        if (kind === "text" && /[{}]/.test(answer)) continue;
        const boxed = extractAnswer(`First 1 + 1 = 2.\nSo it is \\boxed{${answer}}.`, { kind });
        if (boxed === null || compareAnswers(boxed.text, answer, { kind }).verdict !== "equal")
          wrong.push(`${name} box: ${answer}`);
        if (kind !== "choice" && !/^-?[\d.,]+$/.test(answer)) continue;
        const said = extractAnswer(`First 1 + 1 = 2.\nThe answer is ${answer}.`, { kind });
        if (said === null || compareAnswers(said.text, answer, { kind }).verdict !== "equal")
          wrong.push(`${name} phrase: ${answer}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it("never equal another problem's answer, but by coincidence, in 50,000 pairs", () => {
    const random = new Random("answers of other problems");
    const sets = dataSets()
      .filter(({ kind }) => kind !== "choice")
      .map((set) => ({ ...set, answers: [...new Set(set.answers)] }));
    const mathematical = sets.filter(({ kind }) => kind === "math");
    const falseEquals = new Set<string>();
    let [pairs, undecided] = [0, 0];
    while (pairs < 50_000) {
      const set = pairs % 2 === 0 ? random.choice(mathematical) : random.choice(sets);
      const other = random.uniform() < 0.3 ? random.choice(mathematical) : set;
      const [a, b] = [random.choice(set.answers), random.choice(other.answers)];
      if (a === b) continue;
      pairs++;
      const { verdict, rule } = compareAnswers(a, b, { kind: set.kind });
      if (verdict === "undecided") undecided++;
      if (verdict === "equal" && !coincide(a, b, rule)) falseEquals.add(`${a} ~ ${b} (${rule})`);
    }
    expect([...falseEquals]).toEqual([]);
    expect(undecided / pairs).toBeLessThan(0.002);
  });
});
