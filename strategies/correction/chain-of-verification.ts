import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import {
  acceptCalls,
  acceptOption,
  acceptRule,
  attemptShown,
  correct,
  lastKept,
  plainAttempt,
  rewrite,
  type Signal,
} from "./kit/loop.ts";
import { nothingFound } from "./kit/signals.ts";

const planInstruction = (most: number): string =>
  `To verify the solution above, write at most ${most} short questions whose answers would show a mistake in it, each about one fact or calculation and answerable from the problem alone. Write one question a line, numbered.`;

const ANSWER_INSTRUCTION = "Answer this question about the problem in one or two sentences:";

/** The numbered or listed lines of a plan that are questions, at most `most`, each once. */
function questionsIn(text: string, most: number): string[] {
  const found = text.matchAll(/^[ \t]*(?:\d+[.)]|[-*•])?[ \t]*(\S[^\n]*\?)[ \t*]*$/gm);
  return [...new Set(Array.from(found, ([, question]) => question ?? ""))].slice(0, most);
}

/**
 * Plans questions that would expose a mistake, and answers each by itself without the attempt in view, so that the
 * attempt's mistakes are not repeated (the factored form). The feedback is the questions with their answers; whether
 * they contradict the attempt is left to the reviser. Cost: one call, and one for each question.
 */
const independentChecks =
  (questions: number, temperature: number): Signal =>
  async (run, attempt) => {
    const [plan] = await run.sample({
      messages: [...attemptShown(run, attempt), { role: "user", content: planInstruction(questions) }],
      temperature,
      purpose: "verification-questions",
    });
    const planned = questionsIn(plan?.text ?? "", questions);
    if (planned.length === 0) return nothingFound;
    const answers = await Promise.all(
      planned.map(async (question) => {
        const content = `Problem:\n${run.question.text}\n\n${ANSWER_INSTRUCTION}\n${question}`;
        const messages = [{ role: "user" as const, content }];
        const [reply] = await run.sample({ messages, temperature, purpose: "verification-answer" });
        return `Q: ${question}\nA: ${reply?.text.trim() ?? "none"}`;
      }),
    );
    const said = `Questions that were answered without your solution in view:\n\n${answers.join("\n\n")}`;
    return { wrong: null, said, step: null };
  };

/** Chain-of-verification (Dhuliawala et al. 2023, arXiv:2309.11495, section 3, the factored form). */
export const chainOfVerification = defineStrategy({
  name: "chain-of-verification",
  summary: "questions that would expose a mistake, answered without the attempt in view, then a revision",
  paper: "Dhuliawala et al. 2023, arXiv:2309.11495",
  family: "correction",
  how:
    "Chain-of-verification: after an attempt the policy plans questions that would expose a mistake, answers each of " +
    "them without the attempt in view, and writes the solution again with the answers in view (Dhuliawala et al. " +
    "2023, arXiv:2309.11495, section 3, the factored form)." +
    "\n\n" +
    "A plan in which no question can be read leaves the attempt as it is.",
  costNote:
    "at most `1 + rounds · (3 + questions)` calls: the plan, an answer for each question, the revision, and the fresh " +
    "solution that the accept rule may draw.",
  departures: [
    "a revision replaces the attempt only by the accept rule (`accept: always` is the paper's); the cross-check of " +
      "each answer against the attempt is left to the revision.",
  ],
  rewards: {
    outcome: "accepts the revision only if it scores higher",
    process: "the same, aggregated over steps",
    none: "the revision is accepted if a fresh solution agrees with it",
  },
  options: z.strictObject({
    rounds: z.int().min(1).max(8).default(1).describe("revisions at most"),
    questions: z.int().min(1).max(16).default(4).describe("verification questions at most"),
    temperature: z.number().min(0).default(0).describe("of the attempt and the revision"),
    feedbackTemperature: z.number().min(0).default(0).describe("of questions and answers"),
    accept: acceptOption,
  }),
  candidates: (run, options) =>
    correct(run, {
      attempt: plainAttempt(options.temperature),
      signal: independentChecks(options.questions, options.feedbackTemperature),
      revise: rewrite(options.temperature),
      accept: acceptRule(options),
      rounds: options.rounds,
      varies: options.temperature > 0,
    }),
  select: ({ accept }) => lastKept(accept),
  cost: ({ rounds, questions, accept }) => ({
    calls: 1 + rounds * (2 + questions + acceptCalls(accept)),
    scored: 2 * (1 + rounds),
  }),
});
