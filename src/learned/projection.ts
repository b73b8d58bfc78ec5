import { Random } from "../core/random.ts";

/** Principal components: a vector x becomes components · (x − mean). */
export interface Projection {
  readonly mean: readonly number[];
  readonly components: readonly (readonly number[])[];
}

export function project({ mean, components }: Projection, vector: ArrayLike<number>): number[] {
  return components.map((component) =>
    component.reduce((sum, weight, j) => sum + weight * ((vector[j] ?? 0) - (mean[j] ?? 0)), 0),
  );
}

/**
 * The `count` leading principal components of vectors, by subspace iteration from a fixed random start (Halko,
 * Martinsson and Tropp 2011, arXiv:0909.4061, algorithm 4.4). Embeddings have more dimensions than a run has problems:
 * a head over all of them would learn the problems by heart. At most `rows` vectors, evenly spread, are looked at.
 */
export function principalComponents(vectors: readonly ArrayLike<number>[], count: number, rows = 2000): Projection {
  const every = Math.max(1, vectors.length / rows);
  const used = Array.from({ length: Math.min(rows, vectors.length) }, (_, i) => vectors[Math.floor(i * every)] ?? []);
  const width = used[0]?.length ?? 0;
  const mean = Array.from({ length: width }, (_, j) => used.reduce((sum, v) => sum + (v[j] ?? 0), 0) / used.length);
  const centred = used.map((vector) => Float64Array.from(mean, (centre, j) => (vector[j] ?? 0) - centre));
  const random = new Random("principal-components");
  let basis: Float64Array[] = Array.from({ length: Math.min(count, width, used.length) }, () =>
    Float64Array.from({ length: width }, () => random.normal()),
  );
  for (let round = 0; round < 8; round++) {
    basis = orthonormal(
      basis.map((direction) => {
        const image = new Float64Array(width);
        for (const row of centred) {
          const along = dot(row, direction);
          for (let j = 0; j < width; j++) image[j] = (image[j] as number) + along * (row[j] as number);
        }
        return image;
      }),
    );
  }
  const rounded = (value: number) => Number(value.toPrecision(6));
  return { mean: mean.map(rounded), components: basis.map((direction) => [...direction].map(rounded)) };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += (a[j] as number) * (b[j] as number);
  return sum;
}

/** Gram-Schmidt; directions that depend on those before are left out. */
function orthonormal(directions: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const direction of directions) {
    const rest = Float64Array.from(direction);
    const before = Math.sqrt(dot(rest, rest));
    for (const other of basis) {
      const along = dot(rest, other);
      for (let j = 0; j < rest.length; j++) rest[j] = (rest[j] as number) - along * (other[j] as number);
    }
    const norm = Math.sqrt(dot(rest, rest));
    if (norm > 1e-9 * Math.max(before, 1e-12)) basis.push(rest.map((value) => value / norm));
  }
  return basis;
}
