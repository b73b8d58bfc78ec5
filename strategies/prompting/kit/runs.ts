import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { shorterThan } from "./asking.ts";

// Whole runs of a method that takes several calls.

/** Tells the runs of one method apart: run i takes draw i of every prompt. */
export interface Draw {
  readonly index: number;
  readonly temperature: number;
}

/**
 * `n` runs of one method: all in step where nothing limits them; one after another under a budget, so that the first
 * ends before it is spent on the beginnings of all; and no more at a time than a stopping rule wants to see.
 */
export async function* repeated<T>(run: Run, n: number, loop: (index: number) => AsyncGenerator<T>): AsyncGenerator<T> {
  for (let from = 0; from < n; ) {
    const limited = Object.values(run.budget.remaining()).some((left) => Number.isFinite(left));
    const count = limited ? 1 : run.batch(n - from);
    const first = from;
    const over = yield* inStep(
      run,
      Array.from({ length: count }, (_, i) => loop(first + i)),
    );
    if (over) return;
    from += count;
  }
}

/**
 * Walks several streams in step: each round takes the next value of every stream that still goes on, in parallel, and
 * yields them in the order of the streams. A stream that fails ends the walk once the values of its round are yielded;
 * the result is then true.
 */
async function* inStep<T>(run: Run, streams: readonly AsyncGenerator<T>[]): AsyncGenerator<T, boolean> {
  let going = [...streams];
  try {
    while (going.length > 0) {
      const round = await run.gather(going.map(async (stream) => ({ stream, next: await stream.next() })));
      const values = round.values.filter((value) => value !== null);
      for (const { next } of values) if (next.done !== true) yield next.value;
      if (round.over) return true;
      going = values.flatMap(({ stream, next }) => (next.done === true ? [] : [stream]));
    }
    return false;
  } finally {
    for (const stream of going) stream.return(undefined).catch(() => {}); // failures after the end are dropped
  }
}

// Questions on the way to the answer.

/** A question on the way to the answer, and its answer. */
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

/** The answer to one sub-question on one line, in at most `room` tokens; "" where it came out blank. */
export async function answerSubQuestion(
  run: Run,
  known: readonly SubAnswer[],
  question: string,
  { room, index, temperature }: Draw & { readonly room: number },
): Promise<string> {
  const [sample] = await run.sample({
    messages: subQuestionMessages(run, known, question),
    ...shorterThan(run, room),
    temperature,
    from: index,
    purpose: "sub-answer",
  });
  return (sample?.text ?? "").replace(/\s+/g, " ").trim();
}
