import * as Plot from "@observablehq/plot";
import type { FailureSection } from "../data.ts";
import { clip, draw, percent } from "./draw.ts";

export const failureKinds = [
  { key: "right", name: "right", colour: "var(--kind-right)" },
  { key: "pickedWrong", name: "picked wrong though a right one was there", colour: "var(--kind-picked)" },
  { key: "noneRight", name: "no candidate right", colour: "var(--kind-none)" },
  { key: "unparsed", name: "no readable answer", colour: "var(--kind-unparsed)" },
  { key: "undecided", name: "grader undecided", colour: "var(--kind-undecided)" },
  { key: "error", name: "model could not be had", colour: "var(--kind-error)" },
  { key: "refused", name: "refused by the provider", colour: "var(--kind-refused)" },
] as const;

/** What became of the trials of each arm, as shares of all of them. */
export function failureChart(sections: readonly FailureSection[]): string {
  const rows = sections.flatMap((section) => {
    const all = failureKinds.reduce((sum, { key }) => sum + section[key], 0);
    let from = 0;
    return failureKinds.map(({ key, colour }) => {
      const low = from;
      from += all === 0 ? 0 : section[key] / all;
      return { arm: section.arm, low, high: from, colour };
    });
  });
  return draw("What became of the trials of each strategy, as shares of all.", {
    height: 66 + 30 * sections.length,
    marginLeft: 240,
    marginRight: 24,
    x: { domain: [0, 1], labelAnchor: "center", label: "share of trials", ticks: 5, tickFormat: percent },
    y: { domain: sections.map(({ arm }) => arm), label: null, tickSize: 0, tickFormat: (arm: string) => clip(arm, 34) },
    marks: [
      Plot.barX(
        rows.filter(({ low, high }) => high > low),
        { y: "arm", x1: "low", x2: "high", fill: "colour", insetTop: 2, insetBottom: 2, insetRight: 1 },
      ),
    ],
    color: { type: "identity" },
  });
}
