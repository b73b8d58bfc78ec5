import { describe, expect, it } from "vitest";
import type { Policy } from "../../../src/core/policy.ts";
import { parseOptions } from "../../../src/core/strategy.ts";
import { solve } from "../../../src/engine/solve.ts";
import { simulatedPolicy } from "../../../src/policy/simulated/index.ts";
import { rounds } from "../../../src/search/rounds.ts";
import { rewardGuided, rewardGuidedWalk } from "../../../strategies/search/reward-guided.ts";
import { oracles, wordProblems } from "../../contract/setting.ts";
import { play, recorded, reportsAgreement, type World } from "./world.ts";

interface Case {
  readonly world: World;
  readonly threshold: number;
  readonly text: string;
  /** Steps that the target model wrote. */
  readonly replaced: readonly number[];
}

describe("reward-guided speculative decoding beside BaohaoLiao/RSD, 933d8e5", () => {
  it("replaces the same drafts and writes the same solution", () => {
    const cases = recorded<Case>("reward-guided");
    const share = reportsAgreement("reward-guided", cases, ({ world, text, replaced, threshold }) => {
      const search = rounds(rewardGuidedWalk(parseOptions(rewardGuided, { threshold })));
      const { rounds: grown, state } = play(search, world);
      const texts = grown.map((round) => (round === ".1" ? "" : round.slice(0, -1)));
      // A text that grows twice in a row had a draft that was rejected.
      const again = texts.flatMap((each, i) => (each === texts[i - 1] ? [each.length] : []));
      const written = state.tree.trajectoryOf(state.own.chains[0]?.at ?? 0).text;
      return written === text && JSON.stringify(again) === JSON.stringify(replaced);
    });
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(
      cases.filter(({ text, replaced }) => replaced.length > 0 && replaced.length < text.length).length,
    ).toBeGreaterThan(100);
    expect(share).toBe(1);
  });
});

describe("with two models", () => {
  const counting = (policy: Policy): Policy & { calls: number } => ({
    ...policy,
    calls: 0,
    async sample(request, options) {
      this.calls++;
      return await policy.sample(request, options);
    },
  });

  it("the policy writes only what the draft model got wrong", async () => {
    const policy = counting(simulatedPolicy({ stepError: 0 }));
    const draft = counting(simulatedPolicy({ stepError: 0.3 }));
    const problems = await wordProblems(20, { seed: "reward-guided" });
    for (const { question, reference } of problems) {
      const setup = {
        strategy: rewardGuided,
        policy,
        models: { draft },
        verifiers: oracles("process"),
        maxTokens: 256,
      };
      expect((await solve(question, setup)).answer).toBe(reference.answer);
    }
    expect(policy.calls).toBeGreaterThan(10);
    expect(policy.calls).toBeLessThan(draft.calls / 2);
  });
});
