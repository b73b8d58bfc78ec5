import { fileURLToPath } from "node:url";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import type { Needs, OutcomeVerifier, ProcessVerifier } from "../../src/core/verifier.ts";
import { alternativesRead, confidenceOf } from "../../src/learned/confidence.ts";
import { judgeBy, type LearnedVerifier, loadLearned } from "../../src/learned/model.ts";
import { fileOf } from "../../src/policy/local/id.ts";
import { ownStates } from "./own-states.ts";
import { ownLogprobs } from "./own-words.ts";
import { stepTexts } from "./steps.ts";

const embeddings = ({ features }: LearnedVerifier, texts: readonly string[], run: Run) =>
  features.embedding === null ? Promise.resolve([]) : run.embed(texts);

/**
 * What the log-probabilities say: those of the sample, those that were kept, or those that the policy reads in the
 * text.
 */
async function confidence({ features }: LearnedVerifier, candidate: Candidate, run: Run) {
  if (features.logprobs.length === 0) return undefined;
  const known = confidenceOf(candidate);
  if (known !== undefined) return known;
  const logprobs = await ownLogprobs(run, candidate, alternativesRead);
  return logprobs === undefined ? undefined : confidenceOf({ logprobs });
}

/**
 * The states of each step, where it was trained on states of this policy. Nobody else's mean the same: then they are
 * not there, and the verifier says so.
 */
async function statesOf({ features }: LearnedVerifier, trajectory: Trajectory, run: Run) {
  if (features.states === null || fileOf(features.states.policy) !== fileOf(run.policy.id)) return null;
  return await ownStates(run, trajectory);
}

/** A verifier that came with this package: read when it is first asked for, once. */
export function shipped(name: string): () => LearnedVerifier {
  let learned: LearnedVerifier | undefined;
  return () => {
    learned ??= loadLearned(fileURLToPath(new URL(`../learned/${name}.json`, import.meta.url)));
    return learned;
  };
}

/** What a learned verifier reads beside the text. */
export function learnedNeeds({ features: { logprobs, embedding, states } }: LearnedVerifier): Needs {
  return {
    logprobs: logprobs.length > 0 ? alternativesRead : undefined,
    embeddings: embedding !== null,
    states: states !== null,
  };
}

/** Judges whole solutions by what was learned from the outcomes of others. */
export const learnedOutcome = (learned: LearnedVerifier): OutcomeVerifier => ({
  score: async (question, candidates, run) => {
    const vectors = await embeddings(
      learned,
      candidates.map(({ text }) => `${question.text}\n\n${text}`),
      run,
    );
    const confidences = await Promise.all(candidates.map((candidate) => confidence(learned, candidate, run)));
    const states = await Promise.all(
      candidates.map(({ judged, trajectory }) => statesOf(learned, judged ?? trajectory, run)),
    );
    return candidates.map((candidate, i) =>
      judgeBy(learned, {
        question: question.text,
        steps: stepTexts(candidate.judged ?? candidate.trajectory),
        answer: candidate.answer?.text ?? null,
        confidence: confidences[i] ?? null,
        embedding: vectors[i],
        states: states[i]?.flat(),
      }),
    );
  },
});

/** Judges every beginning of a solution: how likely it is to end right. */
export const learnedProcess = (learned: LearnedVerifier): ProcessVerifier => ({
  scoreSteps: (question, trajectories, run) =>
    Promise.all(
      trajectories.map(async (trajectory) => {
        const steps = stepTexts(trajectory);
        const before = steps.map((_, t) => steps.slice(0, t + 1));
        const vectors = await embeddings(
          learned,
          before.map((part) => `${question.text}\n\n${part.join("")}`),
          run,
        );
        const states = await statesOf(learned, trajectory, run);
        return before.map((part, t) =>
          judgeBy(learned, {
            question: question.text,
            steps: part,
            answer: t === steps.length - 1 && trajectory.terminal ? (run.extract(part.join(""))?.text ?? null) : null,
            embedding: vectors[t],
            states: states?.slice(0, t + 1).flat(),
          }),
        );
      }),
    ),
});
