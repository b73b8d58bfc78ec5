import type { Run } from "../../../src/core/run.ts";

export type Vector = readonly number[];

/** Embeddings of pools are asked for again for every question: so many are remembered. */
const remembered = 4_096;
const known = new Map<string, Vector>();

/**
 * vectors[i] belongs to texts[i]; unit length, so that a dot product is a cosine. The policy's embeddings; where it gives none, counts of words weighted
 * by how rare they are among these texts, and a note says so.
 */
export async function vectorsOf(run: Run, texts: readonly string[]): Promise<readonly Vector[]> {
  if (!run.policy.capabilities.embeds) {
    run.emit({ type: "note", message: "the policy gives no embeddings: texts are compared by their words" });
    return wordVectors(texts);
  }
  const key = (text: string) => `${run.policy.id}\n${text}`;
  if (known.size + texts.length > remembered) known.clear();
  const wanted = [...new Set(texts.filter((text) => !known.has(key(text))))];
  const embedded = wanted.length === 0 ? [] : await run.embed(wanted);
  for (const [i, text] of wanted.entries()) known.set(key(text), embedded[i] ?? []);
  return texts.map((text) => known.get(key(text)) ?? []);
}

/** Term frequency times ln(1 + texts / texts with the word), unit length; numbers are one word, as it is the story that is compared. */
export function wordVectors(texts: readonly string[]): readonly Vector[] {
  const words = texts.map((text) => text.toLowerCase().match(/\p{L}+|\d+/gu) ?? []);
  const terms = words.map((list) => list.map((word) => (/^\d/.test(word) ? "#" : word)));
  const places = new Map([...new Set(terms.flat())].map((term, i) => [term, i]));
  const holding = new Map<string, number>();
  for (const list of terms) for (const term of new Set(list)) holding.set(term, (holding.get(term) ?? 0) + 1);
  return terms.map((list) => {
    const vector = Array<number>(places.size).fill(0);
    for (const term of list) {
      const place = places.get(term) ?? 0;
      vector[place] = (vector[place] ?? 0) + Math.log(1 + texts.length / (holding.get(term) ?? 1));
    }
    return unit(vector);
  });
}

/** The same direction at length 1; all zeros stay. */
export function unit(vector: Vector): Vector {
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((each) => each / length);
}

export const dot = (a: Vector, b: Vector): number => a.reduce((sum, each, i) => sum + each * (b[i] ?? 0), 0);
