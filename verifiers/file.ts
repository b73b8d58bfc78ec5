import { z } from "zod";
import { InvalidOptionError } from "../src/core/errors.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { type LearnedVerifier, loadLearned } from "../src/learned/model.ts";
import { learnedNeeds, learnedOutcome, learnedProcess } from "./support/learned.ts";

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
  needs: ({ path }) => learnedNeeds(read(path)),
  outcome: ({ path }) => learnedOutcome(load(path, "outcome")),
  process: ({ path }) => learnedProcess(load(path, "process")),
});
