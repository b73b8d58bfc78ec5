import { z } from "zod";
import { meanOf, yesNo } from "../src/answer/verdicts/probabilities.ts";
import { readSteps } from "../src/answer/verdicts/steps.ts";
import type { Message } from "../src/core/policy.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { numberedSteps, stepTexts } from "./support/steps.ts";

/** Theirs, word for word; the trained models box a verdict on each step of their own accord. */
const TRAINED_INSTRUCTION =
  "Review and critique each step in the proposed solution to determine whether each step is correct. If the solution is incomplete, only verify the provided steps.";
const INSTRUCTION =
  "Review and critique each step in the proposed solution to determine whether each step is correct. If the solution is incomplete, only verify the provided steps. After each step write \\boxed{correct} or \\boxed{incorrect}; stop after the first incorrect step.";
const OPENING = "Let's verify step by step:";
const QUESTION = "\nIs the solution correct?";
const RECHECK = "\nLet's verify again:";

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(1).describe("independent chains; their judgements are averaged"),
  rechecks: z.int().min(0).default(0).describe("times that each chain is asked to look again"),
  temperature: z.number().min(0).default(0.4).describe("of the chains when there are several; a single one is greedy"),
  maxTokens: z.int().min(1).default(1024).describe("length limit of one chain"),
  trained: z.boolean().default(false).describe("the model is a ThinkPRM: it is asked in its authors' words"),
  instruction: z.string().min(1).optional().describe("asked after problem and solution, instead of ours or theirs"),
  model: roleOption("judge", "part of the model that is asked"),
});
type Options = z.output<typeof optionsSchema>;

const instructionOf = ({ instruction, trained }: Options): string =>
  instruction ?? (trained ? TRAINED_INSTRUCTION : INSTRUCTION);

function messagesFor(question: string, steps: readonly string[], instruction: string): Message[] {
  const content = `You are given a math problem and a proposed step-by-step solution:\n\n[Math Problem]\n\n${question}\n\n[Solution]\n\n${numberedSteps(steps)}\n\n${instruction}`;
  return [{ role: "user", content }];
}

/** A chain ends before the question that is put to it, at the end of a thought, and before a step that is not there. */
const stopsOf = (steps: number): string[] => [QUESTION.trim(), "</think>", `Step ${steps + 1}:`];

/** The chains, each with its later looks; the last look of a chain judges. */
async function chainsOn(run: Run, steps: readonly string[], options: Options): Promise<string[]> {
  const { n, rechecks, maxTokens, model } = options;
  const messages = messagesFor(run.question.text, steps, instructionOf(options));
  const temperature = n === 1 ? 0 : options.temperature;
  const base = { messages, temperature, maxTokens, stop: stopsOf(steps.length), purpose: "step-judge", model };
  const chains = (await run.sample({ ...base, prefix: OPENING, n, from: 0 })).map(({ text }) => text);
  return await Promise.all(
    chains.map(async (chain, i) => {
      let text = chain;
      for (let look = 0; look < rechecks; look++) {
        const prefix = OPENING + text + RECHECK;
        const [more] = await run.sample({ ...base, prefix, from: 0, branch: `chain ${i}` });
        text += RECHECK + (more?.text ?? "");
      }
      return text;
    }),
  );
}

/** P(yes) to "Is the solution correct?" at the end of a chain. */
async function finalVerdict(run: Run, steps: readonly string[], chain: string, options: Options): Promise<Score> {
  const [sample] = await run.sample({
    messages: messagesFor(run.question.text, steps, instructionOf(options)),
    prefix: OPENING + chain + QUESTION,
    temperature: 0,
    maxTokens: 4,
    from: 0,
    logprobs: run.capabilitiesOf(options.model).logprobs === null ? undefined : 20,
    purpose: "judge",
    model: options.model,
  });
  return sample === undefined ? { value: null, reason: "no verdict" } : yesNo(sample, "first");
}

/**
 * A model that writes a verification chain with a verdict per step, then says whether the solution is right (ThinkPRM,
 * Khalifa et al. 2025, arXiv:2504.16828). Parallel scaling by `n` chains, averaged; sequential scaling by `rechecks`.
 *
 * Process: the share of chains that box a step as correct; from the first wrong step on 0. Outcome: the mean of P(yes)
 * after the chains. Cost: n × (1 + rechecks) calls per trajectory, and one short call per chain more for an outcome.
 * Null for a step no chain boxed, and where no verdict can be read.
 */
export const thinkPrm = defineVerifier({
  name: "think-prm",
  summary: "a model writes a verification chain with a verdict per step",
  paper: "Khalifa et al. 2025, arXiv:2504.16828",
  options: optionsSchema,
  process: (options) => ({
    scoreSteps: (_question, trajectories, run) =>
      Promise.all(
        trajectories.map(async (path) => {
          const steps = stepTexts(path);
          const chains = await chainsOn(run, steps, options);
          const verdicts = chains.map((chain) => readSteps(lastLook(chain), steps.length));
          return steps.map((_, t) =>
            meanOf(
              verdicts.map((chain) => ({ value: chain[t] === null ? null : Number(chain[t]) })),
              "chains",
            ),
          );
        }),
      ),
  }),
  outcome: (options) => ({
    score: (_question, candidates, run) =>
      Promise.all(
        candidates.map(async ({ trajectory }) => {
          const steps = stepTexts(trajectory);
          const chains = await chainsOn(run, steps, options);
          const verdicts = await Promise.all(chains.map((chain) => finalVerdict(run, steps, chain, options)));
          return meanOf(verdicts, "chains");
        }),
      ),
  }),
});

const lastLook = (chain: string): string => chain.split(RECHECK).at(-1) ?? chain;
