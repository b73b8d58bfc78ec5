import { z } from "zod";
import { readLetter } from "../../answer/verdicts/choices.ts";
import { AnswerClasses } from "../../core/answer-classes.ts";
import type { ScoredCandidate } from "../../core/candidate.ts";
import type { Message } from "../../core/policy.ts";
import type { Run } from "../../core/run.ts";
import type { Pick, Selection, TallyRow } from "../../core/strategy.ts";
import { majority } from "./selections.ts";

const INSTRUCTION =
  "Which solution is more likely to have the correct final answer? Check both against the problem. Answer with one letter, A or B.";

export const comparisonOptions = z.strictObject({
  maxTokens: z.int().min(1).default(8).describe("length limit of a comparison"),
  instruction: z.string().min(1).default(INSTRUCTION).describe("what is asked after the two solutions"),
  order: z
    .enum(["both", "first", "second"])
    .default("both")
    .describe("where the candidate stands: both orders, or one only, to measure position bias"),
  model: z.string().default("judge").describe("name of the model in the set-up; the policy when there is none"),
});
export type ComparisonOptions = z.output<typeof comparisonOptions>;

/**
 * A knock-out among the distinct answers, each match judged by comparing two solutions in both orders. The majority is
 * picked while the stream runs, and where the budget has no room for the matches. The calls go to the model named
 * `judge`, else to the policy, and are charged to the verifier.
 */
export function tournament(given: Partial<ComparisonOptions> = {}): Selection {
  const options = comparisonOptions.parse(given);
  return {
    name: "tournament",
    usesScores: false,
    interim: majority(),
    pick: (candidates, run) => knockOut(candidates, run.as("verifier"), options),
  };
}

function messagesFor(question: string, a: string, b: string, instruction: string): Message[] {
  return [
    { role: "system", content: "You are a strict examiner who compares solutions to problems." },
    {
      role: "user",
      content: `Problem:\n${question}\n\nSolution A:\n${a.trim()}\n\nSolution B:\n${b.trim()}\n\n${instruction}`,
    },
  ];
}

/**
 * Probability that `a` beats `b`, in [0, 1]: the mean over both orders, so that position bias cancels out (½ when the
 * orders disagree). An order without a readable letter is left out; null when none has one. Cost: 2 calls, 1 where
 * `order` names one.
 */
export async function preference(run: Run, a: string, b: string, options: ComparisonOptions): Promise<number | null> {
  const ask = async (first: string, second: string) => {
    const [sample] = await run.sample({
      messages: messagesFor(run.question.text, first, second, options.instruction),
      temperature: 0,
      from: 0,
      maxTokens: options.maxTokens,
      purpose: "compare",
      model: options.model,
    });
    return readLetter(sample ?? "");
  };
  const [forward, backward] = await Promise.all([
    options.order === "second" ? null : ask(a, b),
    options.order === "first" ? null : ask(b, a),
  ]);
  const votes = [
    ...(forward === null ? [] : [forward === "A" ? 1 : 0]),
    ...(backward === null ? [] : [backward === "B" ? 1 : 0]),
  ];
  return votes.length === 0 ? null : votes.reduce<number>((sum, vote) => sum + vote, 0) / votes.length;
}

interface Entrant {
  readonly candidate: ScoredCandidate;
  readonly votes: number;
}

/**
 * A knock-out among the distinct answers: the first candidate of each class of equal answers enters, seeded by votes.
 * The winner of each pair goes on; ties go to the one with more votes, then to the earlier.
 *
 * Cost: 2 calls for each match, one match fewer than distinct answers; an odd entrant goes on without a match.
 */
export async function knockOut(
  candidates: readonly ScoredCandidate[],
  run: Run,
  options: ComparisonOptions,
): Promise<Pick | null> {
  const entrants = entrantsOf(candidates, run);
  let round = entrants;
  const beaten: Entrant[] = [];
  let [matches, unread] = [0, 0];
  while (round.length > 1) {
    const half = Math.ceil(round.length / 2);
    // The strongest meets the weakest; with an odd number the strongest rests.
    const rests = round.length % 2 === 1 ? 1 : 0;
    const pairs = Array.from({ length: half - rests }, (_, i) => [round[rests + i], round[round.length - 1 - i]]);
    const played = await Promise.all(pairs.map(([strong, weak]) => match(run, strong, weak, options)));
    matches += played.length;
    unread += played.filter(({ read }) => !read).length;
    const next = [...round.slice(0, rests), ...played.flatMap(({ winner }) => winner ?? [])];
    beaten.unshift(...round.filter((entrant) => !next.includes(entrant)));
    round = next;
  }
  const [winner] = round;
  if (winner === undefined) return null;
  const order = [winner, ...beaten];
  return {
    index: winner.candidate.index,
    answer: winner.candidate.answer?.text ?? null,
    support: null,
    tally: order.map(tallyRow),
    tied: false,
    reason: `won the knock-out of ${entrants.length} different ${entrants.length === 1 ? "answer" : "answers"}${
      matches > 0 && unread === matches ? ` by votes: none of ${matches} comparisons could be read` : ""
    }`,
  };
}

async function match(run: Run, strong: Entrant | undefined, weak: Entrant | undefined, options: ComparisonOptions) {
  if (strong === undefined || weak === undefined) return { winner: strong ?? weak, read: true };
  const strength = await preference(run, strong.candidate.text, weak.candidate.text, options);
  return { winner: strength !== null && strength < 0.5 ? weak : strong, read: strength !== null };
}

/** The first of each class of equal answers, most votes first, ties by order. */
function entrantsOf(candidates: readonly ScoredCandidate[], run: Run): Entrant[] {
  const firsts = AnswerClasses.of(run, candidates).classes.flatMap(({ members }) => {
    const [candidate] = members;
    return candidate === undefined ? [] : [{ candidate, votes: members.length }];
  });
  return firsts.sort((a, b) => b.votes - a.votes);
}

const tallyRow = ({ candidate, votes }: Entrant): TallyRow => ({
  answer: candidate.answer?.text ?? "",
  votes,
  weight: votes,
});
