import { z } from "zod";
import { programCandidate } from "../src/code/programs.ts";
import type { Answer, Candidate } from "../src/core/candidate.ts";
import type { Message } from "../src/core/policy.ts";
import type { Question } from "../src/core/question.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";
import { agreeingShare } from "./support/agreeing.ts";

const SYSTEM =
  "You write Python. Give one function solution() without parameters that returns the answer, in one ```python block and nothing else. Use only the standard library.";
const TRANSLATE =
  "Translate this solution into a program, step by step as it stands. Do not solve the problem anew and do not correct it.";

const optionsSchema = z.strictObject({
  by: z
    .enum(["independent", "translate"])
    .default("independent")
    .describe(
      "independent: programs for the question, shared by all candidates; translate: one of each candidate's own text",
    ),
  n: z.int().min(1).default(2).describe("programs per question, or per candidate where translated"),
  temperature: z.number().min(0).default(0.3),
  maxTokens: z.int().min(1).default(512),
  timeoutMs: z.int().min(100).max(60_000).default(10_000).describe("wall time for one program"),
  model: roleOption("coder", "part of the model that is asked"),
});
type Options = z.output<typeof optionsSchema>;

function messagesFor(question: Question, candidate: Candidate | null): Message[] {
  const content =
    candidate === null ? question.text : `${question.text}\n\nSolution:\n${candidate.text.trim()}\n\n${TRANSLATE}`;
  return [
    { role: "system", content: SYSTEM },
    { role: "user", content },
  ];
}

/** What the programs give; null for one that fails. */
async function executed(run: Run, candidate: Candidate | null, options: Options): Promise<(Answer | null)[]> {
  const { n, temperature, maxTokens, timeoutMs, model } = options;
  const messages = messagesFor(run.question, candidate);
  const asked = { messages, n, from: 0, temperature, maxTokens, purpose: "program", model, branch: "cot-pot" };
  const samples = await run.sample(asked);
  const ran = await Promise.all(
    samples.map((sample) => programCandidate(run, sample, { call: "solution" }, timeoutMs)),
  );
  return ran.map(({ answer }) => answer);
}

const agreement = (run: Run, { answer }: Candidate, answers: readonly (Answer | null)[]): Score =>
  agreeingShare(run, answer, { answers, none: "no program gave a value", what: "programs give the same answer" });

/**
 * Does a program reach the same answer as the words? (CoTnPoT: Liang et al. 2024, arXiv:2410.05318.) The paper
 * translates each solution into a program and keeps those whose value agrees; `independent` asks for programs of the
 * question itself instead, once for all candidates, so that reasoning and computation err apart.
 *
 * Cost: `n` calls and sandbox runs per question (`independent`) or per candidate (`translate`). Null for a candidate
 * without an answer, or when no program gives a value.
 */
export const cotPotAgreement = defineVerifier({
  name: "cot-pot-agreement",
  summary: "does a program, independent or translated from the solution, give the same answer?",
  paper: "Liang et al. 2024, arXiv:2410.05318",
  options: optionsSchema,
  outcome: (options) => ({
    score: async (_question, candidates, run) => {
      const shared = options.by === "independent" ? await executed(run, null, options) : null;
      return await Promise.all(
        candidates.map(async (candidate) => {
          if (candidate.answer === null) return agreement(run, candidate, []);
          return agreement(run, candidate, shared ?? (await executed(run, candidate, options)));
        }),
      );
    },
  }),
});
