import { z } from "zod";
import type { Sample } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { aggregate } from "../../src/core/score.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { Trajectory } from "../../src/core/trajectory.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import {
  chosenExemplars,
  exemplarOptions,
  paragraphs,
  sampleSolutions,
  solutionCandidate,
  solutionMessages,
} from "../../src/engine/sampling.ts";

/**
 * Early drop: self-consistency that stops writing solutions which have gone wrong (goal-conditioned early drop: Nath
 * et al. 2024, arXiv:2407.13887).
 */
export const earlyDrop = defineStrategy({
  name: "early-drop",
  summary: "vote, with bad solutions aborted while they are being written",
  paper: "Nath et al. 2024, arXiv:2407.13887",
  family: "sampling",
  how:
    "Early drop: self-consistency that stops writing solutions which have gone wrong (goal-conditioned early drop: " +
    "Nath et al. 2024, arXiv:2407.13887). While `n` solutions are streamed each is judged at the end of every " +
    "paragraph; one whose value is below `threshold` is aborted there, and the survivors vote. When none survives all " +
    "are written to their ends and vote, as in the paper." +
    "\n\n" +
    "The survivors are byte for byte what they would have been without dropping, wherever a sample depends on its own " +
    "seed alone (local models, the simulated policy).",
  costNote:
    "`n` calls, which end early where dropped; `2n` where none survives. Every paragraph of every sample is judged " +
    "once.",
  departures: [
    "The paper's value is the cosine between a goal vector and the reward model's hidden state at every token; ours " +
      "is the aggregated step score of any process verifier, at paragraph ends, and where there are scores they weigh " +
      "the votes.",
    "`skip` replaces its 5 ignored tokens.",
  ],
  rewards: {
    outcome: "weighs the votes of the survivors; it drops nothing, as a beginning has no outcome",
    process:
      "drops a solution when its aggregated step scores fall below the threshold, and weighs the votes of the others",
    none: "nothing is dropped: the vote of all samples",
  },
  options: z.strictObject({
    n: z.int().min(1).default(16).describe("independent samples"),
    threshold: z.number().min(0).max(1).default(0.3).describe("value below which a solution is dropped"),
    skip: z.int().min(0).default(0).describe("paragraphs at the beginning that are not judged"),
    temperature: z.number().min(0).default(0.7),
    ...exemplarOptions,
  }),
  async *candidates(run, { n, temperature, exemplars, shots, choose, ...dropping }) {
    const shown = { exemplars, shots, choose };
    if (!run.verifiers.process) {
      yield* sampleSolutions(run, { n, temperature, shown });
      return;
    }
    const spec = { messages: solutionMessages(run.question, chosenExemplars(shown)), temperature, purpose: "solve" };
    const keep = (text: string) => goesOn(run, text, dropping);
    let survivors = 0;
    for (let done = 0; done < n; ) {
      const samples = await run.sample({ ...spec, n: run.batch(n - done), from: done, keep });
      done += samples.length;
      survivors += samples.filter(({ dropped }) => dropped !== true).length;
      yield samples.map((sample) => candidateOf(run, sample));
    }
    if (survivors > 0) return;
    run.emit({ type: "note", message: `none of ${n} solutions was worth finishing: all are finished and vote` });
    const samples = await run.sample({ ...spec, n, from: 0 });
    yield samples.map((sample) => solutionCandidate(run, sample));
  },
  select: () => weighted(),
  cost: ({ n }) => ({ calls: 2 * n }),
});

interface Dropping {
  readonly threshold: number;
  readonly skip: number;
}

/** Should a solution that begins like this go on? One that could not be judged does. */
async function goesOn(run: Run, text: string, { threshold, skip }: Dropping): Promise<boolean> {
  const begun = Trajectory.of(paragraphs({ text, completionTokens: 0 }));
  if (begun.depth <= skip) return true;
  const [scores = []] = await run.scoreSteps([begun]);
  const { value } = aggregate(scores, run.verifiers.aggregation);
  return value === null || value >= threshold;
}

/** A dropped beginning never votes: it is not complete, and what stands in it is no answer. */
const candidateOf = (run: Run, sample: Sample) =>
  sample.dropped === true
    ? { ...solutionCandidate(run, sample), answer: null, complete: false, notes: { dropped: true } }
    : solutionCandidate(run, sample);
