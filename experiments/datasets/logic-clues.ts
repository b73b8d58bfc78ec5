/** world[row][value] is the place, from the left, where value `value` of row `row` (0: people) stands. */
export type World = readonly (readonly number[])[];

/** A statement about two (row, value) pairs. */
export interface Clue {
  holds(world: World): boolean;
  /** The two pairs that the clue says to be the same person, where it does. */
  readonly same?: readonly [Pair, Pair];
  say(who: (row: number, value: number) => string): string;
}

/** Every arrangement of `rows` rows of `size` values: (size!)^rows of them. */
export function allWorlds(size: number, rows: number): readonly World[] {
  const orders = permutations(Array.from({ length: size }, (_, index) => index));
  let worlds: World[] = [[]];
  for (let row = 0; row < rows; row++) worlds = worlds.flatMap((world) => orders.map((order) => [...world, order]));
  return worlds;
}

function permutations(items: readonly number[]): number[][] {
  if (items.length <= 1) return [[...items]];
  return items.flatMap((item, index) => permutations(items.toSpliced(index, 1)).map((rest) => [item, ...rest]));
}

const placeOf = (world: World, row: number, value: number): number => world[row]?.[value] ?? -1;

export type Pair = readonly [row: number, value: number];

const kinds: readonly { readonly test: (a: number, b: number) => boolean; readonly words: string }[] = [
  { test: (a, b) => a === b, words: "is" },
  { test: (a, b) => a !== b, words: "is not" },
  { test: (a, b) => a < b, words: "stands somewhere to the left of" },
  { test: (a, b) => a + 1 === b, words: "stands directly to the left of" },
  { test: (a, b) => Math.abs(a - b) === 1, words: "stands next to" },
];

/** Every true clue of each kind about two different pairs, and who stands at either end. */
export function cluesOf(truth: World): readonly Clue[] {
  const size = truth[0]?.length ?? 0;
  const pairs: Pair[] = truth.flatMap((_, row) => Array.from({ length: size }, (_, value): Pair => [row, value]));
  const relations = pairs.flatMap((a) => pairs.flatMap((b) => kinds.map((kind) => relation(a, b, kind))));
  const ends = pairs.flatMap((pair) => [end(pair, 0, "left"), end(pair, size - 1, "right")]);
  return [...relations, ...ends].flatMap((clue) => (clue?.holds(truth) ? [clue] : []));
}

function relation(a: Pair, b: Pair, { test, words }: (typeof kinds)[number]): Clue | null {
  const [[row, value], [otherRow, other]] = [a, b];
  const sameRow = row === otherRow;
  const isIdentity = words === "is" || words === "is not";
  // "Ann is Ben" says nothing; "is" is said once, from the person or the earlier row.
  if ((sameRow && (value === other || isIdentity)) || (isIdentity && row > otherRow)) return null;
  return {
    holds: (world) => test(placeOf(world, row, value), placeOf(world, otherRow, other)),
    say: (who) => `${who(row, value)} ${words} ${who(otherRow, other)}.`,
    ...(words === "is" ? { same: [a, b] as const } : {}),
  };
}

const end = ([row, value]: Pair, place: number, side: string): Clue => ({
  holds: (world) => placeOf(world, row, value) === place,
  say: (who) => `${who(row, value)} stands at the ${side} end.`,
});
