import { describe, expect, it } from "vitest";
import { builtins } from "../../src/builtins.ts";
import type { Solution } from "../../src/core/solution.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import type { Verifiers } from "../../src/engine/scoring.ts";
import { solve } from "../../src/engine/solve.ts";
import { accuracyOf, type SimulatedOptions, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { simulated } from "../../verifiers/simulated.ts";
import { wordProblems } from "../contract/setting.ts";
import { tinyPython } from "../fakes/tiny-python.ts";
import {
  askedAbout,
  doubted,
  nobody,
  ownWords,
  type RevisionModel,
  readAttempt,
  reflected,
  resumed,
  rewritten,
  rightAfter,
  type SignalModel,
  stepScores,
  taught,
  thoughtOn,
  wholeScore,
} from "./correction-theory.ts";

const problems = await wordProblems(400, { seed: "signals", minSteps: 3, maxSteps: 4 });
const dials: SimulatedOptions = { stepError: 0.2, feedbackAccuracy: 0.6 };

/** A verifier of set quality; 1 is the oracle. */
function verifierOf(auc: number): Required<Pick<Verifiers, "outcome" | "process">> {
  const options = parseOptions(simulated, { auc, tokensPerJudgement: 0 });
  const [outcome, process] = [simulated.outcome?.(options), simulated.process?.(options)];
  if (outcome === undefined || process === undefined) throw new Error("it judges both ways");
  return { outcome: { name: "simulated", verifier: outcome }, process: { name: "simulated", verifier: process } };
}
const prm = (auc: number): Verifiers => ({ process: verifierOf(auc).process });
const orm = (auc: number): Verifiers => ({ outcome: verifierOf(auc).outcome });

async function solveAll(
  name: string,
  options: Readonly<Record<string, unknown>>,
  verifiers: Verifiers = {},
  policyDials = dials,
): Promise<Solution[]> {
  const strategy = builtins().strategies.get(name);
  const policy = simulatedPolicy(policyDials);
  const solutions: Solution[] = [];
  for (const problem of problems) {
    const setup = { strategy, options, policy, verifiers, sandbox: tinyPython(), seed: "signals", maxTokens: 512 };
    solutions.push(await solve(problem.question, setup));
  }
  return solutions;
}

const isRight = (i: number, answer: string | null | undefined): boolean => answer === problems[i]?.reference.answer;

/** Observed and expected counts of trials that end right, by whether they began right. */
interface Row {
  readonly trials: number;
  readonly right: number;
  readonly expected: number;
  readonly variance: number;
}

function matrix(solutions: readonly Solution[], chanceOf: (solution: Solution, i: number) => number) {
  const rowOf = (began: boolean): Row =>
    solutions.reduce<Row>(
      (row, solution, i) => {
        if (isRight(i, solution.candidates[0]?.answer?.text) !== began) return row;
        const chance = chanceOf(solution, i);
        return {
          trials: row.trials + 1,
          right: row.right + Number(isRight(i, solution.answer)),
          expected: row.expected + chance,
          variance: row.variance + chance * (1 - chance),
        };
      },
      { trials: 0, right: 0, expected: 0, variance: 0 },
    );
  return { began: rowOf(true), not: rowOf(false) };
}

function expectTheory(rows: ReturnType<typeof matrix>): void {
  for (const [name, { trials, right, expected, variance }] of Object.entries(rows)) {
    expect(trials, name).toBeGreaterThan(100);
    const said = `${name}: ${right} of ${trials} end right, theory says ${expected.toFixed(1)}`;
    expect(Math.abs(right - expected), said).toBeLessThanOrEqual(3 * Math.sqrt(variance) + 1e-9);
  }
}

const once = { rounds: 1, accept: "always" } as const;
const noisy = 0.8;

interface Condition {
  readonly says: string;
  readonly signal: string;
  readonly model: SignalModel;
  readonly verifiers?: Verifiers;
}
const none: Condition = { says: "no signal", signal: "none", model: nobody };
const own: Condition = { says: "own feedback of accuracy 0.6", signal: "own", model: ownWords(0.6) };
const noisySteps: Condition = {
  says: "noisy step scores",
  signal: "steps",
  model: stepScores(noisy),
  verifiers: prm(noisy),
};
const perfectSteps: Condition = {
  says: "an oracle of steps",
  signal: "steps",
  model: stepScores(1),
  verifiers: prm(1),
};
const noisyScore: Condition = {
  says: "noisy outcome scores",
  signal: "score",
  model: wholeScore(noisy),
  verifiers: orm(noisy),
};
const perfectScore: Condition = {
  says: "an oracle of outcomes",
  signal: "score",
  model: wholeScore(1),
  verifiers: orm(1),
};
const all = [none, own, noisySteps, perfectSteps, noisyScore, perfectScore];
const located = [none, own, noisySteps, perfectSteps];

const family: readonly (readonly [string, Record<string, unknown>, RevisionModel, readonly Condition[]])[] = [
  ["self-refine", { ...once, temperature: 0.7 }, rewritten, all],
  ["reflexion", { ...once, temperature: 0.7 }, reflected, [none, noisyScore, perfectScore]],
  ["backtrack", once, resumed, located],
  ["step-correction", once, doubted, located],
  ["template-correction", once, taught, located],
  ["diverse-correction", { ...once, temperatures: [0.7] }, rewritten, all],
  ["budget-forcing", { waits: 1, accept: "always", temperature: 0.7 }, thoughtOn, all],
];

describe("transitions of one round, always accepted, against theory (400 problems, 3 standard errors)", () => {
  const rows = family.flatMap(([name, options, model, conditions]) =>
    conditions.map((condition) => [`${name}, ${condition.says}`, name, options, model, condition] as const),
  );
  it.each(rows)("%s", async (_, name, options, revise, { signal, model, verifiers }) => {
    const solutions = await solveAll(name, { ...options, signal }, verifiers);
    expectTheory(
      matrix(solutions, ({ candidates }, i) => {
        const paragraphs = candidates[0]?.trajectory.steps.map(({ text }) => text) ?? [];
        return rightAfter(readAttempt(problems[i]?.question.text ?? "", paragraphs), model, revise, dials);
      }),
    );
  });
});

describe("transitions of the other loops against theory", () => {
  it("chain-of-verification, questions answered with accuracy 0.6", async () => {
    const options = { ...once, questions: 16, temperature: 0.7, feedbackTemperature: 0.7 };
    const solutions = await solveAll("chain-of-verification", options);
    expectTheory(
      matrix(solutions, ({ candidates }, i) => {
        const paragraphs = candidates[0]?.trajectory.steps.map(({ text }) => text) ?? [];
        return rightAfter(readAttempt(problems[i]?.question.text ?? "", paragraphs), askedAbout(0.6), rewritten, dials);
      }),
    );
  });

  it("debate: the simulated model takes up the last solution that it is shown", async () => {
    const solutions = await solveAll("debate", { agents: 2, signal: "none", ...once });
    const ofFirst = solutions.map((solution) => ({
      ...solution,
      answer: solution.candidates[2]?.answer?.text ?? null,
    }));
    expectTheory(matrix(ofFirst, ({ candidates }, i) => (isRight(i, candidates[1]?.answer?.text) ? 0.9 : 0.1)));
  });

  it("mixture-of-agents: the last word of the simulated model is a solution of its own", async () => {
    const solutions = await solveAll("mixture-of-agents", { layers: 2, signal: "none", accept: "always" });
    expectTheory(matrix(solutions, (_, i) => chanceOfFresh(i)));
  });

  it("critic-correction: the critique of the simulated model flags three programs of five, right or wrong", async () => {
    const programs = { ...dials, programError: 0.15 };
    const options = { ...once, temperature: 0.7, feedbackTemperature: 0.7 };
    const solutions = await solveAll("critic-correction", options, {}, programs);
    const first = solutions.filter(({ candidates }, i) => isRight(i, candidates[0]?.answer?.text)).length;
    const share = first / solutions.length;
    const again = (right: boolean) => 0.6 * share + (right ? 0.4 : 0);
    expectTheory(matrix(solutions, ({ candidates }, i) => again(isRight(i, candidates[0]?.answer?.text))));
  });
});

const chanceOfFresh = (i: number): number => {
  const problem = problems[i];
  return problem === undefined ? 0 : accuracyOf(readAttempt(problem.question.text, []).problem, dials);
};

/** A model that harms more than it mends, whatever feedback it gets, and cannot tell right from wrong. */
const harmful: SimulatedOptions = {
  ...{ stepError: 0.15, feedbackAccuracy: 0.5, programError: 0.1 },
  revision: { fixBlind: 0.05, fixTold: 0.05, fixPointed: 0.05, damageBlind: 0.4, damageTold: 0.4 },
};

function gainsAndLosses(solutions: readonly Solution[]) {
  const changed = (from: boolean) =>
    solutions.filter(
      ({ answer, candidates }, i) => isRight(i, candidates[0]?.answer?.text) === from && isRight(i, answer) === !from,
    ).length;
  return { lost: changed(true), gained: changed(false) };
}

describe("the default accept rule, where no signal tells right from wrong (400 problems)", () => {
  const strategies: readonly (readonly [string, Record<string, unknown>])[] = [
    ["self-refine", { signal: "none", temperature: 0.7 }],
    ["self-refine", { signal: "own", temperature: 0.7 }],
    ["reflexion", { temperature: 0.7 }],
    ["backtrack", { signal: "none" }],
    ["backtrack", {}],
    ["step-correction", { signal: "none" }],
    ["step-correction", {}],
    ["template-correction", {}],
    ["diverse-correction", { signal: "none" }],
    ["budget-forcing", { temperature: 0.7 }],
    ["debate", {}],
    ["mixture-of-agents", {}],
    ["critic-correction", { temperature: 0.7 }],
    ["chain-of-verification", { temperature: 0.7 }],
  ];
  it.each(strategies)("%s %j loses nothing significant", async (name, options) => {
    const { lost, gained } = gainsAndLosses(await solveAll(name, options, {}, harmful));
    expect(lost - gained, `${lost} lost, ${gained} gained`).toBeLessThanOrEqual(2 * Math.sqrt(lost + gained));
  });

  it("where every revision is accepted, much is lost", async () => {
    const options = { signal: "none", temperature: 0.7, accept: "always" };
    const { lost, gained } = gainsAndLosses(await solveAll("self-refine", options, {}, harmful));
    expect(lost - gained, `${lost} lost, ${gained} gained`).toBeGreaterThan(3 * Math.sqrt(lost + gained));
  });
});
