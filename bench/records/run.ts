/**
 * A run of the simulated policy in a process of its own: `node --expose-gc run.ts FOLDER TRIALS PROBLEMS` prints how
 * long it took and what the heap held (MiB) after a collection at every eighth of the trials: five arms, and as many
 * seeds as it takes.
 */
import { builtins } from "../../src/builtins.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseExperiment } from "../../src/runs/load.ts";
import { runExperiment } from "../../src/runs/run-experiment.ts";

const [out = "", trials = "0", problems = "1000"] = process.argv.slice(2);
const arms = 5;
const seeds = Math.max(1, Math.round(Number(trials) / (Number(problems) * arms)));
const experiment = parseExperiment(
  "records.yaml",
  `
name: records
dataset: {name: arithmetic, options: {count: ${problems}, minSteps: 2, maxSteps: 4}}
policy: simulated
traces: false
strategies:
  - chain-of-thought
  - {name: self-consistency, options: {n: 4}}
  - {name: best-of-n, options: {n: 4}, verifiers: {outcome: simulated}}
  - {name: weighted-vote, options: {n: 4}, verifiers: {outcome: simulated}}
  - {name: self-refine, options: {rounds: 1}}
seeds: [${Array.from({ length: seeds }, (_, i) => i + 1).join(",")}]
`,
);
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
const heaps: number[] = [];
const start = performance.now();
await runExperiment(experiment, {
  catalogue: builtins(),
  open: async () => ({ policy: simulatedPolicy({ stepError: 0.15 }), simulated: true }),
  sandbox: null,
  out,
  concurrency: 4,
  onProgress: ({ done, total }) => {
    if (done === 0 || done % Math.ceil(total / 8) !== 0) return;
    collect();
    collect(); // what the first one finalised goes with the second
    const { heapUsed, external } = process.memoryUsage();
    heaps.push((heapUsed + external) / 2 ** 20);
  },
});
process.stdout.write(JSON.stringify({ trials: seeds * Number(problems) * arms, ms: performance.now() - start, heaps }));
