import * as Plot from "@observablehq/plot";
import type { FrontierSection } from "../data.ts";
import {
  armColour,
  armSymbol,
  clip,
  draw,
  grid,
  logTicks,
  percent,
  quiet,
  shareTop,
  shortNumber,
  spread,
} from "./draw.ts";

const height = 350;

/**
 * Mean cost against accuracy, an interval for each arm and the undominated ones joined. Arms without cost stay off the
 * log axis.
 */
export function frontierChart({ unit, points }: FrontierSection): string {
  const placed = points.map((point, place) => ({ ...point, place })).filter(({ cost }) => cost > 0);
  const costs = placed.map(({ cost }) => cost);
  const [low, high] = [Math.min(...costs) / 1.25, Math.max(...costs) * 1.25];
  const top = shareTop(placed.map(({ accuracy, interval }) => interval?.high ?? accuracy));
  const line = placed.filter(({ on }) => on).sort((a, b) => a.cost - b.cost);
  const pixels = height - 66;
  const moved = spread(
    placed.map(({ accuracy }) => (1 - accuracy / top) * pixels),
    14,
    pixels,
  );
  const names = placed.map(({ arm, place }, i) => ({
    text: clip(arm),
    y: (1 - (moved[i] ?? 0) / pixels) * top,
    x: high,
    fill: armColour(place),
  }));
  return draw(`Accuracy against mean ${unit} a problem; the undominated strategies are joined by a line.`, {
    height,
    marginRight: 206,
    x: {
      type: "log",
      domain: [low, high],
      label: `mean ${unit} a problem`,
      labelAnchor: "center",
      ticks: logTicks(low, high),
      tickFormat: shortNumber,
    },
    y: { domain: [0, top], label: "accuracy", ticks: 5, tickFormat: percent },
    marks: [
      Plot.gridY({ stroke: grid, strokeOpacity: 1, ticks: 5 }),
      Plot.lineY(line, { x: "cost", y: "accuracy", stroke: quiet, strokeWidth: 1.5, curve: "step-after" }),
      ...leaders(placed, names, high),
      ...placed.map(intervalMark),
      ...placed.map(pointMark),
      Plot.text(names, { x: "x", y: "y", text: "text", fill: "fill", textAnchor: "start", dx: 6, fontSize: 12 }),
    ],
  });
}

type Placed = FrontierSection["points"][number] & { readonly place: number };

/** Faint lines from the points to their names. */
const leaders = (placed: readonly Placed[], names: readonly { readonly y: number }[], right: number) =>
  placed.map(({ cost, accuracy, place, arm }, i) =>
    Plot.link([{ cost, accuracy, arm }], {
      x1: "cost",
      y1: "accuracy",
      x2: right,
      y2: names[i]?.y ?? 0,
      stroke: armColour(place),
      strokeOpacity: 0.35,
      strokeWidth: 0.75,
      strokeDasharray: "1 3",
    }),
  );

const intervalMark = ({ cost, interval, accuracy, place }: Placed) =>
  Plot.ruleX([0], {
    x: cost,
    y1: interval?.low ?? accuracy,
    y2: interval?.high ?? accuracy,
    stroke: armColour(place),
    strokeWidth: 1.5,
  });

const pointMark = (point: Placed) =>
  Plot.dot([point], {
    x: "cost",
    y: "accuracy",
    symbol: armSymbol(point.place),
    fill: point.on ? armColour(point.place) : "var(--paper)",
    stroke: armColour(point.place),
    strokeWidth: 1.5,
    r: 5,
  });
