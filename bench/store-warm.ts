import { join } from "node:path";
import { builtins } from "../src/builtins.ts";
import { simulatedPolicy } from "../src/policy/simulated/index.ts";
import { stackPolicy } from "../src/policy/stack.ts";
import { openSampleStore } from "../src/policy/store/sqlite.ts";
import { parseExperiment } from "../src/runs/load.ts";
import { runExperiment } from "../src/runs/run-experiment.ts";
import { temporaryFolder } from "../test/fakes/terminal.ts";

const problems = Number(process.env.PROBLEMS ?? 1000);
const samples = 64;

const experiment = parseExperiment(
  "store-warm.yaml",
  `
name: store-warm
dataset: {name: arithmetic, options: {count: ${problems}}}
policy: simulated
baselines: false
strategies: [{name: self-consistency, options: {n: ${samples}}}]
`,
);

/** A whole experiment (voting, grading, records and traces) whose samples are all in the store's file. */
export async function storeWarmBench() {
  const folder = temporaryFolder();
  const store = openSampleStore(join(folder, "samples.sqlite"));
  let asked = 0;
  const model = simulatedPolicy({ spread: 0.8 });
  const counted: typeof model = {
    ...model,
    sample: async (request, options) => {
      asked += request.n;
      return await model.sample(request, options);
    },
  };
  const timed = async (out: string) => {
    const policy = stackPolicy(counted, { store });
    const began = performance.now();
    await runExperiment(experiment, {
      catalogue: builtins(),
      open: async () => ({ policy, simulated: true }),
      sandbox: null,
      out: join(folder, out),
    });
    return (performance.now() - began) / 1000;
  };
  try {
    const cold = await timed("cold");
    const drawn = asked;
    const warm = [await timed("warm"), await timed("warmer"), await timed("warmest")].sort(
      (a, b) => a - b,
    )[1] as number;
    const all = problems * samples;
    return [
      { name: `${problems} problems × ${samples} samples, none stored`, figure: all / cold, unit: "samples/s" },
      { name: "the same, all in the store (bar 20,000)", figure: all / warm, unit: "samples/s" },
      { name: "samples that the model was asked for with all of them stored", figure: asked - drawn, unit: "" },
    ];
  } finally {
    store.close();
  }
}
