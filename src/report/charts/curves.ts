import * as Plot from "@observablehq/plot";
import { armColour, armDash, clip, draw, grid, logTicks, percent, shareTop, shortNumber, spread } from "./draw.ts";

export interface Curve {
  readonly name: string;
  /** Place of its arm in the report: gives colour and dash. */
  readonly place: number;
  readonly dash?: string;
  readonly points: readonly { readonly x: number; readonly y: number; readonly low?: number; readonly high?: number }[];
}

export interface CurveChart {
  readonly label: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly curves: readonly Curve[];
  /** Between points: the value in force (step) or a straight line. */
  readonly step: boolean;
  readonly width?: number;
  readonly height?: number;
  readonly dots?: boolean;
  readonly ticks?: readonly number[];
}

const margin = { top: 26, bottom: 40 };

/** Lines of shares over a logarithmic cost axis, each with its band and its name at its end. */
export function curveChart({ curves, step, width = 960, height = 350, ...chart }: CurveChart): string {
  const shown = curves.filter(({ points }) => points.length > 0);
  const xs = shown.flatMap(({ points }) => points.map(({ x }) => x));
  const [low, high] = [Math.min(...xs), Math.max(...xs)];
  const top = shareTop(shown.flatMap(({ points }) => points.map((point) => point.high ?? point.y)));
  const curve = step ? ("step-after" as const) : ("linear" as const);
  const ends = labels(shown, top, height - margin.top - margin.bottom);
  return draw(chart.label, {
    width,
    height,
    marginRight: 206,
    x: {
      type: "log",
      domain: [low, high],
      label: chart.xLabel,
      labelAnchor: "center",
      ticks: chart.ticks ?? logTicks(low, high),
      tickFormat: shortNumber,
    },
    y: { domain: [0, top], label: chart.yLabel, ticks: 5, tickFormat: percent },
    marks: [
      Plot.gridY({ stroke: grid, strokeOpacity: 1, ticks: 5 }),
      ...shown.map(({ points, place }) =>
        Plot.areaY(
          points.filter((point) => point.low !== undefined),
          { x: "x", y1: "low", y2: "high", fill: armColour(place), fillOpacity: 0.13, curve },
        ),
      ),
      ...shown.map(({ points, place, dash }) =>
        Plot.lineY(points, {
          x: "x",
          y: "y",
          stroke: armColour(place),
          strokeWidth: 2,
          strokeDasharray: dash ?? armDash(place),
          curve,
        }),
      ),
      ...(chart.dots === true
        ? shown.map(({ points, place }) => Plot.dot(points, { x: "x", y: "y", fill: armColour(place), r: 2.5 }))
        : []),
      Plot.text(ends, {
        x: "x",
        y: "y",
        text: "text",
        fill: "fill",
        textAnchor: "start",
        dx: 7,
        fontSize: 12,
        fontWeight: 500,
      }),
    ],
  });
}

function labels(curves: readonly Curve[], top: number, pixels: number) {
  const y = curves.map(({ points }) => (1 - (points.at(-1)?.y ?? 0) / top) * pixels);
  const moved = spread(y, 14, pixels);
  return curves.map(({ name, place, points }, i) => ({
    x: points.at(-1)?.x ?? 1,
    y: (1 - (moved[i] ?? 0) / pixels) * top,
    text: clip(name),
    fill: armColour(place),
  }));
}
