import { z } from "zod";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Solution } from "../../../src/core/solution.ts";
import type { Strategy } from "../../../src/core/strategy.ts";
import { costOfAll, lastStage, type Member, passBudgetOn, ruleOf, runMember } from "../kit/combinators.ts";

/** When a stage's answer is sure enough to stand. */
export interface Confidence {
  /** Support (share of the vote or score) of the pick, in (0, 1]. */
  readonly threshold: number;
  /** Candidates that the stage must have seen. */
  readonly least: number;
}

const isSure = ({ pick, candidates }: Solution, { threshold, least }: Confidence): boolean =>
  pick !== null && pick.support !== null && pick.support >= threshold && candidates.length >= least;

/** Runs the stages in order until one is sure of its answer, or the last one has run. */
export async function* cascadeCandidates(
  run: Run,
  stages: readonly Member[],
  unless: Confidence,
): AsyncGenerator<Candidate> {
  for (const [place, stage] of stages.entries()) {
    const solution = yield* runMember(run, stage, place);
    passBudgetOn(run, solution);
    const sure = place + 1 < stages.length && isSure(solution, unless);
    const support = solution.pick?.support?.toFixed(2) ?? "unknown";
    run.emit({ type: "note", message: `stage ${place + 1}, ${stage.strategy.name}: support ${support}` });
    if (sure) return;
  }
}

/** The answer of the last stage that ran and has one. */
export const cascadeSelection = (stages: readonly Member[]) =>
  lastStage(new Map(stages.map((stage, place) => [place, ruleOf(stage)])));

/**
 * A cascade of strategy values, for use in code: `defineCascade([member(selfConsistency, { n: 4 }), member(mcts)])`. What the registered `cascade` does, with
 * members that need not be registered.
 */
export function defineCascade(
  stages: readonly Member[],
  unless: Confidence = { threshold: 0.9, least: 2 },
): Strategy<Record<string, never>> {
  const names = stages.map(({ strategy }) => strategy.name);
  return {
    name: `cascade(${names.join(", ")})`,
    summary: `${names.join(", then ")}, until one is sure`,
    rewards: {
      outcome: "each stage uses it as it does alone; a score is then what a stage is sure by",
      process: "each stage uses it as it does alone",
      none: "a stage is sure by its share of the vote",
    },
    options: z.strictObject({}) as z.ZodType<Record<string, never>>,
    candidates: (run) => cascadeCandidates(run, stages, unless),
    select: () => cascadeSelection(stages),
    cost: () => costOfAll(stages),
  };
}
