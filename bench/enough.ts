import { Random } from "../src/core/random.ts";
import { SequentialTest } from "../src/statistics/comparing/enough.ts";

/** Problems of an experiment that is not stopped, and how often it is looked at. */
const setting = { problems: 1_000, every: 10, alpha: 0.05 };

export interface StoppedShare {
  /** Of experiments that ended with "they differ". */
  readonly decided: number;
  /** Of these, those that named the worse arm. */
  readonly wrong: number;
  /** Problems used, a mean over experiments. */
  readonly problems: number;
}

/**
 * Experiments on problems of every difficulty, which both arms share; the second arm is right more often by `gap`.
 * Within a problem the arms are independent, so the pairs are as noisy as they get.
 */
export function simulateStops(gap: number, experiments: number, seed = "enough"): StoppedShare {
  let [decided, wrong, problems] = [0, 0, 0];
  for (let experiment = 0; experiment < experiments; experiment++) {
    const random = new Random(seed).fork(String(gap), experiment);
    const test = new SequentialTest();
    while (test.n < setting.problems && !(test.n % setting.every === 0 && test.p <= setting.alpha)) {
      const chance = random.uniform() * (1 - gap);
      const [a, b] = [random.uniform() < chance, random.uniform() < chance + gap];
      test.add(Number(b) - Number(a));
    }
    problems += test.n;
    if (test.p > setting.alpha) continue;
    decided++;
    if (test.mean * gap < 0) wrong++;
  }
  return { decided: decided / experiments, wrong: wrong / experiments, problems: problems / experiments };
}

/** What the sequential test of `stop: enough` gets wrong, and what it saves. */
export function enoughBench() {
  const of = (gap: number) => simulateStops(gap, 2_000);
  const [same, five, ten] = [of(0), of(0.05), of(0.1)];
  const saved = ({ problems }: StoppedShare) => 100 * (1 - problems / setting.problems);
  return [
    { name: "A/A: found a difference (type I, at most 5)", figure: 100 * same.decided, unit: "%" },
    { name: "gap of 5 points: found", figure: 100 * five.decided, unit: "%" },
    { name: "gap of 5 points: fewer problems than 1,000", figure: saved(five), unit: "%" },
    { name: "gap of 10 points: found", figure: 100 * ten.decided, unit: "%" },
    { name: "gap of 10 points: the wrong way", figure: 100 * ten.wrong, unit: "%" },
    { name: "gap of 10 points: fewer problems than 1,000", figure: saved(ten), unit: "%" },
  ];
}
