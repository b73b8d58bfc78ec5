import { describe, expect, it } from "vitest";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { simulatedPolicy } from "../../src/policy/simulated/policy.ts";
import { generateProblem } from "../../src/policy/simulated/problem.ts";
import { accuracyOf, bestOf } from "../../src/policy/simulated/theory.ts";
import { countTokens } from "../../src/policy/simulated/tokens.ts";
import { answerOf, runningValues } from "../../src/policy/simulated/word-problem.ts";
import { simulated } from "../../verifiers/simulated.ts";
import { candidateFrom } from "./simulated-candidates.ts";

interface Charged {
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly calls?: number;
}

/** A run that takes down what it is charged. */
function chargedRun() {
  const charges: Charged[] = [];
  const charge = (usage: Charged) => void charges.push(usage);
  return { charges, run: { charge } as unknown as Run };
}

type Options = Parameters<NonNullable<typeof simulated.outcome>>[0];
const optionsOf = (over: Partial<Options> = {}): Options => simulated.options.parse(over);
const scoreAll = async (text: string, candidates: readonly Candidate[], over: Partial<Options>) =>
  (
    (await simulated
      .outcome?.(optionsOf(over))
      .score({ id: "q", text, kind: "number" }, candidates, chargedRun().run)) ?? []
  ).map(({ value }) => value ?? Number.NaN);
const scoreSteps = async (text: string, candidate: Candidate, over: Partial<Options>) =>
  ((await simulated
    .process?.(optionsOf(over))
    .scoreSteps({ id: "q", text, kind: "number" }, [candidate.trajectory], chargedRun().run)) ?? [])[0]?.map(
    ({ value }) => value ?? Number.NaN,
  ) ?? [];

const dials = { stepError: 0.2, recovery: 0.1 };
const policy = simulatedPolicy(dials);

async function candidatesOf(text: string, n: number): Promise<Candidate[]> {
  const samples = await policy.sample({
    messages: [{ role: "user", content: text }],
    n,
    seeds: Array.from({ length: n }, (_, i) => i),
    temperature: 1,
    maxTokens: 2_000,
    purpose: "solve",
  });
  return samples.map((sample) => candidateFrom(sample.text));
}

const many = await Promise.all(
  Array.from({ length: 2_000 }, async (_, i) => {
    const { problem, text } = generateProblem("verifier", i, { minSteps: 3, maxSteps: 6 });
    return { problem, text, truth: answerOf(problem), candidates: await candidatesOf(text, 8) };
  }),
);
const isRight = (candidate: Candidate, truth: number) => candidate.answer?.text === String(truth);

interface Labelled {
  readonly right: boolean;
  readonly value: number;
}

/** Area under the curve by counting pairs, with its standard error (Hanley and McNeil 1982). */
function area(labelled: readonly Labelled[]): { readonly area: number; readonly error: number } {
  const of = (right: boolean) => labelled.filter((l) => l.right === right).map(({ value }) => value);
  const [right, wrong] = [of(true), of(false)];
  let wins = 0;
  for (const a of right) for (const b of wrong) wins += a > b ? 1 : a === b ? 0.5 : 0;
  const a = wins / (right.length * wrong.length);
  const [q1, q2] = [a / (2 - a), (2 * a * a) / (1 + a)];
  const variance =
    (a * (1 - a) + (right.length - 1) * (q1 - a * a) + (wrong.length - 1) * (q2 - a * a)) /
    (right.length * wrong.length);
  return { area: a, error: Math.sqrt(variance) };
}

/** In each tenth of the scores, the share of right ones is the mean score, within 3.5 standard errors. */
function expectCalibrated(labelled: readonly Labelled[]): void {
  for (let bin = 0; bin < 10; bin++) {
    const inside = labelled.filter(({ value }) => Math.min(9, Math.floor(10 * value)) === bin);
    if (inside.length < 30) continue;
    const mean = inside.reduce((sum, { value }) => sum + value, 0) / inside.length;
    const variance = inside.reduce((sum, { value }) => sum + value * (1 - value), 0) / inside.length ** 2;
    const share = inside.filter(({ right }) => right).length / inside.length;
    expect(Math.abs(share - mean), `scores around ${mean.toFixed(2)}`).toBeLessThan(3.5 * Math.sqrt(variance));
  }
}

