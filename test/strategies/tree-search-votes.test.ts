import { describe, expect, it } from "vitest";
import { Random } from "../../src/core/random.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { rounds } from "../../src/search/rounds.ts";
import { mctsWalk } from "../../strategies/search/kit/mcts/simulation.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { readVerdict } from "../../strategies/search/rest-mcts.ts";
import { trySolving, wordProblems } from "../contract/setting.ts";
import { childOf, type Toy } from "../search/driver.ts";
import { mctsRules } from "../search/searches.ts";

describe("what tree searches count", () => {
  it("mcts without a verifier picks what most of its candidates say", async () => {
    const policy = simulatedPolicy({ stepError: 0.25, wrongAnswers: 0.9 });
    for (const problem of await wordProblems(12, { seed: "votes" })) {
      const { answer, candidates } = await trySolving(mcts, problem, policy, {});
      const votes = new Map<string, number>();
      for (const { answer: own } of candidates) {
        if (own !== null) votes.set(own.text, (votes.get(own.text) ?? 0) + 1);
      }
      expect(votes.get(answer ?? "")).toBe(Math.max(...votes.values()));
    }
  });

  it("a finished node without a score has no value of its own", () => {
    const toy: Toy = { branching: 2, depth: 1, score: () => null, answer: () => "42" };
    const search = rounds(mctsWalk(mctsRules({ branching: 2, simulations: 4 })));
    const state = search.start(Trajectory.root());
    for (const expansion of search.ask(state, 9, new Random(0))) {
      const children = ["a", "b"].map((letter) => childOf(toy, expansion.trajectory, letter));
      search.tell(state, expansion, { children });
    }
    expect(search.finished(state).map(({ value }) => value)).toEqual([null, null]);
  });

  it("a finished trajectory that a later round samples again is offered again", () => {
    const toy: Toy = { branching: 2, depth: 1, score: () => null, answer: (text) => text };
    const search = rounds(mctsWalk(mctsRules({ branching: 1, widest: 8, simulations: 40 })));
    const state = search.start(Trajectory.root());
    let drawn = 0;
    for (let round = 0; round < 40; round++) {
      const batch = search.ask(state, 9, new Random(0));
      if (batch.length === 0) break;
      for (const expansion of batch) {
        const children = Array.from({ length: expansion.count }, (_, i) =>
          childOf(toy, expansion.trajectory, (drawn + i) % 5 === 0 ? "a" : "b"),
        );
        drawn += children.length;
        search.tell(state, expansion, { children });
      }
    }
    const offered = search.finished(state).reduce((sum, { copies }) => sum + copies, 0);
    expect(drawn).toBeGreaterThan(2);
    expect(offered).toBe(drawn);
  });

  it("the critic's verdict is read where it is, and what is none is no verdict", () => {
    expect(readVerdict("The value of x is known, so the problem is solved.")).toBe(true);
    expect(readVerdict("A sum is missing: unsolved")).toBe(false);
    expect(readVerdict("Let us check the first step")).toBeNull();
  });
});
