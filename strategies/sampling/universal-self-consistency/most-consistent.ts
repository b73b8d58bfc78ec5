import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Pick, Selection } from "../../../src/core/strategy.ts";
import { majority } from "../../../src/engine/picking/selections.ts";

/** Version 1, after section 3 of the paper. */
const MOST_CONSISTENT =
  'Judge the responses above by how far they agree with each other, and choose the one that is most consistent with the majority. Start your reply with "The most consistent response is Response X", where X is its number.';

/** Room for that sentence; what would follow is not read. */
const replyTokens = 32;

export interface MostConsistentOptions {
  readonly shuffle: boolean;
  /** Characters of each response shown at most. */
  readonly excerpt: number;
}

/**
 * The response that the policy finds most consistent with the others (universal self-consistency: Chen et al. 2023, arXiv:2311.17311). Responses are
 * numbered from 1 in a random order (ours; the paper keeps the order of sampling); a reply without a readable number takes the first sample, as in the paper.
 *
 * Responses with an answer only, where there are such. No call for a single one. The number of the place that was named is in the reason and in a note, so that a
 * liking for a place shows in the traces. Cost: one greedy call, charged to the policy.
 */
export function mostConsistent({ shuffle, excerpt }: MostConsistentOptions): Selection {
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
      const place = readPlace(reply?.text ?? "", shown.length);
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

/** The number in the sentence that was asked for; else the last one named as a response, else a reply that is a bare number. Null outside 1 to `most`. */
export function readPlace(reply: string, most: number): number | null {
  const named = "response\\s*(?:number\\s*)?[#*\\s]*\\(?(\\d+)";
  const asked = new RegExp(`most consistent response is\\W*${named}`, "i").exec(reply)?.[1];
  const last = [...reply.matchAll(new RegExp(named, "gi"))].at(-1)?.[1];
  const place = Number(asked ?? last ?? /^\W*(\d+)\W*$/.exec(reply)?.[1]);
  return Number.isInteger(place) && place >= 1 && place <= most ? place : null;
}

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