describe("the simulated outcome verifier", () => {
  it.each([0.6, 0.75, 0.9])(
    "has the area under the curve that is set (%d) and is calibrated at the base rate",
    async (auc) => {
      const firsts = many.map(({ candidates, truth }) => isRight(candidates[0] as Candidate, truth));
      const baseRate = firsts.filter(Boolean).length / firsts.length;
      const labelled = await Promise.all(
        many.map(async ({ text, candidates }, i) => {
          const [value = Number.NaN] = await scoreAll(text, candidates.slice(0, 1), { auc, baseRate });
          return { right: firsts[i] ?? false, value };
        }),
      );
      const measured = area(labelled);
      expect(Math.abs(measured.area - auc)).toBeLessThan(3 * measured.error);
      expectCalibrated(labelled);
    },
  );

  it.each([0.75, 0.9])("of area %d picks the best of 8 as often as theory says, over 2,000 problems", async (auc) => {
    let [right, expected, variance] = [0, 0, 0];
    for (const { problem, text, truth, candidates } of many) {
      const values = await scoreAll(text, candidates, { auc });
      const best = candidates[values.indexOf(Math.max(...values))];
      right += best !== undefined && isRight(best, truth) ? 1 : 0;
      const p = bestOf(accuracyOf(problem, dials), 8, auc);
      expected += p;
      variance += p * (1 - p);
    }
    expect(Math.abs(right - expected)).toBeLessThan(3 * Math.sqrt(variance));
  });

  it("gives the same content the same score, another seed another", async () => {
    const { text, candidates } = many[0] ?? { text: "", candidates: [] };
    const scores = await scoreAll(text, candidates, {});
    expect(await scoreAll(text, [...candidates].reverse(), {})).toEqual([...scores].reverse());
    expect(await scoreAll(text, candidates, { seed: 1 })).not.toEqual(scores);
  });

  it("never errs at an area of 1 and knows nothing at 0.5", async () => {
    const { text, truth, candidates } = many[1] ?? { text: "", truth: 0, candidates: [] };
    expect(await scoreAll(text, candidates, { auc: 1 })).toEqual(candidates.map((c) => (isRight(c, truth) ? 1 : 0)));
    for (const value of await scoreAll(text, candidates, { auc: 0.5, baseRate: 0.3 }))
      expect(value).toBeCloseTo(0.3, 12);
  });

  it("is deceived by length where it is told to be", async () => {
    const { text, candidates } = many[2] ?? { text: "", candidates: [] };
    const [candidate] = candidates;
    if (candidate === undefined) throw new Error("a candidate is needed");
    const padded = candidateFrom(`${"Let me think about it a little more.\n\n".repeat(40)}${candidate.text}`);
    let [plain, biased] = [0, 0];
    for (let seed = 0; seed < 50; seed++) {
      plain += (await scoreAll(text, [padded], { seed }))[0] ?? 0;
      biased += (await scoreAll(text, [padded], { seed, lengthBias: 0.5 }))[0] ?? 0;
    }
    expect(biased).toBeGreaterThan(plain + 5);
  });
});

