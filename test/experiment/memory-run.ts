import { builtins } from "../../src/builtins.ts";
import { parseExperiment } from "../../src/experiment/load.ts";
import { runExperiment } from "../../src/experiment/run-experiment.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";

/**
 * A run in a process of its own, started with --expose-gc: `node memory-run.ts FOLDER TRIALS` prints the heap in bytes after a collection at every
 * eighth of the trials. Few problems and many seeds: what problems take is there from the start.
 */
const [out = "", trials = "0"] = process.argv.slice(2);
const seeds = Number(trials) / 40;
const experiment = parseExperiment(
  "memory.yaml",
  `
name: memory
dataset: {name: arithmetic, options: {count: 20, minSteps: 2, maxSteps: 3}}
policy: simulated
strategies: [chain-of-thought, {name: best-of-n, options: {n: 2}, verifiers: {outcome: simulated}}]
seeds: [${Array.from({ length: seeds }, (_, i) => i + 1).join(",")}]
`,
);
const collect = (globalThis as { gc?: () => void }).gc ?? (() => {});
const heaps: number[] = [];
await runExperiment(experiment, {
  catalogue: builtins(),
  open: async () => ({ policy: simulatedPolicy({ stepError: 0.15 }), simulated: true }),
  sandbox: null,
  out,
  concurrency: 4,
  onProgress: ({ done, total }) => {
    if (done === 0 || done % (total / 8) !== 0) return;
    collect();
    collect();
    const { heapUsed, external } = process.memoryUsage();
    heaps.push(heapUsed + external);
  },
});
process.stdout.write(`${JSON.stringify(heaps)}\n`);
