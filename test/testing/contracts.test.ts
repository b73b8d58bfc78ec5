import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineDataset } from "../../src/core/dataset.ts";
import { defineGrader } from "../../src/core/grader.ts";
import { defineMetric } from "../../src/core/metric.ts";
import { problemOf } from "../../src/core/problem.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { defineVerifier } from "../../src/core/verifier.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";
import {
  type ContractCheck,
  datasetContract,
  graderContract,
  metricContract,
  strategyContract,
  verifierContract,
} from "../../src/testing/index.ts";

/** Titles of the checks that fail, with what they say. */
async function failing(checks: readonly ContractCheck[]): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { title, run } of checks) {
    await run().catch((error: unknown) => failed.push(`${title}: ${(error as Error).message}`));
  }
  return failed;
}

const strategyOf = (parts: Partial<Parameters<typeof defineStrategy<{ n: number }>>[0]>) =>
  defineStrategy<{ n: number }>({
    name: "faulty",
    summary: "a vote over n solutions",
    family: "sampling",
    how: "It draws n solutions.",
    costNote: "n calls.",
    departures: [],
    rewards: { outcome: "not used", process: "not used", none: "votes" },
    options: z.strictObject({ n: z.int().default(4) }),
    candidates: (run, { n }) => sampleSolutions(run, { n, temperature: 0.7 }),
    select: () => majority(),
    cost: ({ n }) => ({ calls: n }),
    ...parts,
  });

describe("the checks of a strategy", () => {
  it("pass where it is in order", async () => {
    expect(await failing(strategyContract(strategyOf({})))).toEqual([]);
  });

  it.each([
    [
      "chance of its own",
      { candidates: (run, { n }) => sampleSolutions(run, { n: n + (calls++ % 2), temperature: 1 }) },
    ],
    ["a cost that is too low", { cost: () => ({ calls: 1 }) }],
    ["options of any name", { options: z.object({ n: z.int().default(4) }) }],
    ["no words", { how: "" }],
  ] as const satisfies readonly (readonly [string, Parameters<typeof strategyOf>[0]])[])(
    "fail for %s",
    async (_, parts) => {
      expect(await failing(strategyContract(strategyOf(parts)))).not.toEqual([]);
    },
  );
});
let calls = 0;

describe("the checks of other parts", () => {
  const options = z.strictObject({});

  it("fail for scores beyond 1, too few scores, and steps without one", async () => {
    const score = (value: number) => ({
      score: async (_: unknown, all: readonly unknown[]) => all.map(() => ({ value })),
    });
    const named = { name: "faulty", summary: "scores", options };
    expect(await failing(verifierContract(defineVerifier({ ...named, outcome: () => score(1) })))).toEqual([]);
    expect(await failing(verifierContract(defineVerifier({ ...named, outcome: () => score(2) })))).toHaveLength(1);
    const few = { score: async () => [] };
    expect(await failing(verifierContract(defineVerifier({ ...named, outcome: () => few })))).toHaveLength(1);
    const steps = { scoreSteps: async (_: unknown, all: readonly unknown[]) => all.map(() => [{ value: 0.5 }]) };
    expect(await failing(verifierContract(defineVerifier({ ...named, process: () => steps })))).toHaveLength(1);
  });

  it("fail for a dataset with one id twice, or the answer in the question", async () => {
    const of = (ids: readonly string[], text: string) =>
      defineDataset({
        name: "faulty",
        summary: "problems",
        options,
        load: async () => ids.map((id) => problemOf({ id, text, kind: "number", reference: { answer: "1234" } })),
      });
    expect(await failing(datasetContract(of(["a", "b"], "How many?")))).toEqual([]);
    expect(await failing(datasetContract(of(["a", "a"], "How many?")))).toHaveLength(1);
    expect(await failing(datasetContract(of(["a", "b"], "Is it 1234?")))).toHaveLength(1);
  });

  it("fail for a metric that calls nothing 0, and for a grader that errs", async () => {
    const rest = { interval: null, units: [], excludedTrials: 0, undefinedUnits: 0 };
    const shape = { name: "faulty", summary: "counts", scale: "number", better: "higher", options } as const;
    const count = defineMetric({ ...shape, compute: (rows) => ({ value: rows.length, ...rest }) });
    expect(await failing(metricContract(count))).toHaveLength(1);
    const grader = defineGrader({ name: "faulty", summary: "all are right", options, grade: () => true });
    const cases = [
      { reference: "1", answer: "1", right: true },
      { reference: "1", answer: "2", right: false },
    ];
    expect(await failing(graderContract(grader, cases))).toHaveLength(1);
  });
});
