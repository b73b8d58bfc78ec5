import { createHash } from "node:crypto";
import type { RunEvent } from "../src/core/events.ts";
import type { Policy } from "../src/core/policy.ts";
import { solve } from "../src/engine/solve.ts";
import { limit } from "../src/policy/limit.ts";
import { generateProblem, simulatedPolicy } from "../src/policy/simulated/index.ts";
import { mcts } from "../strategies/search/mcts.ts";
import { type Latency, slowPolicy } from "../test/fakes/slow-policy.ts";
import { VirtualClock } from "../test/fakes/virtual-clock.ts";
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

async function searchOnce(
  policy: Policy,
  options: object = { simulations, leaves, evaluation: "prm", branching: 4 },
  onEvent?: (event: RunEvent) => void,
): Promise<void> {
  const { text } = generateProblem("parallel", 1, { minSteps: 10, maxSteps: 10 });
  const process = simulated.process?.(simulated.options.parse({ auc: 0.8 }));
  if (process === undefined) throw new Error("the simulated verifier judges steps");
  await solve(
    { id: "parallel", text, kind: "number" },
    {
      strategy: mcts,
      options,
      policy,
      onEvent,
      verifiers: { process: { name: "simulated", verifier: process } },
      seed: 1,
    },
  );
}

/**
 * A tree search of 64 simulations with 16 leaves a round, against a policy that takes 100 ms a call: wall time against
 * the critical path, which is the longest chain of calls that wait for each other, times 100 ms. What is above 1 is the
 * engine's own doing: bookkeeping, needless waiting, scoring that holds up the next round.
 */
async function criticalPath(): Promise<Figure[]> {
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

const inFlight = 16;
const planned = 1024;
/** Shares of the capacity that a window of twice the calls in flight must use, at least. */
const bars = { "log-normal": 0.85, exponential: 0.6 } as const;

/** A search against a policy whose calls take time on a clock of its own: how it used the capacity, and its tree. */
async function searchSlowly(latency: Latency, concurrency: number, shape: { window?: number; leaves?: number }) {
  const clock = new VirtualClock();
  const { policy, figures } = slowPolicy(simulatedPolicy({ stepError: 0.2 }), clock, latency);
  const trace = createHash("sha256");
  await clock.run(() =>
    searchOnce(
      limit(policy, { concurrency }),
      { simulations: planned, evaluation: "prm", branching: 4, ...shape },
      (event) => trace.update(`${JSON.stringify(event)}\n`),
    ),
  );
  return { used: figures().busy / (concurrency * clock.now()), tree: trace.digest("hex").slice(0, 12) };
}

/** The same search by rounds and with windows, 16 calls in flight, and its trace at 1 and at 16 in flight. */
async function utilisation(latency: Latency): Promise<Row[]> {
  const window = 2 * inFlight;
  const [rounds, single, double, alone] = [
    await searchSlowly(latency, inFlight, { leaves: inFlight }),
    await searchSlowly(latency, inFlight, { window: inFlight }),
    await searchSlowly(latency, inFlight, { window }),
    await searchSlowly(latency, 1, { window }),
  ];
  const share = (used: number) => Math.round(1000 * used) / 1000;
  const named = `search: ${latency} latencies, ${inFlight} in flight`;
  return [
    { name: `${named}: capacity used by rounds of ${inFlight} leaves`, figure: share(rounds.used), unit: "" },
    { name: `${named}: window ${inFlight}`, figure: share(single.used), unit: "" },
    { name: `${named}: window ${window} (bar ${bars[latency]})`, figure: share(double.used), unit: "" },
    { name: `${named}: window ${window}, trace at ${inFlight} in flight`, figure: double.tree },
    { name: `${named}: window ${window}, trace at 1 in flight`, figure: alone.tree },
  ];
}

/** A figure, or a hash. */
type Row = Figure | { readonly name: string; readonly figure: string; readonly unit?: string };

/**
 * How a tree search keeps many calls in flight: by rounds against the critical path, and with a window where calls take
 * differently long.
 */
export async function searchParallelBench(): Promise<Row[]> {
  return [...(await criticalPath()), ...(await utilisation("log-normal")), ...(await utilisation("exponential"))];
}

if (import.meta.main) {
  for (const { name, figure, unit } of await searchParallelBench()) {
    process.stdout.write(`${name}: ${figure} ${unit ?? ""}\n`);
  }
}
