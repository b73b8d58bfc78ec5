/**
 * What sharing one budget out among problems saves, on simulated answers: `node bench/allocation-study.ts
 * docs/spending-allocation.svg` prints the tables of docs/spending.md and draws its figure.
 */
import { writeFileSync } from "node:fs";
import { arithmetic } from "../experiments/datasets/arithmetic.ts";
import { Random } from "../src/core/random.ts";
import { parseOptions } from "../src/core/strategy.ts";
import { Allocation, type AllocationOptions, allocationSchema } from "../src/engine/allocation/allocation.ts";
import { answerChances, type SimulatedOptions } from "../src/policy/simulated/index.ts";
import { parseProblem } from "../src/policy/simulated/parse.ts";
import { curveChart } from "../src/report/charts/curves.ts";
import { tokens as colours } from "../src/report/styles.ts";
import { oracleAllocation } from "./allocation-study/oracle-allocation.ts";

/** Samples that a problem has at most. */
const longest = 128;
/** Streams a problem that the oracle knows its chances from. */
const rehearsals = 100;

/** Chances of each problem's answers, the right one first; "no answer" does not occur in these settings. */
export type AnswerShares = readonly (readonly number[])[];

/** 500 arithmetic word problems as the simulated policy answers them: the exact chances of each answer. */
export async function simulatedSet(seed: string, dials: SimulatedOptions, count = 500): Promise<AnswerShares> {
  const problems = await arithmetic.load(
    {},
    parseOptions(arithmetic, { count, minSteps: 2, maxSteps: 8, seed: `allocation-${seed}` }),
  );
  return problems.map(({ question }) => {
    const problem = parseProblem(question.text);
    if (problem === null) throw new Error("the simulated policy reads its own problems");
    const { right, wrong } = answerChances(problem, dials);
    return [right, ...wrong];
  });
}

/** streams[i][t]: the answer of problem i's sample t; 0 is right. Every rule gets the same samples. */
export function streamsOf(shares: AnswerShares, seed: string): Uint16Array[] {
  return shares.map((chances, i) => {
    const random = new Random(`${seed}/stream/${i}`);
    return Uint16Array.from({ length: longest }, () => random.weighted(chances));
  });
}

/** Votes of one problem while its samples arrive; ties go to the answer that came first. */
class Tally {
  readonly #votes = new Map<number, number>();
  samples = 0;

  /** Is the right answer the pick now? */
  add(answer: number): boolean {
    this.samples++;
    this.#votes.set(answer, (this.#votes.get(answer) ?? 0) + 1);
    return this.right;
  }

