import type { Random } from "../../../src/core/random.ts";
import { dot, unit, type Vector } from "./similarity.ts";

export interface Cluster {
  /** Indices of the vectors in it, the nearest to its centre first; ties by index. */
  readonly members: readonly number[];
}

const mostRounds = 50;

/**
 * Spherical k-means: at most `k` clusters of unit vectors by cosine, begun with k-means++ (Arthur and Vassilvitskii 2007). Empty clusters are left out. Largest first, ties by
 * the earliest member.
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
