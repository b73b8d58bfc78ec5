import type { Message, Sample } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate } from "../../../src/engine/sampling.ts";
import { shorterThan } from "../../kit/landing.ts";

/** A question on the way to the answer, and what was answered. */
export interface SubAnswer {
  readonly question: string;
  readonly answer: string;
}

/** Version 1. */
const SUB_ANSWER_SYSTEM =
  "You see a problem, some questions about it that are answered already, and one more question. Answer that last question only, in one or two sentences with the calculation that it takes.";

/** "Question 1: …", "Answer 1: …", in order. */
export const shownAnswers = (known: readonly SubAnswer[]): string =>
  known.map(({ question, answer }, i) => `Question ${i + 1}: ${question}\nAnswer ${i + 1}: ${answer}`).join("\n");

/** The prompt of one sub-question: the problem, what is known, and the question. */
export function subQuestionMessages(run: Run, known: readonly SubAnswer[], question: string): Message[] {
  const asked = `Question ${known.length + 1}: ${question}`;
  const parts = [`Problem:\n${run.question.text}`, ...(known.length > 0 ? [shownAnswers(known)] : []), asked];
  return [
    { role: "system", content: SUB_ANSWER_SYSTEM },
    { role: "user", content: parts.join("\n\n") },
  ];
}

/** Options that tell several runs of one loop apart: run i takes draw i of every prompt. */
export interface Draw {
  readonly index: number;
  readonly temperature: number;
}

/** The answer to one sub-question on one line, in at most `room` tokens; "" where it came out blank. */
export async function answerSubQuestion(
  run: Run,
  known: readonly SubAnswer[],
  question: string,
  { room = run.maxTokens, ...draw }: Draw & { readonly room?: number },
) {
  const [sample] = await run.sample({
    messages: subQuestionMessages(run, known, question),
    ...shorterThan(run, room),
    temperature: draw.temperature,
    from: draw.index,
    purpose: "sub-answer",
  });
  return (sample?.text ?? "").replace(/\s+/g, " ").trim();
}

/** A candidate whose text was written in pieces: `whole` with the tokens of all of them, its end that of the last piece. */
export const piecewiseCandidate = (run: Run, last: Sample, whole: string, tokens: number, notes: { run: number }) =>
  solutionCandidate(run, { ...last, text: whole, completionTokens: tokens }, notes);
