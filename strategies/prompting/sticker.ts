import { z } from "zod";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { best, majority } from "../../src/engine/picking/selections.ts";
import { repeated } from "./kit/runs.ts";
import { FALLBACK_STAGE, type SiftOptions, siftCalls, siftRun } from "./sticker/sift.ts";

const options = z.strictObject({
  compare: z
    .enum(["sticker", "question"])
    .default("sticker")
    .describe("what the answer from question and sticker must agree with: that from the sticker, or from the question"),
  stages: z.int().min(1).max(3).default(3).describe("1 extract, 2 and refine forward, 3 and refine inversely"),
  vote: z
    .enum(["runs", "predictions", "stickers"])
    .default("runs")
    .describe("what is sampled n times: whole runs, predictions from one sticker, or stickers"),
  n: z.int().min(1).default(1).describe("how often; 1 is a single greedy run"),
  temperature: z.number().min(0).optional().describe("default 0 for n: 1, else 0.6"),
  topP: z.number().gt(0).max(1).optional().describe("default 0.9 where n is above 1"),
});

/** How one of the runs goes, and how many there are. */
function plan(given: z.output<typeof options>): { readonly runs: number; readonly sift: SiftOptions } {
  const { n, vote, compare, stages } = given;
  const topP = given.topP ?? (n > 1 ? 0.9 : undefined);
  const sift = {
    compare,
    stages,
    stickers: vote === "stickers" ? n : 1,
    predictions: vote === "predictions" ? n : 1,
    temperature: given.temperature ?? (n > 1 ? 0.6 : 0),
    ...(topP === undefined ? {} : { topP }),
  };
  return { runs: vote === "runs" ? n : 1, sift };
}

/**
 * Sticker (SIFT: Zeng et al. 2025, arXiv:2502.14922): the facts of the question are written down, and the answer with question and facts must agree with
 * the answer from the facts alone; until it does the facts are refined against the question, then rebuilt from the solution ({@link siftRun}).
 *
 * Cost of a run: 3 calls to the end of stage 1, 6 of stage 2, 10 of stage 3, one more for the plain answer where nothing agreed. The paper's abstract
 * compares with the plain answer (`compare: question`, which is then drawn once), its algorithm with the sticker's. Voting forms are its section on
 * self-consistency: 10 samples at temperature 0.6, top-p 0.9. Notes tell the stage in which each run settled.
 */
export const sticker = defineStrategy({
  name: "sticker",
  summary: "writes down the facts of the question and answers until both readings agree",
  paper: "Zeng et al. 2025, arXiv:2502.14922, algorithm 1",
  rewards: {
    outcome: "picks among the predictions of all stages, instead of the agreed ones",
    process: "picks among them by the aggregated step scores",
    none: "the predictions in which the runs ended vote",
  },
  options,
  candidates: (run, given) => {
    const { runs, sift } = plan(given);
    return repeated(run, runs, (index) => siftRun({ run, options: sift, index }));
  },
  select: () => settledVote(),
  cost: (given) => {
    const { runs, sift } = plan(given);
    const calls = runs * siftCalls(sift);
    return { calls, scored: calls };
  },
});

/** The highest score where there is a verifier; else a vote of what the runs settled on; of all predictions while no run has an answer. */
function settledVote(): Selection {
  return {
    name: "settled-vote",
    usesScores: true,
    pick: async (candidates, run) => {
      if (run.verifiers.outcome || run.verifiers.process) return await best().pick(candidates, run);
      const settled = candidates.filter(({ answer, notes }) => notes?.settled === true && answer !== null);
      if (settled.length === 0) return await majority().pick(candidates, run);
      const pick = await majority().pick(settled, run);
      return pick === null ? null : { ...pick, reason: reasonOf(settled, pick.reason) };
    },
  };
}

/** What a single run ended with, or how many runs agree. */
function reasonOf(settled: readonly ScoredCandidate[], vote: string): string {
  const [only, ...others] = settled;
  if (only === undefined || others.length > 0) return vote.replace("samples", "runs");
  const { stage, source } = only.notes ?? {};
  return stage === FALLBACK_STAGE ? "no stage agreed: the plain answer stands" : `stage ${stage} agrees (${source})`;
}
