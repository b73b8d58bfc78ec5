/** [first, length, every, times]: `length` ordinals from `first` on, and again so `times` times, `every` apart. */
export type OrdinalRun = readonly [number, number, number, number];

/** Ascending ordinals in few numbers: those of a shard are one entry, however many there are. */
export function packOrdinals(ordinals: Iterable<number>): OrdinalRun[] {
  const packed: OrdinalRun[] = [];
  for (const [first, length] of stretches(ordinals)) {
    const [start, size, every, times] = packed.at(-1) ?? [0, 0, 0, 0];
    const step = first - (start + (times - 1) * every);
    const fits = size === length && (times === 1 || step === every);
    if (fits) packed[packed.length - 1] = [start, size, step, times + 1];
    else packed.push([first, length, 0, 1]);
  }
  return packed;
}

function* stretches(ordinals: Iterable<number>): Generator<[number, number]> {
  let [first, length] = [0, 0];
  for (const ordinal of ordinals) {
    if (length > 0 && ordinal === first + length) length++;
    else {
      if (length > 0) yield [first, length];
      [first, length] = [ordinal, 1];
    }
  }
  if (length > 0) yield [first, length];
}

export function* unpackOrdinals(packed: readonly OrdinalRun[]): Generator<number> {
  for (const [first, length, every, times] of packed)
    for (let time = 0; time < times; time++) for (let i = 0; i < length; i++) yield first + time * every + i;
}

export const countOrdinals = (packed: readonly OrdinalRun[]): number =>
  packed.reduce((sum, [, length, , times]) => sum + length * times, 0);
