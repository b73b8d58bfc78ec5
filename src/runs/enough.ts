import { InvalidOptionError } from "../core/errors.ts";
import { Random } from "../core/random.ts";
import { SequentialTest } from "../statistics/comparing/enough.ts";
import type { EnoughSummary } from "./experiment-summary.ts";
import type { PartSpec } from "./part.ts";
import type { Arm, Trial } from "./plan.ts";
import { clusterOf } from "./problem-index.ts";
import type { TrialRecord } from "./records/record.ts";
import type { Experiment } from "./schema.ts";

interface Pair {
  readonly arm: Arm;
  readonly baseline: Arm;
  readonly test: SequentialTest;
  decidedAt: number | null;
}

/**
 * Stops each comparison of an experiment once it is told which arm is better: problems come in a random order that
 * depends on the experiment's name alone, and after every few of them each arm that is not yet told apart from its
 * baseline is looked at (see `SequentialTest`). `alpha` is shared equally among the comparisons, so that any false
 * answer at all has a chance of at most `alpha`. A group of variants counts as one problem. Looks come when whole
 * problems are done, whatever the concurrency, so the same results stop at the same place.
 */
export class EnoughRule {
  readonly #alpha: number;
  readonly #every: number;
  readonly #seeds: number;
  readonly #random: Random;
  readonly #pairs: readonly Pair[];
  /** Right answers of the problems in the present block, by arm and problem. */
  readonly #right = new Map<Arm, Map<Trial["problem"], number[]>>();

  #left = Number.POSITIVE_INFINITY;

  constructor(experiment: Experiment, baselines: ReadonlyMap<Arm, Arm>) {
    const { alpha, every } = experiment.stop ?? { alpha: 0.05, every: 10 };
    this.#alpha = alpha;
    this.#every = every;
    this.#seeds = experiment.seeds.length;
    this.#random = new Random(`enough/${experiment.name}`);
    this.#pairs = [...baselines].map(([arm, baseline]) => ({
      arm,
      baseline,
      test: new SequentialTest(),
      decidedAt: null,
    }));
  }

  /** Trials in blocks of a few problems, in the order in which problems are taken; a group stays together. */
  blocks(trials: readonly Trial[]): Trial[][] {
    const clusters = [...Map.groupBy(trials, clusterOfTrial).values()];
    const order = this.#random.shuffle(clusters);
    const count = Math.ceil(order.length / this.#every);
    this.#left = count;
    return Array.from({ length: count }, (_, i) => order.slice(i * this.#every, (i + 1) * this.#every).flat());
  }

  /** Is the arm, or one that it is the baseline of, still to be told apart? */
  wants = (arm: Arm): boolean =>
    this.#pairs.some((pair) => pair.decidedAt === null && (pair.arm === arm || pair.baseline === arm));

  get decided(): boolean {
    return this.#pairs.every(({ decidedAt }) => decidedAt !== null);
  }

  /** Has it looked at all that it is going to? */
  get finished(): boolean {
    return this.decided || this.#left === 0;
  }

  add({ arm, problem }: Trial, { verdict }: Pick<TrialRecord, "verdict">): void {
    if (verdict === "error" || verdict === "undecided") return;
    const ofArm = this.#right.get(arm) ?? new Map<Trial["problem"], number[]>();
    this.#right.set(arm, ofArm);
    ofArm.set(problem, [...(ofArm.get(problem) ?? []), verdict === "correct" ? 1 : 0]);
  }

  /**
   * Takes the block's problems into the tests, but for those that failed or were not decided on either side: a group
   * as one difference, the mean of its problems'.
   */
  look(block: readonly Trial[]): void {
    const clusters = [...Map.groupBy(block, clusterOfTrial).values()].map(
      (trials) => new Set(trials.map(({ problem }) => problem)),
    );
    for (const pair of this.#pairs) {
      if (pair.decidedAt !== null) continue;
      for (const problems of clusters) {
        const differences = [...problems].flatMap((problem) => this.#differenceOn(problem, pair));
        if (differences.length > 0) pair.test.add(mean(differences));
      }
      if (pair.test.p <= this.#alpha / this.#pairs.length) pair.decidedAt = pair.test.n;
    }
    this.#right.clear();
    this.#left--;
  }

  #differenceOn(problem: Trial["problem"], { arm, baseline }: Pair): readonly number[] {
    const [own = [], other = []] = [arm, baseline].map((one) => this.#right.get(one)?.get(problem) ?? []);
    return own.length === this.#seeds && other.length === this.#seeds ? [mean(own) - mean(other)] : [];
  }

  summary(): EnoughSummary {
    const arms = this.#pairs.map(({ arm, baseline, test, decidedAt }) => ({
      arm: arm.label,
      baseline: baseline.label,
      problems: test.n,
      difference: test.mean,
      eValue: test.value,
      p: test.p,
      decidedAt,
    }));
    return { alpha: this.#alpha, arms };
  }
}

const clusterOfTrial = ({ dataset, problem: { question, group } }: Trial): string =>
  clusterOf({ dataset, problem: question.id, group });

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** @throws InvalidOptionError where trials are run that the rule cannot count. */
export function enoughRuleOf(
  experiment: Experiment,
  arms: readonly Arm[],
  baselines: ReadonlyMap<Arm, Arm>,
  part: PartSpec | undefined,
): EnoughRule | null {
  if (experiment.stop === undefined) return null;
  if (baselines.size === 0)
    throw new InvalidOptionError("stop", "needs two arms that are compared. Add a strategy, or take it away.");
  if (part !== undefined) {
    throw new InvalidOptionError(
      "stop",
      "cannot go with --shard, --only or --ids: when to stop depends on all trials. Take it away for runs in parts.",
    );
  }
  const shared = arms.find(({ allocation }) => allocation !== null);
  if (shared !== undefined)
    throw new InvalidOptionError("stop", `cannot stop ${shared.label}, whose problems share one budget.`);
  return new EnoughRule(experiment, baselines);
}

const points = (share: number): string => `${(100 * Math.abs(share)).toFixed(1)} points`;

/** What the rule found, for the report: a sentence a comparison, and what the early end means for other figures. */
export function enoughWords(enough: EnoughSummary | undefined): string[] {
  if (enough === undefined) return [];
  const { alpha, arms } = enough;
  const sentences = arms.map(({ arm, baseline, problems, difference, p, decidedAt }) =>
    decidedAt === null
      ? `${arm} and ${baseline} could not be told apart on ${problems} problems (always-valid p = ${p.toPrecision(2)}).`
      : `${arm} is ${difference > 0 ? "better" : "worse"} than ${baseline}: told after ${decidedAt} problems, ` +
        `${points(difference)} apart on these (always-valid p = ${p.toPrecision(2)}).`,
  );
  const share = arms.length === 1 ? "" : `, shared among ${arms.length} comparisons`;
  const stopped = arms.some(({ decidedAt }) => decidedAt !== null);
  return [
    `Stopping rule "enough" at ${100 * alpha} %${share}: ${sentences.join(" ")}${
      stopped
        ? " Other p values and intervals of stopped comparisons take no notice of the early end, which makes gaps look larger than they are."
        : ""
    }`,
  ];
}