  get right(): boolean {
    let [picked, most] = [-1, 0];
    for (const [answer, votes] of this.#votes) if (votes > most) [picked, most] = [answer, votes];
    return picked === 0;
  }

  get standing() {
    return { samples: this.samples, weights: [...this.#votes.values()].sort((a, b) => b - a) };
  }
}

export interface Spending {
  /**
   * Share of problems right at each budget of samples; the last one where it stopped before.
   */
  readonly accuracy: readonly number[];
  /** Samples drawn when it ended. */
  readonly spent: number;
}

/** One run of an allocation over these streams: it sees votes, and only the tally here knows what is right. */
export function spend(
  streams: readonly Uint16Array[],
  options: Partial<AllocationOptions>,
  budgets: readonly number[],
  seed: string,
): Spending {
  const allocation = new Allocation(streams.length, allocationSchema.parse(options));
  const tallies = streams.map(() => new Tally());
  const random = new Random(seed);
  const accuracy: number[] = [];
  let [spent, right] = [0, 0];
  const most = Math.max(...budgets);
  for (let asked = allocation.ask(random); asked.length > 0 && spent < most; asked = allocation.ask(random)) {
    for (const i of asked) {
      const tally = tallies[i] as Tally;
      const answer = streams[i]?.[tally.samples];
      if (answer === undefined) {
        allocation.end(i);
        continue;
      }
      if (spent === most) break;
      const before = Number(tally.right);
      right += Number(tally.add(answer)) - before;
      spent++;
      const place = budgets.indexOf(spent);
      if (place >= 0) accuracy[place] = right / streams.length;
      allocation.tell(i, tally.standing);
    }
  }
  return { spent, accuracy: budgets.map((_, i) => accuracy[i] ?? right / streams.length) };
}

/** rightAt[i][k]: is problem i's vote right after k samples of its stream? */
const rightAt = (streams: readonly Uint16Array[]): number[][] =>
  streams.map((stream) => {
    const tally = new Tally();
    return [0, ...Array.from(stream, (answer) => Number(tally.add(answer)))];
  });

/**
 * Two who know more than any rule does, held against these streams. `hindsight` sees every sample beforehand and what
 * is right: nobody can do better with these samples. `difficulty` knows what samples buy on each problem (from other
 * streams of it), but does not look at votes.
 */
export function oracles(
  shares: AnswerShares,
  streams: readonly Uint16Array[],
  budgets: readonly number[],
  seed: string,
) {
  const chances = shares.map(() => new Array<number>(longest + 1).fill(0));
  for (let rehearsal = 0; rehearsal < rehearsals; rehearsal++) {
    for (const [i, row] of rightAt(streamsOf(shares, `${seed}/rehearsal/${rehearsal}`)).entries()) {
      for (const [k, right] of row.entries()) {
        const curve = chances[i];
        if (curve !== undefined) curve[k] = (curve[k] ?? 0) + right / rehearsals;
      }
    }
  }
  const real = rightAt(streams);
  const accuracyOf = (known: readonly (readonly number[])[]) =>
    budgets.map(
      (budget) => oracleAllocation(known, budget).reduce((sum, k, i) => sum + (real[i]?.[k] ?? 0), 0) / shares.length,
    );
  return { difficulty: accuracyOf(chances), hindsight: accuracyOf(real) };
}

/**
 * Fewest samples with which a rule's mean accuracy reaches this level, by straight lines between the budgets; null
 * where it never does.
 */
export function samplesToReach(level: number, budgets: readonly number[], accuracy: readonly number[]): number | null {
  const at = accuracy.findIndex((value) => value >= level);
  if (at < 0) return null;
  const [high = 0, low = 0] = [accuracy[at], accuracy[at - 1]];
  const [to = 0, from = 0] = [budgets[at], budgets[at - 1]];
  return at === 0 || high === low ? to : from + ((level - low) / (high - low)) * (to - from);
}

const budgets = [1500, 1750, 2000, 2500, 3000, 3500, 4000, 4500, 4800, 5500, 6000, 7000, 8000];
const repetitions = 4;
const oracleNames = ["oracle: difficulty", "oracle: hindsight"] as const;

export const spendingRules: Readonly<Record<string, Partial<AllocationOptions>>> = {
  "equal numbers": { rule: "equal", settled: 1 },
  "equal, until settled": { rule: "equal" },
  "uniform (8 agree)": { rule: "uniform", settled: 1 },
  "proportional (16)": { rule: "proportional", target: 16, settled: 1 },
  thompson: { rule: "thompson" },
};

export const settings: Readonly<Record<string, SimulatedOptions>> = {
  "mixed: slips of 0.05 a step": { stepError: 0.05, spread: 1.5 },
  "harder: 0.1 a step": { stepError: 0.1, spread: 1.5 },
  "harder, and wrong alike: 0.15 a step": { stepError: 0.15, spread: 1.5, wrongAnswers: 0.8 },
};

interface Row {
  readonly name: string;
  readonly accuracy: number[];
  spent: number;
}

/** Mean over repetitions: other problems, other samples. */
async function measure(dials: SimulatedOptions): Promise<Row[]> {
  const rows = [...Object.keys(spendingRules), ...oracleNames].map(
    (name): Row => ({ name, accuracy: budgets.map(() => 0), spent: 0 }),
  );
  const add = (row: Row | undefined, accuracy: readonly number[], spent: number) => {
    if (row === undefined) return;
    for (const [i, value] of accuracy.entries()) row.accuracy[i] = (row.accuracy[i] ?? 0) + value / repetitions;
    row.spent += spent / repetitions;
  };
  for (let repetition = 0; repetition < repetitions; repetition++) {
    const seed = String(repetition);
    const shares = await simulatedSet(seed, dials);
    const streams = streamsOf(shares, seed);
    for (const [i, options] of Object.values(spendingRules).entries()) {
      const { accuracy, spent } = spend(streams, options, budgets, seed);
      add(rows[i], accuracy, spent);
    }
    const { difficulty, hindsight } = oracles(shares, streams, budgets, seed);
    add(rows.at(-2), difficulty, Math.max(...budgets));
    add(rows.at(-1), hindsight, Math.max(...budgets));
  }
  return rows;
}

function table(rows: readonly Row[]): string {
  const level = rows[0]?.accuracy.at(-1) ?? 1;
  const shown = [2000, 3000, 4800, 8000];
  const lines = rows.map(({ name, accuracy, spent }) => {
    const needed = samplesToReach(level, budgets, accuracy);
    const cells = shown.map((budget) => (100 * (accuracy[budgets.indexOf(budget)] ?? 0)).toFixed(1));
    const first = needed === budgets[0] ? "under " : "";
    const share = needed === null ? "–" : `${first}${Math.round((100 * needed) / 8000)} %`;
    return `| ${name} | ${cells.join(" | ")} | ${Math.round(spent).toLocaleString("en-US")} | ${share} |`;
  });
  const head = `| rule | ${shown.map((budget) => budget.toLocaleString("en-US")).join(" | ")} | drawn of 8,000 | samples for the accuracy of equal numbers at 8,000 |`;
  return [head, `|---|${"---|".repeat(shown.length + 2)}`, ...lines].join("\n");
}

/** Accuracy above, regret against the oracle below, as one picture that brings its colours along. */
function figure(rows: readonly Row[]): string {
  const best = rows.at(-1)?.accuracy ?? [];
  const curves = (ys: (row: Row) => readonly number[], of: readonly Row[]) =>
    of.map((row) => ({
      name: row.name,
      place: rows.indexOf(row),
      points: ys(row).map((y, i) => ({ x: budgets[i] ?? 1, y })),
    }));
  const shared = {
    xLabel: "samples for all 500 problems",
    step: false,
    width: 960,
    ticks: [1500, 2000, 3000, 4000, 6000, 8000],
  };
  const accuracy = curveChart({
    ...shared,
    label: "Share of problems answered rightly against samples drawn, one line a rule.",
    yLabel: "accuracy of the vote",
    curves: curves((row) => row.accuracy, rows),
    height: 380,
  });
  const regret = curveChart({
    ...shared,
    label: "Regret against the oracle allocation of as many samples, one line a rule; lower is better.",
    yLabel: "regret: accuracy below the oracle's",
    curves: curves((row) => row.accuracy.map((value, i) => Math.max(0, (best[i] ?? 0) - value)), rows.slice(0, -1)),
    height: 300,
  });
  const style = /:root \{[^}]*\}/.exec(colours)?.[0].replace("color-scheme: light dark;", "") ?? "";
  const placed = (svg: string, y: number) => svg.replace("<svg ", `<svg y="${y}" `);
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 690" font-family="system-ui, sans-serif" color="#1c1d1f"><style>${style}</style><rect width="100%" height="100%" fill="#fdfdfc"/>${placed(accuracy, 0)}${placed(regret, 385)}</svg>\n`;
}

if (import.meta.main) {
  const [path] = process.argv.slice(2);
  for (const [i, [name, dials]] of Object.entries(settings).entries()) {
    const rows = await measure(dials);
    process.stdout.write(`${name}\n\n${table(rows)}\n\n`);
    if (i === 0 && path !== undefined) writeFileSync(path, figure(rows));
  }
}
