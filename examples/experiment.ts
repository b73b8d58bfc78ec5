// An experiment in TypeScript, with a strategy of its own. Without a key or a model: --model simulated
//   ruminate experiment run examples/experiment.ts --limit 20 --model simulated
import { z } from "zod";
import { defineExperiment, defineStrategy, majority, sampleSolutions } from "../src/index.ts";

export const twoTemperatures = defineStrategy({
  name: "two-temperatures",
  summary: "two temperatures, one vote",
  family: "sampling",
  how: "Half of the samples are drawn coolly, half hotly, and all vote.",
  costNote: "`2 n` policy calls.",
  departures: [],
  rewards: { outcome: "is not read", process: "is not read", none: "majority vote" },
  options: z.strictObject({ n: z.int().min(1).default(4).describe("samples at each temperature") }),
  async *candidates(run, { n }) {
    yield* sampleSolutions(run, { n, temperature: 0.3 });
    yield* sampleSolutions(run, { n, temperature: 1 });
  },
  select: () => majority(),
  cost: ({ n }) => ({ calls: 2 * n }),
});

const counts = [2, 4, 8];

export default defineExperiment({
  name: "two-temperatures",
  description: "Do two temperatures vote better than one?",
  dataset: { name: "arithmetic", options: { count: 100, minSteps: 3, maxSteps: 5 } },
  policy: "default",
  maxTokens: 400,
  baseline: "one, 8",
  strategies: counts.flatMap((n) => [
    { name: "self-consistency", label: `one, ${n}`, options: { n } },
    { name: "two-temperatures", label: `two, ${n}`, options: { n: n / 2 } },
  ]),
});
