import { z } from "zod";
import { AnswerClasses } from "../src/core/answer-classes.ts";
import { givenRoleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import type { Trajectory } from "../src/core/trajectory.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { solutionMessages } from "../src/engine/sampling.ts";
import {
  firstErrorByRollouts,
  prefixes,
  type RolloutOptions,
  rolloutValue as valueOfPrefix,
} from "../src/learned/rollouts.ts";

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(8).describe("completions per prefix"),
  estimate: z.enum(["soft", "hard"]).default("soft").describe("soft: share that reaches the target; hard: does any?"),
  search: z
    .enum(["every", "binary"])
    .default("every")
    .describe("every prefix, or binary search for the first from which none reaches it"),
  forced: z
    .boolean()
    .default(false)
    .describe("ask for the answer at once after each prefix (MRT), in place of the rest of the solution"),
  votes: z.int().min(1).default(8).describe("independent solutions whose majority is the target"),
  temperature: z.number().min(0).default(0.8),
  model: givenRoleOption("part of the model that completes; default: the policy"),
});
type Options = z.output<typeof optionsSchema>;

/** The majority answer of independent solutions, ties to the earliest; null when none gives one. */
async function target(run: Run, { votes, temperature }: Options): Promise<string | null> {
  const samples = await run.sample({
    messages: solutionMessages(run.question),
    n: votes,
    from: 0,
    temperature,
    purpose: "solve",
    branch: "rollout-target",
  });
  const { classes, mostVotes } = AnswerClasses.of(
    run,
    samples.map(({ text }) => ({ answer: run.extract(text) })),
  );
  return classes.find(({ members }) => members.length === mostVotes)?.answer ?? null;
}

async function stepsOf(run: Run, path: Trajectory, options: Options, rollout: RolloutOptions): Promise<Score[]> {
  const { estimate, search } = options;
  if (search === "every") {
    const values = await Promise.all(prefixes(path).map((prefix) => valueOfPrefix(run, prefix, rollout)));
    return values.map((found) => ({
      value: found[estimate],
      reason:
        found.completions === 0
          ? "the end: its own answer is compared"
          : `${Math.round(found.soft * found.completions)} of ${found.completions} completions reach the target`,
    }));
  }
  const { step, rounds } = await firstErrorByRollouts(run, path, rollout);
  const reason = `${step === null ? "no error found" : `first error at step ${step + 1}`} in ${rounds} rounds`;
  return path.steps.map((_, t) => ({ value: step === null || t < step ? 1 : 0, reason }));
}

/**
 * The value of a prefix is the share of completions from it that reach the target (Math-Shepherd, Wang et al. 2023,
 * arXiv:2312.08935), or, with `binary`, the first step is sought from which none does (OmegaPRM, Luo et al. 2024,
 * arXiv:2406.06592). A verifier sees no reference, so the target is the majority answer of `votes` independent
 * solutions; labels against a reference are made by the training command, which holds the graded outcomes.
 *
 * Cost: `votes` calls per question, and per trajectory `n` calls for each prefix (each round). A whole solution's last
 * step is compared without a call. Null where no independent solution gives an answer.
 */
export const rolloutValue = defineVerifier({
  name: "rollout-value",
  summary: "share of completions from each prefix that reach the majority answer",
  paper: "Wang et al. 2023, arXiv:2312.08935; Luo et al. 2024, arXiv:2406.06592",
  options: optionsSchema,
  process: (options) => ({
    scoreSteps: async (_question, trajectories, run) => {
      const wanted = await target(run, options);
      if (wanted === null) {
        const none: Score = { value: null, reason: "no independent solution gave an answer" };
        return trajectories.map(({ steps }) => steps.map(() => none));
      }
      const isRight = (answer: string | null) => {
        const [a, b] = run.classes([wanted, answer]);
        return a === b;
      };
      const { n, temperature, model, forced } = options;
      const rollout = { n, temperature, isRight, model, forced };
      return await Promise.all(trajectories.map((path) => stepsOf(run, path, options, rollout)));
    },
  }),
});
