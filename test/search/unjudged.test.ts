import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import type { Expansion } from "../../src/core/search.ts";
import { parseOptions } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { rounds } from "../../src/search/rounds.ts";
import { type AbMctsState, abMcts, abMctsWalk } from "../../strategies/search/ab-mcts.ts";
import { exploring, mctsWalk } from "../../strategies/search/kit/mcts/simulation.ts";

/** What one continuation says and earns. */
interface Said {
  readonly text: string;
  readonly terminal: boolean;
  readonly answer: string | null;
  readonly score?: number | null;
  readonly logprob?: number;
}

/** Drives a walk to its end with these continuations. */
function grown<Own>(walk: Parameters<typeof rounds<Own>>[0], sayAll: (expansion: Expansion) => readonly Said[]) {
  const search = rounds(walk);
  const state = search.start(Trajectory.root());
  const random = new Random("1");
  while (!search.done(state)) {
    for (const expansion of search.ask(state, 1, random)) {
      const children = sayAll(expansion).map(({ text, terminal, answer, score = null, logprob = null }) => ({
        ...{ trajectory: expansion.trajectory.extend({ text }, terminal), score, outcome: true, stepScores: [] },
        ...{ logprob: logprob ?? null, tokens: 1, answer },
      }));
      search.tell(state, expansion, { children });
    }
  }
  return { search, state };
}

describe("what nothing judged", () => {
  it("teaches AB-MCTS nothing where there is a verifier, whichever judgement failed", () => {
    const options = { ...parseOptions(abMcts, { expansions: 6, maxSteps: 1 }) };
    const rewardsOf = (scores: readonly (number | null)[], judged: boolean) => {
      let made = 0;
      const walk = abMctsWalk(options, judged);
      const { state } = grown<AbMctsState>(walk, () => {
        const score = scores[made] ?? null;
        return [{ text: `t${made}`, terminal: true, answer: `a${made++}`, score }];
      });
      return (state as { own: AbMctsState }).own.gen[0];
    };
    expect(rewardsOf([null, 0.9, 0.9, null, null, null], true)).toMatchObject({ n: 2, mean: 0.9 });
    expect(rewardsOf([0.9, null, 0.9, null, null, null], true)).toMatchObject({ n: 2, mean: 0.9 });
    expect(rewardsOf([null, null, null, null, null, null], false)?.n).toBe(6);
  });

  it("is worth nothing in MCTS where it ended without an answer and others have one", () => {
    let made = 0;
    const walk = mctsWalk({
      ...{ simulations: 40, maxSteps: 8, leaves: 1, virtualLoss: 1, selection: "uct", explore: exploring(Math.SQRT2) },
      ...{ firstPlay: "first", prior: "likelihood", rootNoise: 0, branching: () => 2, widest: 0, backup: "mean" },
      evaluation: { by: "rollout", count: 1, steps: 99, temperature: 0, value: (_own, ahead) => ahead },
    } as Parameters<typeof mctsWalk>[0]);
    // Beginnings with A are always completed to 5; those with B, which are likelier, to no answer.
    const { search, state } = grown(walk, ({ kind, trajectory }) => {
      const side = trajectory.text.slice(0, 1);
      if (kind === "rollout") return [{ text: "so", terminal: true, answer: side === "A" ? "5" : null }];
      return (side === "" ? ["A", "B"] : [side + made++, side + made++]).map((text) => ({
        ...{ text, terminal: false, answer: null, logprob: text.startsWith("A") ? -0.4 : -0.1 },
      }));
    });
    const [a, b] = [search.statistics(state, 1), search.statistics(state, 2)];
    expect(a.value ?? 0).toBeGreaterThan(0.8);
    expect(b.value ?? 1).toBeLessThan(0.3);
    expect(a.visits).toBeGreaterThan(b.visits);
  });
});
