import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { solutionCandidate } from "../../src/engine/sampling.ts";
import { answerLength, askingRewards, longestOf, questionWith, roomBefore, shorterThan } from "./kit/asking.ts";
import {
  answerSubQuestion,
  type Draw,
  repeated,
  type SubAnswer,
  shownAnswers,
  subQuestionMessages,
} from "./kit/runs.ts";

/** Version 1. */
const DECOMPOSE_SYSTEM =
  "Break the problem down into simpler questions that lead to its answer, the easiest first, each answerable from the problem and the answers before it. Write them as a numbered list, one a line, and nothing else. Do not answer them. If the problem is simple already, write NONE.";

const EXAMPLE: readonly Message[] = [
  {
    role: "user",
    content:
      "A baker fills 6 trays with 8 rolls each. She sells 31 rolls at 2 dollars each and gives the rest away. How many rolls does she give away?",
  },
  { role: "assistant", content: "1. How many rolls does the baker bake?\n2. How many rolls are left after the sale?" },
];

/**
 * Least-to-most: the policy breaks the problem into ordered sub-questions, answers each with the problem and all
 * earlier answers in view, and last the problem itself (Zhou et al. 2022, arXiv:2205.10625, section 2). `n` whole runs
 * vote.
 */
export const leastToMost = defineStrategy({
  name: "least-to-most",
  summary: "breaks the question into simpler ones and answers them in order; n runs vote",
  paper: "Zhou et al. 2022, arXiv:2205.10625",
  family: "prompting",
  how:
    "Least-to-most: the policy breaks the problem into ordered sub-questions, answers each with the problem and all " +
    "earlier answers in view, and last the problem itself (Zhou et al. 2022, arXiv:2205.10625, section 2). `n` whole " +
    "runs vote.",
  costNote:
    "at most `n · (1 + most)` calls: a decomposition, `most - 1` sub-questions, the question. Without a decomposition " +
    "the plain question is asked; a sub-question that repeats the question is left for the end; a blank answer is not " +
    "shown to later ones. Where the budget has no room for another sub-answer and the whole answer after it, the " +
    "question is asked with what is known (the note `landed`); a further run is begun only if there is room for its " +
    "list.",
  departures: [],
  rewards: askingRewards,
  options: z.strictObject({
    n: z.int().min(1).default(3).describe("whole runs that vote; 1 is the single pass of the paper"),
    most: z.int().min(1).max(32).default(8).describe("questions at most, the question itself included"),
    temperature: z.number().min(0).default(0.7).describe("of everything that is written"),
  }),
  candidates: (run, { n, most, temperature }) => {
    const answers: number[] = [];
    return repeated(run, n, (index) => oneRun(run, most, { index, temperature, answers }));
  },
  select: () => bestOrMajority(),
  cost: ({ n, most }) => ({ calls: n * (1 + most), scored: n }),
});

/** A draw, and the tokens of the answers so far, which say how long the next may become. */
interface OwnDraw extends Draw {
  readonly answers: number[];
}

async function* oneRun(run: Run, most: number, draw: OwnDraw): AsyncGenerator<Candidate> {
  const { temperature, index: from, answers } = draw;
  const questions = await decompose(run, most - 1, draw);
  if (questions === null) return;
  const known: SubAnswer[] = [];
  let landed = false;
  for (const question of questions) {
    const next = { messages: subQuestionMessages(run, known, question) };
    const least = longestOf(known.map(({ answer }) => answer));
    const room = roomBefore(
      run,
      next,
      { messages: lastMessages(run, known) },
      { least, length: answerLength(run, answers) },
    );
    landed = room === null;
    if (room === null) break;
    const answer = await answerSubQuestion(run, known, question, { ...draw, room });
    if (answer !== "") known.push({ question, answer });
  }
  const [sample] = await run.sample({ messages: lastMessages(run, known), temperature, from, purpose: "solve" });
  if (sample === undefined) return;
  answers.push(sample.completionTokens);
  yield solutionCandidate(run, sample, { run: from, subquestions: questions.length, ...(landed && { landed }) });
}

/** The question itself with all answers in view. */
function lastMessages(run: Run, known: readonly SubAnswer[]): Message[] {
  const after = known.length === 0 ? "" : `What is known so far:\n${shownAnswers(known)}`;
  return questionWith(run.question, { after });
}

/**
 * The sub-questions without the question itself, which is asked last. Null where the budget has no room for their list
 * in a further run; the first run then goes without.
 */
async function decompose(run: Run, most: number, { temperature, index, answers }: OwnDraw): Promise<string[] | null> {
  if (most === 0) return [];
  const messages: Message[] = [
    { role: "system", content: DECOMPOSE_SYSTEM },
    ...EXAMPLE,
    { role: "user", content: run.question.text },
  ];
  const room = roomBefore(
    run,
    { messages },
    { messages: lastMessages(run, []) },
    { length: answerLength(run, answers) },
  );
  if (room === null) {
    if (index === 0) return [];
    run.outOfBudget();
    return null;
  }
  const [sample] = await run.sample({
    messages,
    ...shorterThan(run, room),
    temperature,
    from: index,
    purpose: "decompose",
  });
  const asked = plain(run.question.text);
  return readList(sample?.text ?? "", most).filter((item) => !asked.endsWith(plain(item)));
}

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();

/** "1. …", "2) …", "- …", "Step 3: …", "Sub-question 4: …": one item a line. */
const ITEM = /^\s*(?:[*_#]*\s*)?(?:(?:\p{L}[\p{L}-]*\s+)?\d+\s*[.):](?!\d)|[-*•]\s)\s*(.+?)\s*$/u;

/** The items of a list in a text, at most `most`, emphasis marks removed; lines that are no items are passed over. */
export function readList(text: string, most: number): string[] {
  const items = text.split("\n").flatMap((line) => {
    const item = ITEM.exec(line)?.[1]
      ?.replace(/\*\*|__/g, "")
      .trim();
    return item === undefined || item === "" ? [] : [item];
  });
  return items.slice(0, most);
}
