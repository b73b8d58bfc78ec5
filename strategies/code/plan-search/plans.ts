/** The items of a list in a model's text, one a line, without their numbers or bullets; lines that are no items only where there is no list. */
export function listItems(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  const items = lines.flatMap((line) => /^(?:\d+[.):]|[-*•])\s+(.+)$/.exec(line)?.[1] ?? []);
  return [...new Set(items.length > 0 ? items : lines.filter((line) => line.length > 0))];
}

/** All subsets with at most two members, the empty one first: 1 + n + n (n - 1) / 2 of them. */
export function smallSubsets<T>(items: readonly T[]): (readonly T[])[] {
  const pairs = items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b]));
  return [[], ...items.map((item) => [item]), ...pairs];
}
