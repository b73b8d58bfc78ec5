/**
 * How often 95 % intervals hold the truth, by simulation: `node bench/coverage.ts [RUNS] [share | difference]` prints
 * the tables of docs/statistics.md: the intervals in use with RUNS experiments a cell, all candidates with a twentieth.
 */
import { Random } from "../src/core/random.ts";
import { differenceCandidates, type Ends, shareCandidates } from "./coverage/candidates.ts";
import { drawShares, drawSides, type Truth, trueDifference, type World, worlds } from "./coverage/worlds.ts";

const sizes = [5, 10, 20, 50, 100, 200] as const;
const shares = [0, 0.01, 0.05, 0.2, 0.5, 0.9, 0.97, 1] as const;
const truths: readonly Truth[] = [
  { share: 0.5, lift: 0 },
  { share: 0.5, lift: 0.2 },
  { share: 0.9, lift: 0 },
  { share: 0.9, lift: 0.5 },
  { share: 0.1, lift: 0.8 },
  { share: 1, lift: 0 },
];

/** What coverage is to be, and what it must be. */
const band = { from: 0.93, to: 0.97, least: 0.92 };

/** One method in one world at one size and truth. */
interface Cell {
  readonly method: string;
  readonly world: string;
  readonly n: number;
  readonly truth: string;
  /** At the border nothing varies: every interval that has the point holds it always. */
  readonly border: boolean;
  readonly coverage: number;
  readonly width: number;
  readonly zeroWidth: number;
  /** Can an interval that goes by the count hold the truth as often as it should? See {@link isReachable}. */
  readonly reachable: boolean;
}

interface Setting<Data> {
  readonly candidates: Readonly<Record<string, (data: Data) => Ends>>;
  readonly draw: (random: Random) => Data;
  readonly keyOf: (data: Data) => string;
  readonly truth: number;
  /** What intervals go by, from 0 to `most`; absent where that is no single number. */
  readonly count?: { readonly of: (data: Data) => number; readonly most: number };
}

/** `runs` experiments; equal data are worked out once. */
function cellsOf<Data>(
  place: Pick<Cell, "world" | "n" | "truth" | "border">,
  { candidates, draw, keyOf, truth, count }: Setting<Data>,
  runs: number,
): Cell[] {
  const random = new Random(`coverage/${place.world}/${place.n}/${place.truth}`);
  const methods = Object.entries(candidates);
  const tallies = methods.map(() => ({ inside: 0, width: 0, zero: 0 }));
  const known = new Map<string, readonly Ends[]>();
  const counts = new Float64Array((count?.most ?? 0) + 1);
  for (let r = 0; r < runs; r++) {
    const data = draw(random);
    const at = count?.of(data) ?? 0;
    counts[at] = (counts[at] ?? 0) + 1 / runs;
    const key = keyOf(data);
    const found = known.get(key) ?? methods.map(([, of]) => of(data));
    if (known.size < 20_000) known.set(key, found);
    found.forEach(([low, high], m) => {
      const tally = tallies[m];
      if (tally === undefined) return;
      if (low <= truth + 1e-9 && truth <= high + 1e-9) tally.inside++;
      if (high - low < 1e-9) tally.zero++;
      tally.width += high - low;
    });
  }
  const reachable = count === undefined || isReachable(counts, place.n, truth);
  return methods.map(([method], m) => {
    const { inside = 0, width = 0, zero = 0 } = tallies[m] ?? {};
    return { method, ...place, coverage: inside / runs, width: width / runs, zeroWidth: zero / runs, reachable };
  });
}

/**
 * Is there a range of counts that comes up in 93 to 97 % of experiments? An interval without chance, whose ends rise
 * with the count, holds a truth for the counts of a range. The range must hold the count 0 (or all) where that comes up
 * too often among clusters that are all alike, as nothing then shows that they are not.
 */
export function isReachable(chances: Float64Array, clusters: number, share: number): boolean {
  const allowed = 1 - band.least;
  const [fromZero, toAll] = [(1 - share) ** clusters > allowed, share ** clusters > allowed];
  for (let from = 0; from < (fromZero ? 1 : chances.length); from++) {
    let inside = 0;
    for (let to = from; to < chances.length && inside <= band.to; to++) {
      inside += chances[to] ?? 0;
      if (inside >= band.from && inside <= band.to && (!toAll || to === chances.length - 1)) return true;
    }
  }
  return false;
}

const total = (sums: Float64Array): number => sums.reduce((sum, one) => sum + one, 0);

function shareCells(world: World, n: number, share: number, runs: number, only: Choice): Cell[] {
  const per = world.size * world.seeds;
  return cellsOf(
    { world: world.name, n, truth: `${share}`, border: share === 0 || share === 1 },
    {
      candidates: Object.fromEntries(
        only(Object.entries(shareCandidates)).map(([name, of]) => [name, (sums: Float64Array) => of(sums, per)]),
      ),
      draw: (random) => drawShares(world, n, share, random),
      // All that the intervals go by.
      keyOf: (sums) => `${total(sums)}/${sums.reduce((squares, one) => squares + one * one, 0)}`,
      truth: share,
      count: { of: total, most: n * per },
    },
    runs,
  );
}