describe("the simulated process verifier", () => {
  /** Every step of the first candidates, labelled. */
  async function labelledSteps(over: Partial<Options>): Promise<Labelled[]> {
    const rows = await Promise.all(
      many.slice(0, 700).map(async ({ problem, text, candidates }) => {
        const [candidate] = candidates;
        if (candidate === undefined) return [];
        const values = await scoreSteps(text, candidate, over);
        const truth = runningValues(problem);
        const written = [...candidate.text.matchAll(/= (-?\d+)\.\n/g)].map(([, value]) => Number(value));
        const rights = [...written.map((value, t) => value === truth[t + 1]), written.at(-1) === truth.at(-1)];
        return values.map((value, t) => ({ right: rights[t] ?? false, value }));
      }),
    );
    return rows.flat();
  }

  it("has the area under the curve that is set, step by step, and is calibrated", async () => {
    const rights = await labelledSteps({ auc: 1 });
    expect(rights.every(({ right, value }) => value === (right ? 1 : 0))).toBe(true);
    const baseRate = rights.filter(({ right }) => right).length / rights.length;
    for (const auc of [0.75, 0.9]) {
      const labelled = await labelledSteps({ auc, baseRate });
      const measured = area(labelled);
      expect(Math.abs(measured.area - auc)).toBeLessThan(3 * measured.error);
      expectCalibrated(labelled);
    }
  });

  it("scores a shared prefix alike in every trajectory", async () => {
    const { text, candidates } = many[4] ?? { text: "", candidates: [] };
    const [candidate] = candidates;
    if (candidate === undefined) throw new Error("a candidate is needed");
    const prefix = candidateFrom(candidate.text.slice(0, candidate.text.indexOf("Step 3")));
    const whole = await scoreSteps(text, candidate, { correlation: 0.6 });
    expect(await scoreSteps(text, prefix, { correlation: 0.6 })).toEqual(whole.slice(0, 2));
  });

  it("ties the noise of neighbouring steps together by the correlation", async () => {
    const logit = (p: number) => Math.log(p / (1 - p));
    const agreement = async (correlation: number) => {
      const rows = await Promise.all(
        many.slice(0, 1_500).map(async ({ text, candidates, truth }) => {
          const right = candidates.find((candidate) => isRight(candidate, truth));
          return right === undefined ? [] : await scoreSteps(text, right, { auc: 0.75, correlation });
        }),
      );
      const pairs = rows.filter((row) => row.length > 1).map(([a = 0.5, b = 0.5]) => [logit(a), logit(b)] as const);
      const mean = (values: readonly number[]) => values.reduce((x, y) => x + y, 0) / values.length;
      const [ma, mb] = [mean(pairs.map(([a]) => a)), mean(pairs.map(([, b]) => b))];
      const covariance = mean(pairs.map(([a, b]) => (a - ma) * (b - mb)));
      const spread = Math.sqrt(mean(pairs.map(([a]) => (a - ma) ** 2)) * mean(pairs.map(([, b]) => (b - mb) ** 2)));
      return covariance / spread;
    };
    expect(Math.abs(await agreement(0))).toBeLessThan(0.2);
    expect(await agreement(0.9)).toBeGreaterThan(0.5);
  });
});

describe("what the simulated verifier charges", () => {
  const { text, candidates } = many[0] ?? { text: "", candidates: [] };
  const charged = async (over: Partial<Options>) => {
    const { run, charges } = chargedRun();
    await simulated.outcome?.(optionsOf(over)).score({ id: "q", text, kind: "number" }, candidates, run);
    return charges;
  };

  it("is question and solution per judgement, or the tokens it is told, or nothing", async () => {
    const each = (promptTokens: (text: string) => number) =>
      candidates.map((candidate) => ({
        promptTokens: promptTokens(candidate.text),
        completionTokens: 0,
        calls: 1,
        serviceMs: 0,
      }));
    expect(await charged({})).toEqual(each((solution) => countTokens(text) + countTokens(solution)));
    expect(await charged({ tokensPerJudgement: 50 })).toEqual(each(() => 50));
    expect(await charged({ tokensPerJudgement: 0 })).toEqual([]);
  });

  it("comes with null for questions it does not know", async () => {
    const { run } = chargedRun();
    const question = { id: "q", text: "What is 2 + 2?", kind: "number" as const };
    const scores = await simulated.outcome?.(optionsOf()).score(question, candidates, run);
    expect(scores?.every(({ value, reason }) => value === null && reason !== undefined)).toBe(true);
  });
});
