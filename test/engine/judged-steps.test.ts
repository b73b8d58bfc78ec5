import { describe, expect, it } from "vitest";
import { actionNames } from "../../src/core/action.ts";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { solve } from "../../src/engine/solve.ts";
import { generateProblem, simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { mcts } from "../../strategies/search/mcts.ts";
import { tinyPython } from "../fakes/tiny-python.ts";

const { text } = generateProblem("judged", 1, { minSteps: 4, maxSteps: 4 });
const question = { id: "judged", text, kind: "number" } as const;

/** Searches with a verifier of this kind that remembers what it was given. */
async function searched(actions: string, seed: number, kind: "process" | "outcome") {
  const paths: Trajectory[] = [];
  const wholes: Candidate[] = [];
  const process = {
    scoreSteps: async (_: unknown, all: readonly Trajectory[]) => {
      paths.push(...all);
      return all.map(({ steps }) => steps.map((step) => ({ value: step.text.length % 7 === 0 ? 0.3 : 0.8 })));
    },
  };
  const outcome = {
    score: async (_: unknown, all: readonly Candidate[]) => {
      wholes.push(...all);
      return all.map(() => ({ value: 0.5 }));
    },
  };
  const solution = await solve(question, {
    ...{ strategy: mcts, options: { actions, simulations: 10, branching: 4, widening: 6 }, seed },
    policy: simulatedPolicy({ stepError: 0.3, programError: 0.2, planError: 0.2 }),
    verifiers:
      kind === "process"
        ? { process: { name: "seen", verifier: process } }
        : { outcome: { name: "seen", verifier: outcome } },
    sandbox: tinyPython(),
  });
  return { solution, paths, wholes };
}

const spaces = actionNames.flatMap((actions) => [1, 2, 3].map((seed) => ({ actions, seed })));
/** Those whose trajectories hold drafts, a plan or a restated question beside the candidate. */
const apart = spaces.filter(({ actions }) => ["whole-solutions", "plan-steps", "human-actions"].includes(actions));

describe("a process verifier", () => {
  it.each(apart)("judges the candidate's own text, by its paragraphs ($actions, seed $seed)", async (given) => {
    const { solution, paths } = await searched(given.actions, given.seed, "process");
    const judged = new Set(paths.map((path) => path.text));
    const complete = solution.candidates.filter((candidate) => candidate.complete);
    expect(complete.length).toBeGreaterThan(3);
    for (const { text, steps } of complete) {
      expect(judged).toContain(text);
      expect(steps?.length).toBe(text.split(/\n\s*\n\s*/).filter((part) => part !== "").length);
      expect(steps?.every((score) => score !== null)).toBe(true);
    }
    // No judged text goes on from a draft, and none holds the question in other words.
    const drafts = complete.map((candidate) => candidate.text);
    const revised = paths.filter(({ text }) =>
      drafts.some((draft) => text.length > draft.length && text.startsWith(draft)),
    );
    if (given.actions === "whole-solutions") expect(revised).toEqual([]);
    expect(paths.some(({ steps }) => steps.some(({ kind }) => kind === "rephrase"))).toBe(false);
  });

  it("judges revisions as it would judge them alone", async () => {
    const { solution, paths } = await searched("whole-solutions", 1, "process");
    const revision = solution.candidates.find(({ trajectory }) => trajectory.depth > 1);
    expect(revision?.judged?.text).toBe(revision?.text);
    expect(revision?.trajectory.text).not.toBe(revision?.text);
    expect(
      paths.every(({ steps }) =>
        steps.every((step) => step.text.length <= (step.text.match(/[\s\S]*?(?:\n\s*\n\s*|$)/)?.[0].length ?? 0)),
      ),
    ).toBe(true);
  });

  it.each(spaces.filter((space) => !apart.includes(space)))(
    "judges the trajectory where it is the candidate ($actions, seed $seed)",
    async (given) => {
      const { solution } = await searched(given.actions, given.seed, "process");
      expect(solution.candidates.length).toBeGreaterThan(0);
      for (const { judged, trajectory, steps } of solution.candidates) {
        expect(judged).toBeUndefined();
        expect(steps).toHaveLength(trajectory.depth);
      }
    },
  );
});

describe("an outcome verifier", () => {
  it.each(apart)("is given the same steps beside the text ($actions, seed $seed)", async (given) => {
    const { wholes } = await searched(given.actions, given.seed, "outcome");
    expect(wholes.length).toBeGreaterThan(0);
    for (const candidate of wholes.filter(({ judged }) => judged !== undefined)) {
      expect(candidate.judged?.steps.map((step) => step.text).join("")).toBe(candidate.text);
    }
  });
});
