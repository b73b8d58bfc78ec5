import { z } from "zod";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { Random } from "../../src/core/random.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Pick, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";

/** Version 1. The reply's last line is that of the authors' prompt, which their trained selectors write. */
const COMPARE =
  "Compare the solutions above: where do their answers differ, which steps of each hold, which do not? Then name the one whose answer is most likely right. End with a line that says exactly";

const options = z.strictObject({
  n: z.int().min(1).default(16).describe("independent samples"),
  temperature: z.number().min(0).default(0.7).describe("of the samples"),
  group: z.int().min(2).default(8).describe("solutions that are compared in one call at most"),
  scheme: z
    .enum(["tournament", "vote"])
    .default("tournament")
    .describe("the winners of the groups meet again until one is left, or those chosen from `votes` groups vote"),
  votes: z.int().min(1).default(8).describe("groups drawn at random, with the scheme `vote`"),
  selectorTemperature: z.number().min(0).default(0.6).describe("of the comparisons"),
  longest: z.int().min(1).default(16_384).describe("characters of a solution; longer ones are not compared"),
  model: z.string().default("judge").describe("name of the model that selects; the policy when there is none"),
});
type Options = z.output<typeof options>;

/** GenSelect, generative selection (Toshniwal et al. 2025, arXiv:2507.17797; Moshkov et al. 2025, arXiv:2504.16891). */
export const genSelect = defineStrategy({
  name: "gen-select",
  summary: "n independent solutions, compared in groups by a model that reasons and names the best of each",
  paper: "Toshniwal et al. 2025, arXiv:2507.17797",
  family: "sampling",
  how:
    "GenSelect, generative selection (Toshniwal et al. 2025, arXiv:2507.17797; Moshkov et al. 2025, " +
    "arXiv:2504.16891): a model is shown up to `group` solutions at once, in random order, reasons about them and " +
    "names the best. More solutions than that meet in a tournament: the best of each group meet again, until one is " +
    "left. With the scheme `vote`, as the authors' code runs it on many solutions, `votes` random groups are compared " +
    "and the answers of those chosen vote." +
    "\n\n" +
    "Groups of 8, comparisons at temperature 0.6 and solutions of at most 16,384 characters, as in their code " +
    "(NeMo-Skills). A reply that names no solution chooses one at random, as there.",
  costNote:
    "`n` calls and one for each group (3 for 16 solutions in groups of 8), or `votes`, charged to the policy. The " +
    "majority is picked while the stream runs and where the budget has no room for the comparisons.",
  departures: [
    "Only solutions with an answer are compared, and a group that agrees on its answer takes no call.",
    "The index may stand in brackets or be emphasised.",
  ],
  rewards: {
    outcome: "is not read: the selector compares the solutions; `best-of-n` reads it",
    process: "is not read, for the same reason",
    none: "the selector compares the solutions",
  },
  options,
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: (given) => selected(given),
  keeps: () => "all",
  cost: ({ n, group, scheme, votes }) => ({ calls: n + (scheme === "vote" ? votes : tournamentCalls(n, group)) }),
});

function selected(given: Options): Selection {
  return {
    name: "gen-select",
    usesScores: false,
    interim: majority(),
    pick: async (candidates, run) => {
      const voted = await majority().pick(candidates, run);
      const answered = candidates.filter(({ answer }) => answer !== null);
      const short = answered.filter(({ text }) => text.length <= given.longest);
      const entrants = short.length > 0 ? short : answered;
      if (voted === null) return null;
      const random = run.random.fork("gen-select");
      if (given.scheme === "vote") return await voteOfGroups(run, entrants, random, given);
      const { winner, calls } = await tournament(run, entrants, random, given);
      return winner === undefined ? voted : chosen(winner, voted, calls);
    },
  };
}

/** Groups of nearly equal size, none larger than `most`. */
export function groupsOf<T>(items: readonly T[], most: number): T[][] {
  const count = Math.ceil(items.length / most);
  return Array.from({ length: count }, (_, i) =>
    items.slice(Math.floor((i * items.length) / count), Math.floor(((i + 1) * items.length) / count)),
  );
}

function tournamentCalls(n: number, group: number): number {
  let calls = 0;
  for (let left = n; left > 1; left = Math.ceil(left / group)) calls += Math.ceil(left / group);
  return calls;
}

async function tournament(run: Run, entrants: readonly ScoredCandidate[], random: Random, given: Options) {
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

async function voteOfGroups(run: Run, entrants: readonly ScoredCandidate[], random: Random, given: Options) {
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
async function bestOf(run: Run, group: readonly ScoredCandidate[], random: Random, given: Options) {
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
  const place = readJudgement(reply?.text ?? "", group.length);
  if (place === null) run.emit({ type: "note", message: "gen-select: no solution was named, one is drawn" });
  return { candidate: group[place ?? -1] ?? any, asked: true };
}

/** The last index that a reply judges the best, from 0; null where it names none of these `count`. */
export function readJudgement(reply: string, count: number): number | null {
  const named = [...reply.matchAll(/Judge?ment:\s*[*_[(\s]*(\d+)/g)].at(-1)?.[1];
  const place = named === undefined ? Number.NaN : Number(named);
  return place < count ? place : null;
}

function chosen(winner: ScoredCandidate, voted: Pick, calls: number): Pick {
  return {
    index: winner.index,
    answer: winner.answer?.text ?? null,
    support: null,
    tally: voted.tally,
    tied: false,
    reason: calls === 0 ? "all answers agree" : `won ${calls} ${calls === 1 ? "comparison" : "comparisons"} of groups`,
  };
}
