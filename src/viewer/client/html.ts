/// <reference lib="dom" />
import htm from "htm";
import { h, type VNode } from "preact";

type Template = (strings: TemplateStringsArray, ...values: readonly unknown[]) => VNode;

/** Markup in template strings; values are text, never markup. */
export const html = (htm as unknown as { bind(make: typeof h): Template }).bind(h);

/** JSON from this server. @throws Error with the server's sentence. */
export async function fetchJson<T>(path: string, query: Readonly<Record<string, string>> = {}): Promise<T> {
  const search = new URLSearchParams(query).toString();
  const response = await fetch(search === "" ? path : `${path}?${search}`);
  const value = (await response.json()) as T & { readonly error?: string };
  if (!response.ok) throw new Error(value.error ?? `The viewer answered ${response.status}.`);
  return value;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
export const count = (n: number): string => n.toLocaleString("en-US");
export const short = (value: number | null | undefined): string =>
  value === null || value === undefined ? "–" : Number(value.toPrecision(3)).toString();

/** Three digits at most: "8.1", "12.3k", "4M". */
export function rounded(value: number): string {
  const steps = [
    [1e9, "G"],
    [1e6, "M"],
    [1e3, "k"],
  ] as const;
  const [by, unit] = steps.find(([size]) => value >= 0.9995 * size) ?? [1, ""];
  return `${Number((value / by).toPrecision(3))}${unit}`;
}

/** "8 s", "2 min 05 s", "1 h 12 min". */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
  return `${Math.floor(whole / 3600)} h ${String(Math.floor((whole % 3600) / 60)).padStart(2, "0")} min`;
}
