import { z } from "zod";
import type { Candidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { callsOf } from "../../src/core/trajectory.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { solutionCandidate } from "../../src/engine/sampling.ts";
import { askingRewards, longestOf, roomBefore } from "./kit/asking.ts";
import { answerSubQuestion, type Draw, repeated, type SubAnswer, subQuestionMessages } from "./kit/runs.ts";

/** Version 1. The words of the form are the paper's. */
const SELF_ASK_SYSTEM =
  'Solve the problem by asking and answering follow-up questions. First write "Are follow up questions needed here:" and Yes or No. For each write a line "Follow up: …" and a line "Intermediate answer: …". When nothing is left to ask, write "So the final answer is:" and the final answer within \\boxed{}.';

const EXAMPLE: readonly Message[] = [
  {
    role: "user",
    content: "A baker fills 6 trays with 8 rolls each and sells 31 of the rolls. How many rolls are left?",
  },
  {
    role: "assistant",
    content: `Are follow up questions needed here: Yes.
Follow up: How many rolls are there at first?
Intermediate answer: 6 trays of 8 rolls are 6 * 8 = 48 rolls.
Follow up: How many are left when 31 are sold?
Intermediate answer: 48 - 31 = 17 rolls.
So the final answer is: \\boxed{17}`,
  },
];

const ANSWER_MARK = "Intermediate answer:";
const FINAL_MARK = "So the final answer is:";
/** What is kept for the words after {@link FINAL_MARK}: they are an answer without reasons. */
const FINAL_TOKENS = 64;

/**
 * Self-ask: the policy asks itself follow-up questions and answers them until it can give the final answer (Press et
 * al. 2022, arXiv:2210.03350, section 3). `answers: separate` stops it at each follow-up and has that answered in a
 * call of its own, as the paper does with a search engine (section 3.2); `own` lets it answer in the same breath. `n`
 * whole runs vote.
 */
export const selfAsk = defineStrategy({
  name: "self-ask",
  summary: "asks itself follow-up questions and answers them before the final answer; n runs vote",
  paper: "Press et al. 2022, arXiv:2210.03350",
  family: "prompting",
  how:
    "Self-ask: the policy asks itself follow-up questions and answers them until it can give the final answer (Press " +
    "et al. 2022, arXiv:2210.03350, section 3). `answers: separate` stops it at each follow-up and has that answered " +
    "in a call of its own, as the paper does with a search engine (section 3.2); `own` lets it answer in the same " +
    "breath. `n` whole runs vote.",
  costNote:
    "`separate`: at most `n · (1 + 2 · most)` calls, as every follow-up is asked in one and answered in another; " +
    "`own`: `n`. After `most` follow-ups, or where one is blank or repeated, or where the budget has no room for more " +
    "before it, the final answer is asked for at once; a further run is begun only if there is room for a first " +
    "follow-up. An answer without follow-ups is taken as it is.",
  departures: [],
  rewards: askingRewards,
  options: z.strictObject({
    n: z.int().min(1).default(3).describe("whole runs that vote; 1 is the single pass of the paper"),
    most: z.int().min(1).max(16).default(5).describe("follow-ups at most (answers: separate)"),
    answers: z
      .enum(["separate", "own"])
      .default("separate")
      .describe("who answers a follow-up: a call of its own, or the same"),
    temperature: z.number().min(0).default(0.7).describe("of everything that is written"),
  }),
  candidates: (run, { n, temperature, most, answers }) =>
    repeated(run, n, (index) => oneRun(run, answers === "own" ? 0 : most, { index, temperature })),
  select: () => bestOrMajority(),
  cost: ({ n, most, answers }) => ({ calls: n * (answers === "own" ? 1 : 1 + 2 * most), scored: n }),
});

/** With `most` 0 the first text runs to its end. */
async function* oneRun(run: Run, most: number, draw: Draw): AsyncGenerator<Candidate> {
  const messages: Message[] = [
    { role: "system", content: SELF_ASK_SYSTEM },
    ...EXAMPLE,
    { role: "user", content: run.question.text },
  ];
  const known: SubAnswer[] = [];
  let whole = "";
  let tokens = 0;
  const calls: number[] = [];
  for (;;) {
    const prompt = () => ({ messages, prefix: whole === "" ? undefined : whole });
    const end = whole === "" ? {} : { length: FINAL_TOKENS };
    if (known.length < most && roomBefore(run, prompt(), prompt(), end) === null) {
      if (draw.index > 0 && whole === "") return run.outOfBudget();
      most = known.length;
      if (whole !== "") whole += FINAL_MARK;
    }
    const last = known.length >= most;
    const [sample] = await run.sample({
      ...prompt(),
      stop: last ? undefined : [ANSWER_MARK],
      temperature: draw.temperature,
      from: draw.index,
      purpose: "self-ask",
    });
    if (sample === undefined) return;
    tokens += sample.completionTokens;
    calls.push(...callsOf([sample]));
    const followUp = last ? null : followUpOf(sample.text);
    if (followUp === null) {
      const written = { ...sample, text: whole + sample.text, completionTokens: tokens };
      yield { ...solutionCandidate(run, written, { run: draw.index }), calls };
      return;
    }
    const stale = followUp === "" || known.some(({ question }) => question === followUp);
    const asked = { messages: subQuestionMessages(run, known, followUp) };
    const least = longestOf(known.map(({ answer }) => answer));
    const written = { messages, prefix: whole + sample.text };
    const room = stale ? null : roomBefore(run, asked, written, { least, length: FINAL_TOKENS });
    const answer = room === null ? "" : await answerSubQuestion(run, known, followUp, { ...draw, room });
    if (answer !== "") known.push({ question: followUp, answer });
    whole +=
      answer === ""
        ? `${untilFollowUp(sample.text)}${FINAL_MARK}`
        : `${sample.text.trimEnd()}\n${ANSWER_MARK} ${answer}\n`;
    // After a follow-up without an answer the next text runs to its end.
    if (answer === "") most = known.length;
    else if (known.length >= most) whole += FINAL_MARK;
  }
}

/** The follow-up that a text ends with; null where it gives the final answer or asks nothing. */
function followUpOf(text: string): string | null {
  if (text.includes(FINAL_MARK)) return null;
  return /Follow[ -]?up:([^\n]*)\s*$/i.exec(text)?.[1]?.trim() ?? null;
}

const untilFollowUp = (text: string): string => text.replace(/Follow[ -]?up:[^\n]*\s*$/i, "");
