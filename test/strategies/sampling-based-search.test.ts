import { describe, expect, it } from "vitest";
import { solve } from "../../src/engine/solve.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { samplingBasedSearch } from "../../strategies/sampling/sampling-based-search.ts";
import { wordProblems } from "../contract/setting.ts";
import { play } from "./playing.ts";

const box = (answer: number) => `So it is \\boxed{${answer}}.`;
const verdicts = (said: string) => [...said].map((letter) => (letter === "+" ? "Checked.\nYes" : "Checked.\nNo"));

describe("sampling-based-search", () => {
  it("takes the solution that most of its verifications find correct, whatever the majority says", async () => {
    const script = [...[1, 1, 7].map(box), ...verdicts("+--"), ...verdicts("---"), ...verdicts("++-")];
    const played = await play(samplingBasedSearch, { n: 3, verifications: 3 }, script);
    expect(played.calls.map((call) => call.split(":")[0])).toEqual(["solve ×3", "verify ×3", "verify ×3", "verify ×3"]);
    expect(played.solution).toMatchObject({ answer: "7", pick: { index: 2, support: 2 / 3, tied: false } });
  });

  it("compares finalists of different answers in both orders, and takes the one that wins most pairs", async () => {
    const script = [...[1, 2, 3].map(box), ...verdicts("++"), ...verdicts("++"), ...verdicts("++")];
    // 1 against 2, 1 against 3, 2 against 3; two comparisons each, the second with the places exchanged.
    const letters = ["B", "A", "B", "A", "A", "B"];
    const played = await play(samplingBasedSearch, { n: 3, verifications: 2, ties: 2 }, [...script, ...letters]);
    expect(played.calls.slice(-6)).toEqual(Array.from({ length: 6 }, () => expect.stringContaining("compare ×1")));
    expect(played.solution).toMatchObject({
      answer: "2",
      pick: { reason: "found correct by 100 % of its verifications, won most of 3 pairs compared" },
    });
  });

  it("compares none that scores more than the margin below the best, none beyond the finalists, none that agree", async () => {
    const low = [...[1, 2].map(box), ...verdicts("++"), ...verdicts("+-")];
    expect((await play(samplingBasedSearch, { n: 2, verifications: 2 }, low)).solution.answer).toBe("1");
    const many = [...[1, 1, 2].map(box), ...verdicts("+"), ...verdicts("+"), ...verdicts("+")];
    const played = await play(samplingBasedSearch, { n: 3, verifications: 1, finalists: 2 }, many);
    expect(played.solution.answer).toBe("1");
    expect(played.left).toBe(0);
  });

  it("breaks a tie of pairs by the score, then by the votes", async () => {
    const script = [...[1, 2, 2].map(box), ...verdicts("+"), ...verdicts("+"), ...verdicts("+")];
    const even = ["A", "A", "A", "A"]; // always the first shown
    const played = await play(samplingBasedSearch, { n: 3, verifications: 1, ties: 2 }, [...script, ...even]);
    expect(played.solution.answer).toBe("2");
    expect(played.left).toBe(0);
  });

  it("leaves out verifications that cannot be read, and keeps the vote where none can", async () => {
    const some = [...[1, 2].map(box), "Hm.", "Hm.", "Hm.", "Yes"];
    expect((await play(samplingBasedSearch, { n: 2, verifications: 2 }, some)).solution.answer).toBe("2");
    const none = [...[1, 2, 2].map(box), "Hm.", "Hm.", "Hm."];
    expect((await play(samplingBasedSearch, { n: 3, verifications: 1 }, none)).solution.answer).toBe("2");
  });

  it("verifies nothing where all agree, and keeps the vote where the budget has no room", async () => {
    expect((await play(samplingBasedSearch, { n: 3 }, [1, 1, 1].map(box))).requests).toHaveLength(1);
    const played = await play(samplingBasedSearch, { n: 3 }, [1, 2, 2].map(box), { budget: { calls: 3 } });
    expect(played.solution.answer).toBe("2");
  });

  it("finds every right answer there is when its judge never errs", async () => {
    const policy = simulatedPolicy({ stepError: 0.4, judgeAuc: 1 });
    const problems = await wordProblems(60, { seed: "scrutiny" });
    for (const problem of problems) {
      const { candidates, answer } = await solve(problem.question, {
        ...{ strategy: samplingBasedSearch, options: { n: 5 }, policy },
      });
      const right = problem.reference.answer;
      if (candidates.some((candidate) => candidate.answer?.text === right)) expect(answer).toBe(right);
    }
  });
});
