import { z } from "zod";
import type { Candidate } from "../src/core/candidate.ts";
import { Random } from "../src/core/random.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { solutionMessages } from "../src/engine/sampling.ts";
import { agreeingShare } from "./support/agreeing.ts";
import { stepTexts } from "./support/steps.ts";

const optionsSchema = z
  .strictObject({
    n: z.int().min(1).default(1).describe("completions by the second model"),
    from: z.number().min(0).max(1).default(0.2).describe("least share of the steps that it is shown"),
    to: z.number().min(0).max(1).default(0.8).describe("largest share"),
    temperature: z.number().min(0).default(0.1),
    model: roleOption("discriminator", "part of the model that completes"),
  })
  .refine(({ from, to }) => from <= to, { path: ["from"], message: "must not be above `to`" });
type Options = z.output<typeof optionsSchema>;

async function agreementOf(run: Run, candidate: Candidate, options: Options): Promise<Score> {
  const { n, temperature, model } = options;
  if (candidate.answer === null) return { value: null, reason: "no answer to compare" };
  const steps = stepTexts(candidate.judged ?? candidate.trajectory);
  const share = options.from + (options.to - options.from) * new Random(`mutual/${candidate.text}`).uniform();
  const shown = Math.min(steps.length - 1, Math.floor(share * steps.length));
  const samples = await run.sample({
    messages: solutionMessages(run.question),
    prefix: steps.slice(0, shown).join(""),
    n,
    from: 0,
    temperature,
    purpose: "discriminate",
    branch: "mutual-consistency",
    model,
  });
  return agreeingShare(run, candidate.answer, {
    answers: samples.map(({ text }) => run.extract(text)),
    none: "no completion gave an answer",
    what: `completions from step ${shown + 1} of ${steps.length} reach the same answer`,
  });
}

/**
 * A second model is shown the beginning of a solution and finishes it: does it reach the same answer? (rStar, Qi et al.
 * 2024, arXiv:2408.06195, section 3.3.) How much is shown, a share of the steps in [from, to], is drawn from the
 * candidate's own text, so that asking again gives the same score.
 *
 * Cost: `n` calls per candidate. A solution of one step is solved again. Null for a candidate without an answer, or
 * when no completion gives one.
 */
export const mutualConsistency = defineVerifier({
  name: "mutual-consistency",
  summary: "a second model finishes the solution from its beginning: is the answer the same?",
  paper: "Qi et al. 2024, arXiv:2408.06195",
  options: optionsSchema,
  outcome: (options) => ({
    score: (_question, candidates, run) =>
      Promise.all(candidates.map((candidate) => agreementOf(run, candidate, options))),
  }),
});