function differenceCells(world: World, n: number, truth: Truth, runs: number, only: Choice): Cell[] {
  return cellsOf(
    { world: world.name, n, truth: `${truth.share}, lift ${truth.lift}`, border: truth.share === 1 },
    {
      candidates: Object.fromEntries(
        only(Object.entries(differenceCandidates)).map(([name, of]) => [
          name,
          (sides: ReturnType<typeof drawSides>) => of(sides, world.size),
        ]),
      ),
      draw: (random) => drawSides(world, n, truth, random),
      keyOf: ({ a, b }) =>
        [...a]
          .map((one, c) => `${one.toFixed(3)}/${(b[c] ?? 0).toFixed(3)}`)
          .sort()
          .join(),
      truth: trueDifference(truth),
    },
    runs,
  );
}

/** All candidates, or only the one in use, which stands last. */
type Choice = <Of>(candidates: readonly Of[]) => readonly Of[];
const every: Choice = (candidates) => candidates;
const inUse: Choice = (candidates) => candidates.slice(-1);

const shareStudy = (runs: number, only: Choice): Cell[] =>
  worlds.flatMap((world) => sizes.flatMap((n) => shares.flatMap((share) => shareCells(world, n, share, runs, only))));

const differenceStudy = (runs: number, only: Choice): Cell[] =>
  worlds.flatMap((world) =>
    sizes.flatMap((n) => truths.flatMap((truth) => differenceCells(world, n, truth, runs, only))),
  );

const percent = (value: number): string => (100 * value).toFixed(1);

interface Totals {
  readonly mean: number;
  readonly least: Cell;
  readonly below: number;
  readonly zero: number;
  readonly width: number;
  readonly cells: number;
  /** Cells in the band, and those that can be. */
  readonly within: number;
  readonly reachable: number;
}

/** Coverage over the cells inside the border; widths of 0 over all of them. */
function totalsOf(cells: readonly Cell[]): Totals | null {
  const inner = cells.filter(({ border }) => !border);
  const [first, ...rest] = inner;
  if (first === undefined) return null;
  return {
    mean: inner.reduce((sum, { coverage }) => sum + coverage, 0) / inner.length,
    least: rest.reduce((least, cell) => (cell.coverage < least.coverage ? cell : least), first),
    below: inner.filter(({ coverage }) => coverage < band.least).length / inner.length,
    zero: Math.max(...cells.map(({ zeroWidth }) => zeroWidth)),
    width: inner.reduce((sum, { width }) => sum + width, 0) / inner.length,
    cells: inner.length,
    within: inner.filter(({ coverage }) => coverage >= band.from && coverage <= band.to).length,
    reachable: inner.filter(({ reachable }) => reachable).length,
  };
}

function methodTable(cells: readonly Cell[]): string {
  const rows = [...Map.groupBy(cells, ({ method }) => method)].flatMap(([method, own]) => {
    const totals = totalsOf(own);
    if (totals === null) return [];
    const { mean, least, below, zero, width, cells, within, reachable } = totals;
    const where = `${least.world}; n = ${least.n}, ${least.truth}`;
    return [
      `| ${method} | ${percent(mean)} | ${percent(least.coverage)} (${where}) | ${within} of ${cells} (${reachable}) | ${percent(below)} | ${percent(zero)} | ${percent(width)} |`,
    ];
  });
  return [
    "| interval | inside % (mean) | least cell % | cells in 93 to 97 % (that can be) | cells under 92, % | width 0, % at most | width, points |",
    "|---|---:|---:|---:|---:|---:|---:|",
    ...rows,
  ].join("\n");
}

/** One method's mean and least coverage by world and size. */
function worldTable(cells: readonly Cell[]): string {
  const rows = [...Map.groupBy(cells, ({ world }) => world)].map(([world, own]) => {
    const columns = sizes.map((n) => {
      const totals = totalsOf(own.filter((cell) => cell.n === n));
      return totals === null ? "–" : `${percent(totals.mean)} (${percent(totals.least.coverage)})`;
    });
    return `| ${world} | ${columns.join(" | ")} |`;
  });
  return [
    `| | ${sizes.map((n) => `n = ${n}`).join(" | ")} |`,
    `|---|${sizes.map(() => "---:").join("|")}|`,
    ...rows,
  ].join("\n");
}

/** Mean and least coverage of the intervals that the project uses. */
export async function coverageBench(runs = 10_000): Promise<{ name: string; figure: number; unit: string }[]> {
  return (["share", "difference"] as const).flatMap((kind) => {
    const totals = totalsOf((kind === "share" ? shareStudy : differenceStudy)(runs, inUse));
    if (totals === null) return [];
    return [
      { name: `${kind}: inside, mean over cells (bar 93 to 97)`, figure: 100 * totals.mean, unit: "%" },
      { name: `${kind}: inside, least cell (bar 92)`, figure: 100 * totals.least.coverage, unit: "%" },
      { name: `${kind}: cells in 93 to 97 %`, figure: totals.within, unit: `of ${totals.cells}` },
      { name: `${kind}: intervals of width 0 (bar 0)`, figure: 100 * totals.zero, unit: "%" },
    ];
  });
}

if (import.meta.main) {
  const runs = Number(process.argv[2] ?? 10_000);
  const studies = { share: shareStudy, difference: differenceStudy };
  const wanted = Object.entries(studies).filter(([name]) => (process.argv[3] ?? name) === name);
  for (const [, study] of wanted) {
    const found = study(runs, inUse);
    process.stdout.write(`${methodTable(found)}\n\n${worldTable(found)}\n\n`);
    process.stdout.write(`${methodTable(study(runs / 20, every))}\n\n`);
  }
}
