import { Random } from "../src/core/random.ts";
import type { Child, Expansion, Search } from "../src/core/search.ts";
import { type Step, Trajectory } from "../src/core/trajectory.ts";
import { abMcts } from "../strategies/search/ab-mcts/ab-mcts.ts";
import { bestFirst } from "../strategies/search/best-first/best-first.ts";
import { beam } from "../strategies/search/kit/beam.ts";
import { mcts } from "../strategies/search/kit/mcts/mcts.ts";
import { rebase } from "../strategies/search/rebase/rebase.ts";
import { regrets } from "../test/search/synthetic.ts";

export interface Figure {
  readonly name: string;
  readonly figure: number;
  readonly unit: string;
}

const depth = 16;
const branching = 4;
const steps: readonly Step[] = ["a", "b", "c", "d"].map((text) => ({ text, tokens: 1 }));

/** Children at no cost: letters with a score that a cheap mix of the numbers gives. */
function expand({ trajectory, count, node }: Expansion): Child[] {
  const children: Child[] = [];
  for (let index = 0; index < Math.min(count, steps.length); index++) {
    const step = steps[index];
    if (step === undefined) continue;
    const score = ((Math.imul(node * 31 + index, 2654435761) >>> 8) & 0xffff) / 0xffff;
    const terminal = trajectory.depth + 1 >= depth;
    children.push({
      trajectory: trajectory.extend(step, terminal),
      ...{ score, stepScores: [], logprob: -0.5, tokens: 1, answer: terminal ? String(node % 10) : null },
    });
  }
  return children;
}

/** Seconds of processor time that this process has used: what else the machine does meanwhile does not count. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/**
 * Drives a walk to its end, or to `most` expansions; how many per second of processor time (garbage collection
 * included).
 */
function pace<State>(search: Search<State>, most = Number.POSITIVE_INFINITY) {
  const state = search.start(Trajectory.root());
  const random = new Random("bench");
  let expansions = 0;
  const start = processorSeconds();
  while (expansions < most) {
    const batch = search.ask(state, 256, random);
    if (batch.length === 0) break;
    for (const expansion of batch) search.tell(state, expansion, { children: expand(expansion) });
    expansions += batch.length;
  }
  return { state, rate: expansions / (processorSeconds() - start), expansions };
}

function paces(): Figure[] {
  const uct = mcts({ simulations: 100_000, maxSteps: depth, branching });
  const batched = mcts({ simulations: 100_000, maxSteps: depth, branching, leaves: 16 });
  const puct = mcts({ simulations: 100_000, maxSteps: depth, branching, selection: "puct" });
  const wide = beam({ width: 4096, branching, maxSteps: depth });
  const queue = bestFirst({ expansions: 100_000, branching, maxSteps: depth });
  const balanced = rebase({ width: 4096, maxSteps: depth });
  const adaptive = abMcts({ expansions: 20_000, maxSteps: depth, everyNode: false });
  pace(mcts({ simulations: 20_000, maxSteps: depth, branching }));
  const rate = (name: string, figure: number) => ({
    name: `search: ${name}`,
    figure: Math.round(figure),
    unit: "expansions per CPU second",
  });
  return [
    rate("MCTS, UCT, one leaf a round", pace(uct).rate),
    rate("MCTS, UCT, 16 leaves a round", pace(batched).rate),
    rate("MCTS, PUCT, one leaf a round", pace(puct).rate),
    rate("beam, width 4,096", pace(wide).rate),
    rate("best-first", pace(queue).rate),
    rate("REBASE, width 4,096", pace(balanced).rate),
    rate("AB-MCTS", pace(adaptive).rate),
  ];
}

/**
 * Peak of the process' resident memory while a tree of a million nodes is grown, trajectories and statistics included.
 */
function memory(): Figure[] {
  const before = process.memoryUsage().rss;
  const { state, rate } = pace(mcts({ simulations: 250_000, maxSteps: depth, branching }));
  const grown = process.memoryUsage().rss - before;
  return [
    { name: "search: nodes in the large tree", figure: state.tree.size, unit: "nodes" },
    { name: "search: memory of the large tree", figure: Math.round(grown / 1e6), unit: "MB" },
    { name: "search: pace while growing it", figure: Math.round(rate), unit: "expansions per CPU second" },
  ];
}

/** Best first step found, and mean regret at the root, over 200 synthetic trees of known values. */
function convergence(seeds = 200): Figure[] {
  const budgets = [20, 200, 2000];
  return (["uct", "puct"] as const).flatMap((selection) => {
    const all = Array.from({ length: seeds }, (_, seed) =>
      regrets({ selection, rolloutTemperature: "policy" }, budgets, seed),
    );
    return budgets.flatMap((budget, index) => {
      const name = `search: ${selection.toUpperCase()} at ${budget} simulations`;
      const regret = all.reduce((sum, regrets) => sum + (regrets[index] ?? 0), 0) / seeds;
      const found = all.filter((regrets) => regrets[index] === 0).length / seeds;
      return [
        { name: `${name}, best first step`, figure: Math.round(found * 1000) / 10, unit: "% of trees" },
        { name: `${name}, regret`, figure: Math.round(regret * 1e5) / 1e5, unit: "value" },
      ];
    });
  });
}

/** The search's share of the benchmark: bookkeeping at zero-cost calls, memory of a large tree, convergence. */
export async function searchBench(): Promise<Figure[]> {
  return [...memory(), ...paces(), ...convergence()];
}
