import * as Plot from "@observablehq/plot";
import type { VerifierSection } from "../data.ts";
import { armColour, draw, grid, percent, quiet } from "./draw.ts";

/**
 * Share of right candidates against the score they were given, with intervals clustered by problem; on the diagonal
 * scores are what they claim.
 */
export function reliabilityChart({ arm, verifier, bins }: VerifierSection, place: number): string {
  const most = Math.max(...bins.map(({ count }) => count));
  const points = bins.flatMap(({ count, meanScore, accuracy, interval }) =>
    meanScore === null || accuracy === null
      ? []
      : [
          {
            meanScore,
            accuracy,
            low: interval?.low ?? accuracy,
            high: interval?.high ?? accuracy,
            share: count / most,
          },
        ],
  );
  return draw(`Reliability of ${verifier} under ${arm}: share of right candidates against mean score in ten bins.`, {
    width: 340,
    height: 300,
    marginRight: 16,
    x: { domain: [0, 1], label: "score given", ticks: 5, tickFormat: percent },
    y: { domain: [0, 1], label: "right", ticks: 5, tickFormat: percent },
    marks: [
      Plot.gridY({ stroke: grid, strokeOpacity: 1, ticks: 5 }),
      Plot.line(
        [
          [0, 0],
          [1, 1],
        ],
        { stroke: quiet, strokeDasharray: "3 3" },
      ),
      Plot.ruleX(points, { x: "meanScore", y1: "low", y2: "high", stroke: armColour(place), strokeWidth: 1.5 }),
      Plot.line(points, { x: "meanScore", y: "accuracy", stroke: armColour(place), strokeWidth: 2 }),
      Plot.dot(points, {
        x: "meanScore",
        y: "accuracy",
        fill: armColour(place),
        r: ({ share }) => 2 + 5 * Math.sqrt(share),
      }),
    ],
    r: { type: "identity" },
  });
}
