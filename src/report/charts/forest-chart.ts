import * as Plot from "@observablehq/plot";
import type { Comparison } from "../../statistics/comparing/comparison.ts";
import { armColour, clip, draw, grid, quiet } from "./draw.ts";

const signed = (value: number): string => `${value > 0 ? "+" : value < 0 ? "−" : ""}${Math.abs(Math.round(value))}`;

/** Paired differences to the baseline in percentage points, one row an arm, with their 95 % intervals. */
export function forestChart(comparisons: readonly Comparison[], placeOf: (arm: string) => number): string {
  const rows = comparisons.flatMap(({ a, difference, interval, verdict }) =>
    difference === null
      ? []
      : [
          {
            arm: a,
            value: 100 * difference,
            low: 100 * (interval?.low ?? difference),
            high: 100 * (interval?.high ?? difference),
            firm: verdict === "better" || verdict === "worse",
            place: placeOf(a),
          },
        ],
  );
  const reach = Math.max(5, ...rows.flatMap(({ low, high }) => [Math.abs(low), Math.abs(high)]));
  return draw("Paired difference of each strategy to its baseline, in percentage points, with 95 % intervals.", {
    height: 70 + 30 * rows.length,
    marginLeft: 240,
    marginRight: 24,
    x: {
      domain: [-reach, reach],
      labelAnchor: "center",
      label: "percentage points above the baseline",
      tickFormat: signed,
      ticks: 7,
    },
    y: { domain: rows.map(({ arm }) => arm), label: null, tickSize: 0, tickFormat: (arm: string) => clip(arm, 34) },
    marks: [
      Plot.gridX({ stroke: grid, strokeOpacity: 1, ticks: 7 }),
      Plot.ruleX([0], { stroke: quiet }),
      ...rows.map((row) =>
        Plot.ruleY([row], { y: "arm", x1: "low", x2: "high", stroke: armColour(row.place), strokeWidth: 2.5 }),
      ),
      ...rows.map((row) =>
        Plot.dot([row], {
          y: "arm",
          x: "value",
          r: 5,
          fill: row.firm ? armColour(row.place) : "var(--paper)",
          stroke: armColour(row.place),
          strokeWidth: 2,
        }),
      ),
    ],
  });
}
