import { solutionMessages } from "../../../src/engine/sampling.ts";
import { nothingFound, type Signal } from "../kit/finding.ts";

const planInstruction = (most: number): string =>
  `To verify the solution above, write at most ${most} short questions whose answers would show a mistake in it, each about one fact or calculation and answerable from the problem alone. Write one question a line, numbered.`;

const ANSWER_INSTRUCTION = "Answer this question about the problem in one or two sentences:";

export interface VerificationSettings {
  /** Questions at most. */
  readonly questions: number;
  readonly temperature: number;
}

/** The numbered or listed lines of a plan that are questions, at most `most`, each once. */
export function questionsIn(text: string, most: number): string[] {
  const found = [...text.matchAll(/^[ \t]*(?:\d+[.)]|[-*•])?[ \t]*(\S[^\n]*\?)[ \t*]*$/gm)].map(
    ([, asked]) => asked ?? "",
  );
  return [...new Set(found)].slice(0, most);
}

/**
 * Plans questions that would expose a mistake, and answers each by itself without the attempt in view, so that the attempt's mistakes are not repeated (the
 * factored form of chain-of-verification). What is said to the reviser is the questions with their answers; it is for the reviser to see whether they contradict the
 * attempt. A plan without a question finds nothing. Cost: one call and one for each question.
 */
export const independentChecks =
  ({ questions, temperature }: VerificationSettings): Signal =>
  async (run, { candidate }) => {
    const [plan] = await run.sample({
      messages: [
        ...solutionMessages(run.question),
        { role: "assistant", content: candidate.text },
        { role: "user", content: planInstruction(questions) },
      ],
      temperature,
      purpose: "verification-questions",
    });
    const asked = questionsIn(plan?.text ?? "", questions);
    if (asked.length === 0) return nothingFound;
    const answers = await Promise.all(
      asked.map(async (question) => {
        const content = `Problem:\n${run.question.text}\n\n${ANSWER_INSTRUCTION}\n${question}`;
        const messages = [{ role: "user" as const, content }];
        const [reply] = await run.sample({ messages, temperature, purpose: "verification-answer" });
        return `Q: ${question}\nA: ${reply?.text.trim() ?? "none"}`;
      }),
    );
    return {
      wrong: null,
      said: `Questions that were answered without your solution in view:\n\n${answers.join("\n\n")}`,
      step: null,
    };
  };
