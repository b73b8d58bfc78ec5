import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalKey } from "../../src/answer/canonical.ts";
import { groupAnswers } from "../../src/answer/classes.ts";
import { compareAnswers } from "../../src/answer/equal.ts";
import { normalise } from "../../src/answer/normalise.ts";
import type { AnswerKind } from "../../src/core/question.ts";
import { pairs } from "./pairs/index.ts";

const kinds: readonly AnswerKind[] = ["number", "math", "choice", "text"];
const kind = fc.constantFrom(...kinds);
const rows = Object.values(pairs).flat();
const written = fc.constantFrom(...new Set(rows.flatMap(({ a, b }) => [a, b])));
/** Scraps of formulas put together: nothing is guaranteed to be well formed. */
const scraps = fc
  .array(
    fc.constantFrom(
      ..."0 1 2 12 . , ; ( ) [ ] { } + - * / ^ _ ! = < > | % $ x y n e i \\frac \\sqrt \\pi \\pm \\left \\right \\text{a} \\cup \\infty \\{ \\} \\\\ and or cm ** \" ' : ° ½".split(
        " ",
      ),
      " ",
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(""));
const answer = fc.oneof(written, scraps, fc.string({ maxLength: 12 }));

/** An expression in x and y as text, with its value at a point. */
const { tree } = fc.letrec<{ tree: string }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom("x", "y", "2", "3", "5"),
    fc.tuple(tie("tree"), fc.constantFrom("+", "-", "\\cdot "), tie("tree")).map(([a, sign, b]) => `(${a}${sign}${b})`),
    tie("tree").map((a) => `(${a})^2`),
    tie("tree").map((a) => `\\sin(${a})`),
  ),
}));

describe("comparison", () => {
  it("is reflexive and symmetric for any text", () => {
    fc.assert(
      fc.property(answer, answer, kind, (a, b, k) => {
        expect(compareAnswers(a, a, { kind: k }).verdict).toBe("equal");
        expect(compareAnswers(a, b, { kind: k })).toEqual(compareAnswers(b, a, { kind: k }));
      }),
      { numRuns: 3_000, seed: 11 },
    );
  });

  it("calls answers with equal keys equal", () => {
    const texts = [...new Set(rows.flatMap(({ a, b }) => [a, b]))];
    for (const k of kinds) {
      const byKey = new Map<string, string>();
      for (const text of texts) {
        const key = canonicalKey(text, k);
        const other = byKey.get(key);
        if (other === undefined) byKey.set(key, text);
        else
          expect([text, other, k, compareAnswers(text, other, { kind: k }).verdict]).toEqual([text, other, k, "equal"]);
      }
    }
    fc.assert(
      fc.property(answer, answer, kind, (a, b, k) => {
        if (canonicalKey(a, k) === canonicalKey(b, k)) expect(compareAnswers(a, b, { kind: k }).verdict).toBe("equal");
      }),
      { numRuns: 3_000, seed: 12 },
    );
  });

  it("finds every spelling of a rational number, and no other number", () => {
    const integer = fc.integer({ min: -5_000_000, max: 5_000_000 });
    fc.assert(
      fc.property(integer, fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 9 }), (n, d, k) => {
        const spellings = [
          `${n}/${d}`,
          `\\frac{${n}}{${d}}`,
          `$\\dfrac{${k * n}}{${k * d}}$`,
          `x=${n}/${d}`,
          `${100 * n}/${d} %`,
        ];
        for (const spelling of spellings) {
          expect([spelling, compareAnswers(spelling, spellings[0] ?? "").verdict]).toEqual([spelling, "equal"]);
        }
        expect(compareAnswers(`${n}/${d}`, `${n + 1}/${d}`).verdict).toBe("different");
        expect(compareAnswers(`${n}/${d}`, `${n}/${d + 1}`).verdict).toBe(n === 0 ? "equal" : "different");
      }),
      { numRuns: 300, seed: 13 },
    );
  });

  it("sees through rewriting of an expression, and sees a changed constant", () => {
    fc.assert(
      fc.property(tree, tree, (a, b) => {
        expect(compareAnswers(`(${a}) \\cdot (${b})`, `(${b})(${a})`).verdict).toBe("equal");
        expect(compareAnswers(`(${a}+${b})^2`, `(${a})^2+2(${a})(${b})+(${b})^2`).verdict).toBe("equal");
        expect(compareAnswers(`${a}+${b}`, `${a}+${b}+1`).verdict).toBe("different");
      }),
      { numRuns: 300, seed: 14 },
    );
  });
});

describe("normalisation", () => {
  it("twice is once", () => {
    fc.assert(
      fc.property(answer, (text) => {
        const once = normalise(text);
        expect(normalise(once)).toBe(once);
      }),
      { numRuns: 5_000, seed: 15 },
    );
  });
});

describe("groups", () => {
  it("do not depend on the order of the answers where equality is transitive", () => {
    const pool = ["1/2", "0.5", "\\frac12", "2", "2.0", "x+1", "1+x", "50%", "\\sqrt{4}", "(1,2)"];
    fc.assert(
      fc.property(fc.shuffledSubarray(pool, { minLength: 2 }), (answers) => {
        const classes = groupAnswers(answers, "math");
        for (const [i, a] of answers.entries()) {
          for (const [j, b] of answers.entries()) {
            expect(classes[i] === classes[j]).toBe(compareAnswers(a, b, { kind: "math" }).verdict === "equal");
          }
        }
      }),
      { numRuns: 100, seed: 16 },
    );
  });
});
