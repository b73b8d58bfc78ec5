import { z } from "zod";
import { readNumber } from "../../src/answer/verdicts/choices.ts";
import type { Reply } from "../../src/answer/verdicts/spoken.ts";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Pick, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";

/** Version 1, after section 3 of the paper. */
const MOST_CONSISTENT =
  'Judge the responses above by how far they agree with each other, and choose the one that is most consistent with the majority. Start your reply with "The most consistent response is Response X", where X is its number.';

/** Room for that sentence; what would follow is not read. */
const replyTokens = 32;

const options = z.strictObject({
  n: z.int().min(1).max(64).default(8).describe("independent samples"),
  temperature: z.number().min(0).default(0.7),
  ...exemplarOptions,
  shuffle: z.boolean().default(true).describe("show them in a random order, against position bias"),
  excerpt: z.int().min(40).default(4000).describe("characters of each solution shown at most; its end is kept"),
});
type Options = z.output<typeof options>;

/**
 * Universal self-consistency: `n` independent solutions, then the policy is shown all of them and names the one most
 * consistent with the majority, which needs no rule for equal answers (Chen et al. 2023, arXiv:2311.17311, section 3).
 * 8 solutions, as in the paper.
 */
export const universalSelfConsistency = defineStrategy({
  name: "universal-self-consistency",
  summary: "n independent solutions, the policy itself names the most consistent one",
  paper: "Chen et al. 2023, arXiv:2311.17311",
  family: "sampling",
  how:
    "Universal self-consistency: `n` independent solutions, then the policy is shown all of them and names the one " +
    "most consistent with the majority, which needs no rule for equal answers (Chen et al. 2023, arXiv:2311.17311, " +
    "section 3). 8 solutions, as in the paper." +
    "\n\n" +
    "Only solutions with an answer are shown, numbered from 1; a single one is picked without a call. A reply without " +
    "a readable number takes the first sample, as in the paper. The number that was named is in the reason and in a " +
    "note, so that position bias shows in traces.",
  costNote:
    "`n + 1` calls, the last one greedy and charged to the policy. The majority is picked while the stream runs and " +
    "where no call is left.",
  departures: ["Solutions are shown in a random order, where the paper keeps that of sampling."],
  rewards: {
    readBy: "rules",
    outcome: "is not read: the policy chooses by agreement; `select: weighted` lets it weigh the votes",
    process: "is not read, for the same reason",
    none: "the policy chooses by agreement",
  },
  options,
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
  select: (given) => mostConsistent(given),
  keeps: () => "all",
  cost: ({ n }) => ({ calls: n + 1 }),
});

function mostConsistent({ shuffle, excerpt }: Options): Selection {
  return {
    name: "most-consistent",
    usesScores: false,
    interim: majority(),
    pick: async (candidates, run) => {
      const voted = await majority().pick(candidates, run);
      const answered = candidates.filter(({ answer }) => answer !== null);
      if (answered.length < 2) return voted;
      const shown = shuffle ? run.random.fork("most-consistent").shuffle(answered) : answered;
      const [reply] = await run.sample({
        messages: messagesFor(run, shown, excerpt),
        temperature: 0,
        maxTokens: replyTokens,
        purpose: "select",
      });
      const place = readPlace(reply ?? "", shown.length);
      run.emit({ type: "note", message: placeNote(place, shown) });
      return chosen(place === null ? answered[0] : shown[place - 1], place, voted, candidates.length);
    },
  };
}

function messagesFor(run: Run, shown: readonly ScoredCandidate[], excerpt: number): Message[] {
  const responses = shown.map(({ text }, i) => `Response ${i + 1}:\n${text.slice(-excerpt).trim()}`);
  const task = `I have generated these responses to the question below.\n\nQuestion:\n${run.question.text}`;
  return [{ role: "user", content: [task, ...responses, MOST_CONSISTENT].join("\n\n") }];
}

const response = "response\\s*(?:number\\s*)?[#\\s]*\\(?(\\d+)";
const places = [new RegExp(`most consistent response is\\W*${response}`, "i"), new RegExp(response, "i")];

/**
 * The number in the sentence that the prompt wants; else the last one named as a response, else a reply that is a bare
 * number. Null outside 1 to `most`.
 */
export const readPlace = (reply: Reply, most: number): number | null =>
  readNumber(reply, { first: 1, count: most, forms: places });

const placeNote = (place: number | null, shown: readonly ScoredCandidate[]): string =>
  place === null
    ? "most-consistent: no response was named, the first sample stands"
    : `most-consistent: place ${place} of ${shown.length} was named, sample ${shown[place - 1]?.index}`;

function chosen(
  candidate: ScoredCandidate | undefined,
  place: number | null,
  voted: Pick | null,
  of: number,
): Pick | null {
  if (candidate === undefined || candidate.answer === null) return voted;
  const how = place === null ? "named none, so the first stands" : `named response ${place} the most consistent`;
  return {
    index: candidate.index,
    answer: candidate.answer.text,
    support: voted?.answer === candidate.answer.text ? voted.support : null,
    tally: voted?.tally ?? [],
    tied: false,
    reason: `shown ${of} responses, the policy ${how}`,
  };
}
