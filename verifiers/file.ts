import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import { InvalidOptionError } from "../src/core/errors.ts";
import type { Run } from "../src/core/run.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { alternativesRead, confidenceOf } from "../src/learned/confidence.ts";
import { judgeBy, type LearnedVerifier, loadLearned } from "../src/learned/model.ts";
import { ownStates } from "./support/own-states.ts";
import { ownLogprobs } from "./support/own-words.ts";
import { stepTexts } from "./support/steps.ts";

/** Files are read once: a verifier is made for every problem. */
const loaded = new Map<string, LearnedVerifier>();

function read(path: string): LearnedVerifier {
  const learned = loaded.get(path) ?? loadLearned(path);
  loaded.set(path, learned);
  return learned;
}

function load(path: string, kind: LearnedVerifier["kind"]): LearnedVerifier {
  const learned = read(path);
  if (learned.kind === kind) return learned;
  throw new InvalidOptionError(
    'file: "path"',
    `must be a verifier of kind ${kind}, ${path} is one of kind ${learned.kind}.`,
  );
}

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
  if (features.states === null || features.states.policy !== run.policy.id) return null;
  return await ownStates(run, trajectory);
}

/**
 * A verifier that `ruminate verifier train` learned from finished runs: a logistic model or boosted trees over features
 * of the text, of the policy's log-probabilities, of its embeddings and of its hidden states, as far as it was trained
 * on them (the outcome verifier of Cobbe et al. 2021, arXiv:2110.14168, and the step verifier of Wang et al. 2023,
 * arXiv:2312.08935, in small). Written `file:my.orm`.
 *
 * Cost: none for what the policy sampled itself, but for embeddings where it reads them; one call that reads a text
 * which comes without log-probabilities or states, where the policy can. Where a candidate has no log-probabilities,
 * and it was trained on them, usual ones stand in and the reason says so; without states of the policy that it was
 * trained on there is no score.
 */
export const file = defineVerifier({
  name: "file",
  summary: "a verifier learned by `ruminate verifier train`, from its file (file:my.orm)",
  paper: "Cobbe et al. 2021, arXiv:2110.14168",
  argument: "path",
  options: z.strictObject({ path: z.string().min(1).describe("the file that training wrote") }),
  needs: ({ path }) => {
    const { logprobs, embedding, states } = read(path).features;
    return {
      logprobs: logprobs.length > 0 ? alternativesRead : undefined,
      embeddings: embedding !== null,
      states: states !== null,
    };
  },
  outcome: ({ path }) => {
    const learned = load(path, "outcome");
    return {
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
    };
  },
  process: ({ path }) => {
    const learned = load(path, "process");
    return {
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
                answer:
                  t === steps.length - 1 && trajectory.terminal ? (run.extract(part.join(""))?.text ?? null) : null,
                embedding: vectors[t],
                states: states?.slice(0, t + 1).flat(),
              }),
            );
          }),
        ),
    };
  },
});
