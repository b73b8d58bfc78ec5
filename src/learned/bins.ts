const mostBins = 32;
/** The bin of missing values, after all others. */
export const missingBin = mostBins + 1;

/**
 * bins[j]: rising thresholds of feature j; a value of at most bins[j][b], and more than the one before, is in bin b.
 * Empty for a constant feature.
 */
export type Bins = readonly (readonly number[])[];

/**
 * Thresholds halfway between neighbouring values, about equally many rows between two of them; missing values (NaN) are
 * passed over.
 */
export function binsOf(rows: readonly ArrayLike<number>[]): Bins {
  const width = rows[0]?.length ?? 0;
  return Array.from({ length: width }, (_, j) => {
    const values = Float64Array.from(rows, (row) => row[j] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value))
      .sort();
    const thresholds: number[] = [];
    const share = values.length / mostBins;
    let inBin = 0;
    for (let i = 0; i + 1 < values.length; i++) {
      inBin++;
      const [low, high] = [values[i] as number, values[i + 1] as number];
      if (inBin < share || low === high) continue;
      thresholds.push((low + high) / 2);
      inBin = 0;
    }
    return thresholds;
  });
}

/** columns[j][i]: the bin of feature j in row i; {@link missingBin} where it is missing. */
export function binned(rows: readonly ArrayLike<number>[], bins: Bins): Uint8Array[] {
  return bins.map((thresholds, j) =>
    Uint8Array.from(rows, (row) => {
      const value = row[j] ?? Number.NaN;
      if (Number.isNaN(value)) return missingBin;
      const found = thresholds.findIndex((threshold) => value <= threshold);
      return found < 0 ? thresholds.length : found;
    }),
  );
}
