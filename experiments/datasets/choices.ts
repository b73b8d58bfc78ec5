import type { ProblemRow } from "../../src/core/problem.ts";

export const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/**
 * A multiple-choice text as every dataset here writes it: the stem, then `Options:` and one option a line as `(A) …`.
 */
export function withOptions(stem: string, choices: readonly string[]): string {
  return `${stem.trimEnd()}\nOptions:\n${choices.map((choice, index) => `(${letters[index]}) ${choice}`).join("\n")}`;
}

/** The stem that {@link withOptions} was given; the whole text where it has no options. */
export function stemOf({ text, choices }: Pick<ProblemRow, "text" | "choices">): string {
  const block = choices === undefined ? "" : withOptions("", choices);
  return block !== "" && text.endsWith(block) ? text.slice(0, -block.length) : text;
}

/** "(B)", "b" and 1 as "B"; undefined where it names none of `count` options. */
export function letterOf(answer: string | number, count: number): string | undefined {
  const index = /^\d+$/.test(String(answer))
    ? Number(answer)
    : letters.indexOf(/^\(?([A-Za-z])\)?$/.exec(String(answer).trim())?.[1]?.toUpperCase() ?? "?");
  return index >= 0 && index < count ? letters[index] : undefined;
}
