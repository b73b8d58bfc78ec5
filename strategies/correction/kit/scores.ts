import type { Candidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import { cannotTell, nothingFound, type Signal } from "./finding.ts";

/** Names the step that a process verifier trusts least, if it trusts one less than even, so that feedback looks there first. */
export async function suspectedStep(run: Run, draft: Candidate): Promise<string> {
  if (!run.verifiers.process) return "";
  const [scores = []] = await run.scoreSteps([draft.trajectory]);
  const judged = scores.flatMap(({ value }, index) => (value === null ? [] : [{ value, index }]));
  const worst = judged.reduce((low, score) => (score.value < low.value ? score : low), { value: 0.5, index: -1 });
  const step = draft.trajectory.steps[worst.index];
  return step === undefined ? "" : `\n\nA checker finds this step the most doubtful:\n${step.text.trim()}`;
}

/** The outcome score: below `threshold` the attempt is wrong. Not judged: cannot tell. */
export const outcomeScore =
  (threshold: number): Signal =>
  async (run, { candidate }) => {
    const [score] = await run.score([candidate]);
    const value = score?.value ?? null;
    if (value === null) return cannotTell;
    if (value >= threshold) return nothingFound;
    return { wrong: true, said: `A verifier judged this solution wrong (${value.toFixed(2)} of 1).`, step: null };
  };

/**
 * The first step that scores below `threshold` (the protocol of ProcessBench for reward models, Zheng et al. 2024, arXiv:2412.06559, section 4), settled
 * steps passed over. Steps that were not judged are no errors; where none was judged, it cannot tell.
 */
export const firstBadStep =
  (threshold: number): Signal =>
  async (run, { candidate, settled }) => {
    const [scores = []] = await run.scoreSteps([candidate.trajectory]);
    if (scores.every(({ value }) => value === null)) return cannotTell;
    const step = scores.findIndex(({ value }, t) => t >= settled && value !== null && value < threshold);
    if (step < 0) return nothingFound;
    const value = scores[step]?.value ?? 0;
    const begins = opening(candidate.trajectory.steps[step]?.text ?? "");
    const said = `A verifier found that step ${step + 1} is wrong (${value.toFixed(2)} of 1), the one that begins "${begins}".`;
    return { wrong: true, said, step };
  };

/** The first words of a step, without an answer: enough to find it by where steps carry no numbers. */
const opening = (text: string): string => {
  const line = (text.trim().split(/\n|\\boxed/)[0] ?? "").trimEnd();
  return line.length <= 40 ? line : `${line.slice(0, 40).trimEnd()} …`;
};
