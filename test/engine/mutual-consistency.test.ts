import { describe, expect, it } from "vitest";
import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions, solutionMessages } from "../../src/engine/sampling.ts";
import { solve } from "../../src/engine/solve.ts";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { beginnings, mutualConsistency } from "../../strategies/search/rstar/mutual-consistency.ts";

const text = (value: number, extra = "") => `Let us see what there is to add up here${extra}, then. \\boxed{${value}}`;

/** Samples, then picks by mutual consistency, with a second model of its own. */
async function pickAmong(samples: readonly string[], completions: readonly string[], calls?: number, most = 32) {
  const discriminator = scriptedPolicy(completions, { id: "second" });
  const strategy = defineStrategy({
    ...{
      name: "probe",
      summary: "samples",
      family: "sampling",
      how: "It yields what the test gives it.",
      costNote: "none.",
      departures: [],
      rewards: { outcome: "", process: "", none: "" },
    },
    options: z.strictObject({}),
    candidates: (run) => sampleSolutions(run, { n: samples.length, temperature: 1 }),
    select: () =>
      mutualConsistency({
        messages: (run) => solutionMessages(run.question),
        prefixes: 2,
        discriminator: "discriminator",
        most,
        interim: majority(),
      }),
    cost: () => ({ calls: 99 }),
  });
  const solution = await solve("q", {
    ...{ strategy, policy: scriptedPolicy(samples), models: { discriminator } },
    ...(calls === undefined ? {} : { budget: { calls } }),
  });
  return { solution, requests: discriminator.requests };
}

describe("mutual consistency", () => {
  it("shows the second model beginnings of 20 to 50 % of a solution's words, cut after whole words", () => {
    const words = Array.from({ length: 21 }, (_, i) => `w${i}`).join(" ");
    expect(beginnings(words, 4).map((beginning) => beginning.trim().split(" ").length)).toEqual([5, 7, 9, 11]);
    expect(beginnings(words, 4).every((beginning) => words.startsWith(beginning))).toBe(true);
    expect(beginnings("one", 4)).toEqual(["one", "one", "one", "one"]);
  });

  it("tries the answers with the most votes first, however they are written", async () => {
    const saying = (answer: string, extra: string) =>
      `Let us see what there is to add up here${extra}. \\boxed{${answer}}`;
    const samples = [saying("0.5", ""), saying("1/2", " a"), saying("1/2", " b"), saying("7", ""), saying("7", " a")];
    const { requests } = await pickAmong(samples, Array(6).fill("\\boxed{7}"), undefined, 3);
    expect(requests).toHaveLength(6);
    expect(requests.filter(({ prefix }) => prefix?.startsWith("Let us see"))).toHaveLength(6);
    const { solution } = await pickAmong(samples, Array(6).fill("\\boxed{1/2}"), undefined, 3);
    expect(solution.reason).toContain("3 of 3 solutions with this answer survive");
  });

  it("lets the answer win that survives, though fewer samples have it", async () => {
    const { solution, requests } = await pickAmong(
      [text(7), text(7, " first"), text(5, " too")],
      // Two completions each, of the two solutions with 7, then of the one with 5.
      ["\\boxed{1}", "\\boxed{2}", "\\boxed{1}", "\\boxed{2}", "\\boxed{5}", "\\boxed{5}"],
    );
    expect(requests).toHaveLength(6);
    expect(solution.answer).toBe("5");
    expect(solution.reason).toBe("1 of 1 solutions with this answer survive completion by a second model");
    expect(requests.every(({ temperature, purpose }) => temperature === 1 && purpose === "discriminate")).toBe(true);
  });

  it("keeps the first pick when nothing survives, and asks nothing when all agree", async () => {
    const none = await pickAmong(
      [text(7), text(7, " first"), text(5)],
      Array.from({ length: 6 }, () => "\\boxed{0}"),
    );
    expect(none.solution).toMatchObject({ answer: "7", reason: "2 of 3 samples agree" });
    const sure = await pickAmong([text(7), text(7, " first")], []);
    expect(sure.solution.answer).toBe("7");
    expect(sure.requests).toHaveLength(0);
  });

  it("keeps the first pick when the budget has no room for the second model", async () => {
    const { solution } = await pickAmong(
      [text(7), text(7, " first"), text(5)],
      Array.from({ length: 6 }, () => "x"),
      4,
    );
    expect(solution.answer).toBe("7");
  });
});
