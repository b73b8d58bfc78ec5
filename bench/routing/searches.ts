import { solve } from "../../src/engine/solve.ts";
import { limit } from "../../src/policy/limit.ts";
import { type PoolChoice, poolPolicy } from "../../src/policy/pool.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { beamSearch } from "../../strategies/search/beam-search.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { rebase } from "../../strategies/search/rebase.ts";
import { VirtualClock } from "../../test/fakes/virtual-clock.ts";
import { simulated } from "../../verifiers/simulated.ts";
import { cachedServer, workOf } from "./servers.ts";

const searches = [
  { strategy: beamSearch, options: { width: 4, branching: 4 } },
  { strategy: rebase, options: { width: 16 } },
  { strategy: mcts, options: { simulations: 24, leaves: 4, evaluation: "prm", branching: 4 } },
] as const;

export interface RoutingCase {
  readonly servers: number;
  readonly balance: PoolChoice;
  readonly weights?: readonly number[];
  readonly problems: number;
  /** Problems at work at a time. */
  readonly together: number;
  /** Size of each server's cache. */
  readonly cacheTokens?: number;
}

export interface RoutingFigures {
  /** Cached tokens of prompts over all tokens of prompts. */
  readonly hits: number;
  /** Tokens that each server had to compute, over an even share (by weight). */
  readonly loads: readonly number[];
  readonly seconds: number;
}

/** Tree searches over a number of problems on simulated servers, in virtual time. */
export async function routed(given: RoutingCase): Promise<RoutingFigures> {
  const clock = new VirtualClock();
  const { servers, balance, weights, problems, together, cacheTokens = 60_000 } = given;
  const inner = simulatedPolicy({ stepError: 0.2 });
  const made = Array.from({ length: servers }, (_, i) => cachedServer(inner, i, clock, cacheTokens));
  const members = made.map(({ member }) => member);
  const pool = poolPolicy(members, { name: "m", choice: balance, weights, breakAfter: 3, coolMs: 1000, clock });
  const policy = limit(pool, { concurrency: 16 * servers });
  const verifier = simulated.process?.(simulated.options.parse({ auc: 0.8 }));
  if (verifier === undefined) throw new Error("the simulated verifier judges steps");
  const verifiers = { process: { name: "simulated", verifier } };
  let next = 0;
  const work = async () => {
    for (let i = next++; i < problems; i = next++) {
      const { text } = generateProblem("routing", i, { minSteps: 6, maxSteps: 10 });
      const { strategy, options } = searches[i % searches.length] as (typeof searches)[number];
      await solve({ id: `${i}`, text, kind: "number" }, { strategy, options, policy, verifiers, seed: 1 });
    }
  };
  await clock.run(async () => void (await Promise.all(Array.from({ length: together }, work))));
  const figures = made.map((server) => server.figures);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
  const all = sum(figures.map(workOf));
  const shares = weights ?? figures.map(() => 1);
  return {
    hits: sum(figures.map(({ cachedTokens }) => cachedTokens)) / sum(figures.map(({ promptTokens }) => promptTokens)),
    loads: figures.map((one, i) => workOf(one) / ((all * (shares[i] ?? 1)) / sum(shares))),
    seconds: clock.now() / 1000,
  };
}
