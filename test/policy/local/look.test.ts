import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lookAt } from "../../../src/policy/local/look.ts";

/** By the definition. */
function logSoftmax(logits: Float32Array): number[] {
  const most = Math.max(...logits);
  const sum = logits.reduce((total, logit) => total + Math.exp(logit - most), 0);
  return [...logits].map((logit) => logit - most - Math.log(sum));
}

describe("a look at logits", () => {
  it("gives the log-probabilities of the definition to eleven digits, likeliest first", () => {
    const logit = fc.oneof(
      fc.float({ min: -60, max: 60, noNaN: true }),
      fc.constantFrom(Number.NEGATIVE_INFINITY, 3, 3),
    );
    fc.assert(
      fc.property(
        fc.array(logit, { minLength: 1, maxLength: 200 }).filter((all) => all.some(Number.isFinite)),
        fc.nat(),
        (all, nth) => {
          const logits = Float32Array.from(all);
          const token = nth % logits.length;
          const expected = logSoftmax(logits);
          const { logprob, top } = lookAt(logits, token, 5);
          if (Number.isFinite(expected[token])) expect(logprob).toBeCloseTo(expected[token] as number, 11);
          else expect(logprob).toBe(Number.NEGATIVE_INFINITY);
          const order = [...expected.keys()].sort((a, b) =>
            logits[a] === logits[b] ? a - b : (logits[b] as number) - (logits[a] as number),
          );
          expect(top.map((one) => one.token)).toEqual(order.slice(0, 5));
        },
      ),
      { numRuns: 500 },
    );
  });
});
