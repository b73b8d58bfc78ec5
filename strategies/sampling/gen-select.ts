import { z } from "zod";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import { roleOption } from "../../src/core/roles.ts";
import { defineStrategy, type Pick, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { exemplarOptions, sampleSolutions } from "../../src/engine/sampling.ts";
import { tournament, tournamentCalls, voteOfGroups } from "./gen-select/comparing.ts";

const options = z.strictObject({
  n: z.int().min(1).default(16).describe("independent samples"),
  temperature: z.number().min(0).default(0.7).describe("of the samples"),
  ...exemplarOptions,
  group: z.int().min(2).default(8).describe("solutions that are compared in one call at most"),
  scheme: z
    .enum(["vote", "tournament"])
    .default("vote")
    .describe("the solutions chosen from `votes` groups vote, or the best of all groups meet again until one is left"),
  votes: z.int().min(1).default(8).describe("groups drawn at random, with the scheme `vote`"),
  selectorTemperature: z.number().min(0).default(0.6).describe("of the comparisons"),
  longest: z.int().min(1).default(16_384).describe("characters of a solution; longer ones are not compared"),
  model: roleOption("judge", "part of the model that selects"),
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
    "names the best. As the authors run it on many solutions, `votes` random groups are compared and the answers of " +
    "those chosen vote. In a tournament all are dealt into groups, and the best of each meet again until one is left." +
    "\n\n" +
    "Groups of 8, comparisons at temperature 0.6 and solutions of at most 16,384 characters, as in their code " +
    "(NeMo-Skills). A reply that names no solution chooses one at random, as there. It is as good as its selector: a " +
    "poor one loses to the plain vote, most of all in a tournament.",
  costNote:
    "`n` calls and `votes`, or one for each group of a tournament (3 for 16 solutions in groups of 8), charged to the " +
    "policy. The majority is picked while the stream runs and where the budget has no room for the comparisons.",
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
  candidates: (run, { n, temperature, ...shown }) => sampleSolutions(run, { n, temperature, shown }),
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
