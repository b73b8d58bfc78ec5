import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { masksOf } from "../../../src/export/training/masks.ts";
import type { PooledCandidate } from "../../../src/export/training/pool.ts";
import { codePoints, spansOf } from "../../../src/export/training/spans.ts";
import type { StepLengths } from "../../../src/runs/records/record.ts";

/** As a reader in Python cuts a text. */
const cut = (text: string, [from, to]: readonly [number, number]) => [...text].slice(from, to).join("");

/** A solution of these steps as a run keeps it. */
function solution(
  steps: readonly { readonly own: string; readonly printed?: string }[],
  scores?: readonly (number | null)[],
): PooledCandidate {
  const text = steps.map(({ own, printed = "" }) => own + printed).join("");
  const lengths = steps.map(({ own, printed }): StepLengths => ({ own: own.length, printed: printed?.length }));
  const traced = { text, answer: "1", score: null, correct: true, lengths, steps: scores };
  return { text, traced, index: 0, right: true, of: {} } as unknown as PooledCandidate;
}

const steps = [
  { own: "Let 🎲 be the die. ```python\nprint('é👩‍🔬')\n```\n", printed: "```output\né👩‍🔬\n```\n" },
  { own: "That is wrong.\n\n" },
  { own: "\\boxed{𝟙}" },
];
const never = () => expect.unreachable("nothing is left out");

describe("masks", () => {
  it("cover exactly what a program printed, counted as Python counts", () => {
    const candidate = solution(steps);
    const masks = masksOf(candidate, { mask: "tool", threshold: 0.5 }, never);
    expect(masks?.masked.map((span) => cut(candidate.text, span))).toEqual([steps[0]?.printed]);
    expect(masks?.trained.map((span) => cut(candidate.text, span))).toEqual([
      steps[0]?.own,
      `${steps[1]?.own}${steps[2]?.own}`,
    ]);
  });

  it("cover wrong steps where every step is scored; else the solution is left out and counted", () => {
    const left: string[] = [];
    const masking = { mask: "wrong", threshold: 0.5 } as const;
    const candidate = solution(steps, [0.9, 0.2, 0.5]);
    const masks = masksOf(candidate, masking, never);
    expect(masks?.masked.map((span) => cut(candidate.text, span))).toEqual([`${steps[0]?.printed}${steps[1]?.own}`]);
    expect(masksOf(solution(steps, [0.9, null, 0.5]), masking, (reason) => left.push(reason))).toBeNull();
    expect(masksOf(solution(steps, [0.9, 0.5]), masking, (reason) => left.push(reason))).toBeNull();
    expect(left).toHaveLength(2);
  });

  it("lie side by side, without gaps, over any text", () => {
    const part = fc.record({ text: fc.string({ unit: "grapheme" }), trained: fc.boolean() });
    fc.assert(
      fc.property(fc.array(part), (parts) => {
        const { trained, masked } = spansOf(parts);
        const text = parts.map((one) => one.text).join("");
        const all = [...trained, ...masked].toSorted(([a], [b]) => a - b);
        expect(codePoints(text)).toBe([...text].length);
        expect(all.map((span) => cut(text, span)).join("")).toBe(text);
        const kept = parts.filter((one) => one.trained).map((one) => one.text);
        expect(trained.map((span) => cut(text, span)).join("")).toBe(kept.join(""));
        expect(all.every(([from, to], i) => from < to && from === (all[i - 1]?.[1] ?? 0))).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
