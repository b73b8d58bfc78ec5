/// <reference lib="dom" />
import * as Plot from "@observablehq/plot";
import { parseHTML } from "linkedom";

const { document } = parseHTML("<!doctype html><html><body></body></html>");

/**
 * Colours, dashes and symbols of arms by their place in the report: a reader without colours still tells eight apart.
 */
const dashes = ["", "7 3", "2 3", "9 3 2 3", "12 4", "4 2 1 2", "1 2", "6 2 6 6"];
const symbols = ["circle", "square", "triangle", "diamond", "star", "cross", "wye", "asterisk"] as const;

export const armColour = (place: number): string => `var(--arm-${place % dashes.length})`;
export const armDash = (place: number): string => dashes[place % dashes.length] ?? "";
export const armSymbol = (place: number): (typeof symbols)[number] => symbols[place % symbols.length] ?? "circle";

export const quiet = "var(--quiet)";
export const grid = "var(--grid)";

/** Draws a plot as SVG text. `label` is what a screen reader says in its place. The same input gives the same text. */
export function draw(label: string, options: Plot.PlotOptions): string {
  const figure = Plot.plot({
    document: document as unknown as Document,
    className: "plot",
    width: 960,
    height: 350,
    marginTop: 26,
    marginBottom: 40,
    marginLeft: 52,
    ...options,
  });
  for (const style of figure.querySelectorAll("style")) style.remove();
  // The drawing is one picture with one label; names of its parts only repeat their kinds ("rule").
  for (const part of figure.querySelectorAll("[aria-label]")) part.removeAttribute("aria-label");
  figure.setAttribute("overflow", "visible");
  figure.setAttribute("font-size", "12");
  figure.setAttribute("role", "img");
  figure.setAttribute("aria-label", label);
  return figure.outerHTML.replaceAll(/\d+\.\d{3,}/g, (number) => String(Number(Number(number).toFixed(2))));
}

/** 1-2-5 ticks that a log axis between two costs shows. */
export function logTicks(low: number, high: number): number[] {
  const ticks: number[] = [];
  for (let exponent = Math.floor(Math.log10(low)); 10 ** exponent <= high; exponent++) {
    for (const step of [1, 2, 5]) {
      const tick = step * 10 ** exponent;
      if (tick >= low * 0.999 && tick <= high * 1.001) ticks.push(Number(tick.toPrecision(1)));
    }
  }
  return ticks.length <= 10 ? ticks : ticks.filter((tick) => String(tick).replace(/[0.]/g, "") === "1");
}

/** 1500 → "1.5k", 2000000 → "2M". */
export function shortNumber(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toPrecision(3))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toPrecision(3))}k`;
  return String(Number(value.toPrecision(3)));
}

export const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** The top of an axis of shares that begins at 0: the next tenth above the largest value, a fifth at least. */
export const shareTop = (values: readonly number[]): number =>
  Math.min(1, Math.max(0.2, Math.ceil(10 * Math.max(0, ...values) + 0.2) / 10));

export const clip = (text: string, length = 26): string =>
  text.length <= length ? text : `${text.slice(0, length - 1)}…`;

/** Moves labels apart along an axis of `height` pixels so that none are nearer than `gap`; order is kept. */
export function spread(places: readonly number[], gap: number, height: number): number[] {
  const order = places.map((_, i) => i).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0) || a - b);
  const moved = order.map((i) => places[i] ?? 0);
  for (let i = 1; i < moved.length; i++) moved[i] = Math.max(moved[i] ?? 0, (moved[i - 1] ?? 0) + gap);
  const excess = (moved.at(-1) ?? 0) - height;
  if (excess > 0) {
    for (let i = moved.length - 1, limit = height; i >= 0; i--, limit -= gap) {
      moved[i] = Math.min(moved[i] ?? 0, limit);
    }
  }
  const result = new Array<number>(places.length).fill(0);
  order.forEach((i, rank) => {
    result[i] = moved[rank] ?? 0;
  });
  return result;
}
