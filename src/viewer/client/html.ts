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
