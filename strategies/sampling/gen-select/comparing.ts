import { readNumber } from "../../../src/answer/verdicts/choices.ts";
import type { Reply } from "../../../src/answer/verdicts/spoken.ts";
import type { ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Random } from "../../../src/core/random.ts";
import type { Run } from "../../../src/core/run.ts";
import { majority } from "../../../src/engine/picking/selections.ts";

/** Version 1. The reply's last line is that of the authors' prompt, which their trained selectors write. */
const COMPARE =
  "Compare the solutions above: where do their answers differ, which steps of each hold, which do not? Then name the one whose answer is most likely right. End with a line that says exactly";

/** How groups are compared, as the options describe it. */
export interface Comparing {
  readonly group: number;
  readonly votes: number;
  readonly selectorTemperature: number;
  readonly model: string;
}

/** Groups of nearly equal size, none larger than `most`. */
export function groupsOf<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  return Array.from({ length: count }, (_, i) =>
    items.slice(Math.floor((i * items.length) / count), Math.floor(((i + 1) * items.length) / count)),
  );
}

export function tournamentCalls(n: number, group: number): number {
  let calls = 0;
  for (let left = n; left > 1; left = Math.ceil(left / group)) calls += Math.ceil(left / group);
  return calls;
}

export async function tournament(run: Run, entrants: readonly ScoredCandidate[], random: Random, given: Comparing) {
  let left: readonly ScoredCandidate[] = random.fork("order").shuffle(entrants);
  let calls = 0;
  for (let round = 0; left.length > 1; round++) {
    const groups = groupsOf(left, given.group);
    const best = await Promise.all(groups.map((group, i) => bestOf(run, group, random.fork(round, i), given)));
    calls += best.filter(({ asked }) => asked).length;
    left = best.map(({ candidate }) => candidate);
  }
  return { winner: left[0], calls };
}

export async function voteOfGroups(run: Run, entrants: readonly ScoredCandidate[], random: Random, given: Comparing) {
  const groups = Array.from({ length: given.votes }, (_, i) =>
    random.fork("group", i).shuffle(entrants).slice(0, given.group),
  );
  const best = await Promise.all(groups.map((group, i) => bestOf(run, group, random.fork("vote", i), given)));
  const voted = await majority().pick(
    best.map(({ candidate }) => candidate),
    run,
  );
  return voted && { ...voted, reason: `chosen from ${voted.tally[0]?.votes} of ${given.votes} groups of solutions` };
}

/** The solution that the selector names, of a group that is not empty. */
async function bestOf(run: Run, group: readonly ScoredCandidate[], random: Random, given: Comparing) {
  const any = group[random.integer(group.length)] as ScoredCandidate;
  if (new Set(run.classes(group.map(({ answer }) => answer?.text ?? null))).size === 1) {
    return { candidate: group[0] ?? any, asked: false };
  }
  const solutions = group.map(({ text }, i) => `Solution ${i}:\n${text.trim()}`);
  const last = `Judgment: [IDX]\nwhere IDX is the number of that solution, 0 to ${group.length - 1}, and nothing else.`;
  const [reply] = await run.sample({
    messages: [
      { role: "user", content: [`Problem:\n${run.question.text}`, ...solutions, `${COMPARE}\n${last}`].join("\n\n") },
    ],
    temperature: given.selectorTemperature,
    purpose: "choose",
    model: given.model,
  });
  const place = readJudgement(reply ?? "", group.length);
  if (place === null) run.emit({ type: "note", message: "gen-select: no solution was named, one is drawn" });
  return { candidate: group[place ?? -1] ?? any, asked: true };
}

/** The last index that a reply judges the best, from 0; null where it names none of these `count`. */
export const readJudgement = (reply: Reply, count: number): number | null =>
  readNumber(reply, { first: 0, count, forms: [/Judge?ment:\W*(\d+)/], alone: false });
