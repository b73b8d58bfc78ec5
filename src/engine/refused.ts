import { ModelCallError } from "../core/errors.ts";
import type { Score } from "../core/score.ts";

/** Refused for its length or for what it says: nothing is wrong with the model, nor with the others. */
const ofItsText = (error: unknown): error is ModelCallError =>
  error instanceof ModelCallError && (error.kind === "context" || error.kind === "content");

/**
 * Judges all at once; where a text is refused, each by itself, so that one which cannot be judged ends no evaluation.
 * `without` makes the judgement of a refused one from its score, which is null with the reason.
 * @throws Every other failure.
 */
export async function judgedApart<Item, Judgement>(
  items: readonly Item[],
  judge: (some: readonly Item[]) => Promise<Judgement[]>,
  without: (item: Item, score: Score) => Judgement,
): Promise<Judgement[]> {
  try {
    return await judge(items);
  } catch (error) {
    if (!ofItsText(error)) throw error;
    const [only, ...others] = items;
    if (only !== undefined && others.length === 0) return [without(only, { value: null, reason: error.message })];
    return (await Promise.all(items.map((item) => judgedApart([item], judge, without)))).flat();
  }
}
