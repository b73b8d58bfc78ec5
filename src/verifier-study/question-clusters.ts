import { normalText } from "../export/training/problem-clusters.ts";

/** By what questions are known to be about one thing. */
export interface QuestionNames {
  readonly question: string;
  /** "dataset/id", where it is on record. */
  readonly problem?: string;
  readonly group?: string;
}

/**
 * Questions that must stand on one side of a split, over all runs: those of one group, of one problem, and those with
 * the same text. Clusters join where they share any of these, however far the chain goes.
 */
export class QuestionClusters {
  /** The way up from each name; at the top stands the name itself. */
  readonly #above = new Map<string, string>();

  join({ question, problem, group }: QuestionNames): void {
    const text = textName(question);
    if (group !== undefined) this.#union(text, `1 ${group}`);
    if (problem !== undefined) this.#union(text, `3 ${problem}`);
  }

  /** Its group where it has one, else its text; of several the first in the alphabet, whatever came first. */
  of(question: string): string {
    return this.#top(textName(question)).slice(2);
  }

  #top(name: string): string {
    let at = name;
    for (let above = this.#above.get(at) ?? at; above !== at; above = this.#above.get(at) ?? at) at = above;
    if (at !== name) this.#above.set(name, at);
    return at;
  }

  #union(one: string, other: string): void {
    const [p, q] = [this.#top(one), this.#top(other)];
    if (p < q) this.#above.set(q, p);
    else if (q < p) this.#above.set(p, q);
  }
}

/** Groups stand before texts, and texts before problems. */
const textName = (question: string): string => `2 ${normalText(question)}`;
