import type { Scored } from "./area.ts";
import { bestOfCurve, type CurvePoint } from "./best-of.ts";
import { type GradedExample, gradedOf, traceExamples } from "./examples.ts";

/**
 * Picks among the stored solutions of the problems that training never saw: by the learned scores, by majority, at
 * random, by an oracle. `scored[i]` belongs to `parts[i]`; a text that was drawn several times counts as often.
 */
export function heldOutCurve(
  from: readonly string[],
  parts: readonly { readonly example: GradedExample }[],
  scored: readonly Scored[],
): CurvePoint[] {
  const known = new Map(parts.map(({ example }, i) => [keyOf(example), scored[i]?.score ?? null]));
  const drawn = gradedOf(traceExamples(from, { repeats: true })).graded.filter((one) => known.has(keyOf(one)));
  const pools = [...Map.groupBy(drawn, ({ question }) => question)];
  return bestOfCurve(
    pools.map(([question, solutions], i) => ({
      item: { id: `held-out-${i}`, question, subset: "run", cluster: question, solutions },
      judged: {
        id: `held-out-${i}`,
        steps: null,
        outcomes: solutions.map((one) => known.get(keyOf(one)) ?? null),
        tokens: 0,
        calls: 0,
        milliseconds: 0,
      },
    })),
  );
}

const keyOf = ({ question, text }: GradedExample): string => `${question}\u0000${text}`;
