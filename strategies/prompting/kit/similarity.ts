import type { Random } from "../../../src/core/random.ts";
import type { Run } from "../../../src/core/run.ts";

export type Vector = readonly number[];

/** Embeddings kept at most: the pool is the same for every question. */
const remembered = 4_096;
const known = new Map<string, Vector>();

/**
 * vectors[i] belongs to texts[i]; unit length, so that a dot product is a cosine. The policy's embeddings; where it
 * gives none, counts of words weighted by how rare they are among these texts, and a note says so.
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

/**
 * Term frequency times ln(1 + texts / texts with the word), unit length. All numbers are one word, as it is the story
 * that is compared.
 */
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

export interface Cluster {
  /** Indices of the vectors in it, the nearest to its centre first; ties by index. */
  readonly members: readonly number[];
}

const mostRounds = 50;

/**
 * Spherical k-means: at most `k` clusters of unit vectors by cosine, begun with k-means++ (Arthur and Vassilvitskii
 * 2007). Empty clusters are left out. Largest first, ties by the earliest member.
 */
export function clusters(vectors: readonly Vector[], k: number, random: Random): Cluster[] {
  let centres = firstCentres(vectors, Math.min(k, vectors.length), random);
  let owners: number[] = [];
  for (let round = 0; round < mostRounds; round++) {
    const next = vectors.map((vector) => nearest(vector, centres));
    if (next.every((owner, i) => owner === owners[i])) break;
    owners = next;
    centres = centres.map((centre, c) => centreOf(vectors.filter((_, i) => owners[i] === c)) ?? centre);
  }
  return centres
    .map((centre, c) => ({ members: byNearness(vectors, centre, (i) => owners[i] === c) }))
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => b.members.length - a.members.length || Math.min(...a.members) - Math.min(...b.members));
}

/** Each further centre is drawn with a chance in proportion to its distance from those there are. */
function firstCentres(vectors: readonly Vector[], k: number, random: Random): Vector[] {
  const centres: Vector[] = [];
  while (centres.length < k) {
    const distances = vectors.map((vector) =>
      centres.length === 0 ? 1 : Math.max(0, 1 - Math.max(...centres.map((centre) => dot(vector, centre)))),
    );
    if (distances.every((distance) => distance < 1e-12)) break;
    centres.push(vectors[random.weighted(distances)] ?? []);
  }
  return centres;
}

function nearest(vector: Vector, centres: readonly Vector[]): number {
  const likeness = centres.map((centre) => dot(vector, centre));
  return likeness.indexOf(Math.max(...likeness));
}

function centreOf(members: readonly Vector[]): Vector | null {
  const [first] = members;
  return first === undefined ? null : unit(first.map((_, d) => members.reduce((sum, each) => sum + (each[d] ?? 0), 0)));
}

function byNearness(vectors: readonly Vector[], centre: Vector, belongs: (index: number) => boolean): number[] {
  const members = vectors.map((_, i) => i).filter(belongs);
  const likeness = (i: number) => dot(vectors[i] ?? [], centre);
  return members.sort((a, b) => likeness(b) - likeness(a) || a - b);
}
