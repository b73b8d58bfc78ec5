import type { Policy } from "../src/core/policy.ts";
import { solve } from "../src/engine/solve.ts";
import { generateProblem, simulatedPolicy } from "../src/policy/simulated/index.ts";
import { mcts } from "../strategies/search/mcts.ts";
import { simulated } from "../verifiers/simulated.ts";
import type { Figure } from "./search.ts";

const latencyMs = 100;
const leaves = 16;
const simulations = 64;
const bar = 1.25;

/**
 * Tells the longest chain of calls of which each began only after the one before it had ended, and how many ran at a
 * time.
 */
function watched(policy: Policy) {
  let [chain, flying, most, calls] = [0, 0, 0, 0];
  return {
    figures: () => ({ chain, most, calls }),
    policy: {
      ...policy,
      sample: async (...[request, options]: Parameters<Policy["sample"]>) => {
        const place = chain + 1;
        flying++;
        calls++;
        most = Math.max(most, flying);
        try {
          return await policy.sample(request, options);
        } finally {
          flying--;
          chain = Math.max(chain, place);
        }
      },
    } satisfies Policy,
  };
}

async function searchOnce(policy: Policy): Promise<void> {
  const { text } = generateProblem("parallel", 1, { minSteps: 10, maxSteps: 10 });
  const process = simulated.process?.(simulated.options.parse({ auc: 0.8 }));
  if (process === undefined) throw new Error("the simulated verifier judges steps");
  await solve(
    { id: "parallel", text, kind: "number" },
    {
      strategy: mcts,
      options: { simulations, leaves, evaluation: "prm", branching: 4 },
      policy,
      verifiers: { process: { name: "simulated", verifier: process } },
      seed: 1,
    },
  );
}

/**
 * A tree search of 64 simulations with 16 leaves a round, against a policy that takes 100 ms a call: wall time against
 * the critical path, which is the longest chain of calls that wait for each other, times 100 ms. What is above 1 is the
 * engine's own doing: bookkeeping, waiting that the search did not ask for, scoring that holds up the next round.
 */
export async function searchParallelBench(): Promise<Figure[]> {
  await searchOnce(simulatedPolicy({ stepError: 0.2 })); // code that has run before is compiled
  const { policy, figures } = watched(simulatedPolicy({ stepError: 0.2, latencyMs }));
  const began = performance.now();
  await searchOnce(policy);
  const wall = performance.now() - began;
  const { chain, most, calls } = figures();
  const ratio = wall / (chain * latencyMs);
  return [
    {
      name: `search: ${simulations} simulations, ${leaves} leaves, ${latencyMs} ms a call: wall`,
      figure: Math.round(wall),
      unit: "ms",
    },
    { name: "search: the same, critical path", figure: chain * latencyMs, unit: "ms" },
    { name: "search: the same, calls one after the other", figure: calls * latencyMs, unit: "ms" },
    { name: "search: the same, most calls in flight", figure: most, unit: "calls" },
    { name: `search: the same, wall / critical path (bar ${bar})`, figure: Math.round(1000 * ratio) / 1000, unit: "" },
  ];
}

if (import.meta.main) {
  for (const { name, figure, unit } of await searchParallelBench()) {
    process.stdout.write(`${name}: ${figure} ${unit}\n`);
  }
}
