/**
 * The same strategy under two labels: how often is one called better, at each budget? `node bench/false-positives.ts
 * [EXPERIMENTS]` prints the table of docs/statistics.md.
 */
import { Random } from "../src/core/random.ts";
import { compareFamily } from "../src/statistics/comparing/compare.ts";
import { type StepPoint, valueAt } from "../src/statistics/compute/anytime.ts";
import { pairedInterval } from "../src/statistics/intervals/share.ts";
import { type AnswerShares, simulatedSet } from "./allocation-study.ts";

/** Tokens a problem at which the curves are read. A sample has 60 to 140. */
export const budgets: readonly number[] = [150, 300, 600, 1_200, 2_400];
const votes = 16;

export interface SameTwice {
  readonly budget: number;
  /** Share of experiments in which the verdict is better or worse. */
  readonly verdicts: number;
  /** Share of experiments in which the interval of the difference leaves 0 out. */
  readonly intervals: number;
}

/**
 * Self-consistency with 16 votes against itself on other samples of the same pools: `problems` of the set in each
 * experiment, the mean of `seeds` runs of each side.
 */
export function sameTwice(
  set: AnswerShares,
  { experiments, problems, seeds }: { experiments: number; problems: number; seeds: number },
): SameTwice[] {
  const counts = budgets.map(() => ({ verdicts: 0, intervals: 0 }));
  for (let e = 0; e < experiments; e++) {
    const random = new Random(`same-twice/${problems}/${seeds}/${e}`);
    const drawn = Array.from({ length: problems }, () => random.choice(set));
    const curves = drawn.map((chances) => [side(chances, seeds, random), side(chances, seeds, random)] as const);
    budgets.forEach((budget, b) => {
      const count = counts[b];
      if (count !== undefined) judge(curves, budget, count);
    });
  }
  return budgets.map((budget, b) => ({
    budget,
    verdicts: (counts[b]?.verdicts ?? 0) / experiments,
    intervals: (counts[b]?.intervals ?? 0) / experiments,
  }));
}

type Curves = readonly (readonly StepPoint[])[];

function judge(
  curves: readonly (readonly [Curves, Curves])[],
  budget: number,
  count: { verdicts: number; intervals: number },
): void {
  const read = (of: Curves) => of.reduce((sum, curve) => sum + valueAt(curve, budget), 0) / of.length;
  const values = curves.map(([a, b]) => [read(a), read(b)] as const);
  const units = (at: 0 | 1) => values.map((pair, i) => ({ unit: `${i}`, cluster: `${i}`, value: pair[at] }));
  const [found] = compareFamily([
    [
      { strategy: "one", units: units(0) },
      { strategy: "same", units: units(1) },
    ],
  ]);
  if (found?.verdict === "better" || found?.verdict === "worse") count.verdicts++;
  const interval = pairedInterval(
    values.map(([a, b]) => a - b),
    values.map((_, i) => `${i}`),
  );
  if (interval !== null && (interval.low > 0 || interval.high < 0)) count.intervals++;
}

/** The curve of the vote over one run's samples, for each seed. */
const side = (chances: readonly number[], seeds: number, random: Random): Curves =>
  Array.from({ length: seeds }, () => {
    const tally = new Map<number, number>();
    let [cost, picked, most] = [0, -1, 0];
    return Array.from({ length: votes }, () => {
      const answer = random.weighted(chances);
      const now = (tally.get(answer) ?? 0) + 1;
      tally.set(answer, now);
      if (now > most) [picked, most] = [answer, now];
      cost += 60 + random.integer(81);
      return { cost, value: picked === 0 ? 1 : 0 };
    });
  });

const sizes = [
  { problems: 20, seeds: 1 },
  { problems: 50, seeds: 1 },
  { problems: 50, seeds: 3 },
  { problems: 200, seeds: 1 },
] as const;

async function study(experiments: number) {
  const set = await simulatedSet("same-twice", { stepError: 0.2 }, 500);
  return sizes.map((size) => ({ ...size, found: sameTwice(set, { ...size, experiments }) }));
}

/** The largest share of false verdicts at any budget, for each size. */
export async function falsePositivesBench(
  experiments = 4_000,
): Promise<{ name: string; figure: number; unit: string }[]> {
  const rows = await study(experiments);
  return rows.flatMap(({ problems, seeds, found }) => {
    const name = `${problems} problems, ${seeds} ${seeds === 1 ? "seed" : "seeds"}`;
    const most = (of: "verdicts" | "intervals") => 100 * Math.max(...found.map((one) => one[of]));
    return [
      { name: `${name}: false verdicts, worst budget (bar 5)`, figure: most("verdicts"), unit: "%" },
      { name: `${name}: intervals without 0, worst budget (bar 5)`, figure: most("intervals"), unit: "%" },
    ];
  });
}

if (import.meta.main) {
  const rows = await study(Number(process.argv[2] ?? 4_000));
  const cell = ({ verdicts, intervals }: SameTwice) =>
    `${(100 * verdicts).toFixed(1)} / ${(100 * intervals).toFixed(1)}`;
  process.stdout.write(`| | ${budgets.map((budget) => `${budget.toLocaleString("en-US")} tokens`).join(" | ")} |\n`);
  process.stdout.write(`|---|${budgets.map(() => "---:").join("|")}|\n`);
  for (const { problems, seeds, found } of rows) {
    process.stdout.write(`| ${problems} problems × ${seeds} | ${found.map(cell).join(" | ")} |\n`);
  }
}
