/**
 * A tree search over a slow policy with a sample store, as a process of its own that can be killed: `node
 * resumed-search.ts STORE TRACE WINDOW`. Appends each event to TRACE at once; at its end prints how many samples were
 * really drawn.
 */
import { appendFileSync } from "node:fs";
import { solve } from "../../src/engine/solve.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { stackPolicy } from "../../src/policy/stack.ts";
import { openSampleStore } from "../../src/policy/store/sqlite.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { oracle } from "../../verifiers/oracle.ts";

const [storePath = "", tracePath = "", window = "0"] = process.argv.slice(2);
const store = openSampleStore(storePath);
let drawn = 0;
const model = simulatedPolicy({ stepError: 0.3, latencyMs: 15 });
const counted = {
  ...model,
  sample: (...[request, options]: Parameters<typeof model.sample>) => {
    drawn += request.n;
    return model.sample(request, options);
  },
};
const verifier = oracle.process?.({});
if (verifier === undefined) throw new Error("the oracle judges steps");
const { text } = generateProblem("resume", 1, { minSteps: 6, maxSteps: 6 });
await solve(
  { id: "resume", text, kind: "number" },
  {
    strategy: mcts,
    options: { simulations: 32, leaves: 4, branching: 3, window: Number(window) },
    policy: stackPolicy(counted, { store, concurrency: 4 }),
    verifiers: { process: { name: "oracle", verifier } },
    seed: 5,
    onEvent: (event) => appendFileSync(tracePath, `${JSON.stringify(event)}\n`),
  },
);
store.close();
process.stdout.write(`${drawn}\n`);
