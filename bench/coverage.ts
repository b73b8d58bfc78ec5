/**
 * How often 95 % intervals hold the truth, by simulation: `node bench/coverage.ts [RUNS]` prints the tables of
 * docs/statistics.md: the intervals in use with RUNS experiments a cell, all candidates with a twentieth of them.
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
}

interface Setting<Data> {
  readonly candidates: Readonly<Record<string, (data: Data) => Ends>>;
  readonly draw: (random: Random) => Data;
  readonly keyOf: (data: Data) => string;
  readonly truth: number;
}

/** `runs` experiments; equal data are worked out once. */
function cellsOf<Data>(
  place: Pick<Cell, "world" | "n" | "truth" | "border">,
  { candidates, draw, keyOf, truth }: Setting<Data>,
  runs: number,
): Cell[] {
  const random = new Random(`coverage/${place.world}/${place.n}/${place.truth}`);
  const methods = Object.entries(candidates);
  const tallies = methods.map(() => ({ inside: 0, width: 0, zero: 0 }));
  const known = new Map<string, readonly Ends[]>();
  for (let r = 0; r < runs; r++) {
    const data = draw(random);
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
  return methods.map(([method], m) => {
    const { inside = 0, width = 0, zero = 0 } = tallies[m] ?? {};
    return { method, ...place, coverage: inside / runs, width: width / runs, zeroWidth: zero / runs };
  });
}

function shareCells(world: World, n: number, share: number, runs: number, only: Choice): Cell[] {
  const per = world.size * world.seeds;
  return cellsOf(
    { world: world.name, n, truth: `${share}`, border: share === 0 || share === 1 },
    {
      candidates: Object.fromEntries(
        only(Object.entries(shareCandidates)).map(([name, of]) => [name, (sums: Float64Array) => of(sums, per)]),
      ),
      draw: (random) => drawShares(world, n, share, random),
      keyOf: (sums) => [...sums].sort().join(),
      truth: share,
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
}

/** Coverage over the cells inside the border; widths of 0 over all of them. */
function totalsOf(cells: readonly Cell[]): Totals | null {
  const inner = cells.filter(({ border }) => !border);
  const [first, ...rest] = inner;
  if (first === undefined) return null;
  return {
    mean: inner.reduce((sum, { coverage }) => sum + coverage, 0) / inner.length,
    least: rest.reduce((least, cell) => (cell.coverage < least.coverage ? cell : least), first),
    below: inner.filter(({ coverage }) => coverage < 0.92).length / inner.length,
    zero: Math.max(...cells.map(({ zeroWidth }) => zeroWidth)),
    width: inner.reduce((sum, { width }) => sum + width, 0) / inner.length,
  };
}

function methodTable(cells: readonly Cell[]): string {
  const rows = [...Map.groupBy(cells, ({ method }) => method)].flatMap(([method, own]) => {
    const totals = totalsOf(own);
    if (totals === null) return [];
    const { mean, least, below, zero, width } = totals;
    const where = `${least.world}; n = ${least.n}, ${least.truth}`;
    return [
      `| ${method} | ${percent(mean)} | ${percent(least.coverage)} (${where}) | ${percent(below)} | ${percent(zero)} | ${percent(width)} |`,
    ];
  });
  return [
    "| interval | inside % (mean) | least cell % | cells under 92, % | width 0, % at most | width, points |",
    "|---|---:|---:|---:|---:|---:|",
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
      { name: `${kind}: intervals of width 0 (bar 0)`, figure: 100 * totals.zero, unit: "%" },
    ];
  });
}

if (import.meta.main) {
  const runs = Number(process.argv[2] ?? 10_000);
  for (const study of [shareStudy, differenceStudy]) {
    const found = study(runs, inUse);
    process.stdout.write(`${methodTable(found)}\n\n${worldTable(found)}\n\n`);
  }
  for (const study of [shareStudy, differenceStudy]) {
    process.stdout.write(`${methodTable(study(runs / 20, every))}\n\n`);
  }
}
