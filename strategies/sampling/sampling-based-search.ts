import { z } from "zod";
import type { ScoredCandidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Selection } from "../../src/core/strategy.ts";
import { majority } from "../../src/engine/picking/selections.ts";
import { sampleSolutions } from "../../src/engine/sampling.ts";

/** Version 1, after section 3.1 of the paper: rewrite, then search for errors. */
const VERIFY =
  "First rewrite this solution as a theorem with the lemmas that it needs and a proof of each; leave no step out. Then go through the proofs line by line, against the problem, and look for an error. End with one word on a line of its own: Yes if the final answer is correct, No if it is not.";
const COMPARE =
  "Where do these two solutions differ? Work out at each of those places which of them is right. End with one letter on a line of its own, A or B: the solution whose final answer is correct.";

const options = z.strictObject({
  n: z.int().min(1).default(8).describe("independent samples"),
  temperature: z.number().min(0).default(0.8).describe("of the samples"),
  verifications: z.int().min(1).default(4).describe("of each sample"),
  ties: z.int().min(1).default(4).describe("comparisons of each pair of finalists"),
  margin: z.number().min(0).max(1).default(0.05).describe("finalists score at most so much below the best"),
  finalists: z.int().min(1).default(3).describe("at most"),
  judgeTemperature: z.number().min(0).default(1).describe("of verifications and comparisons"),
  model: z.string().default("judge").describe("name of the model that verifies; the policy when there is none"),
});
type Options = z.output<typeof options>;

/** Sampling-based search with self-verification (Zhao et al. 2025, arXiv:2502.01839, algorithm 1). */
export const samplingBasedSearch = defineStrategy({
  name: "sampling-based-search",
  summary: "n solutions, each verified several times by the policy itself, ties compared in pairs",
  paper: "Zhao et al. 2025, arXiv:2502.01839",
  family: "sampling",
  how:
    "Sampling-based search with self-verification (Zhao et al. 2025, arXiv:2502.01839, algorithm 1): each of `n` " +
    "solutions is verified `verifications` times, rewritten as theorem, lemmas and proofs and searched for errors; its " +
    "score is the share that found it correct. Where the best `finalists` score within `margin` and disagree, each " +
    "two of different answers are compared `ties` times, by where they differ; the one that wins most pairs answers.",
  costNote:
    "`n · (1 + verifications)` calls, and `ties` for each pair of finalists, charged to the policy; none but `n` where " +
    "all agree. The majority is picked while the stream runs and where the budget has no room for the rest.",
  departures: [
    "8 samples, 4 verifications and 4 comparisons by default, in the paper 200, 50 and 100; no preliminary scoring, " +
      "which saves calls at that size; the samples' temperature is 0.8, there 1.5.",
    "Finalists of equal answers are not compared, which counts as even. Comparisons take turns in which solution stands first. Equally many " +
      "pairs won: the higher score, then the larger share of votes.",
  ],
  rewards: {
    outcome: "is not read: the policy verifies its solutions itself; `best-of-n` reads it",
    process: "is not read, for the same reason",
    none: "the policy verifies its solutions itself",
  },
  options,
  candidates: (run, { n, temperature }) => sampleSolutions(run, { n, temperature }),
  select: (given) => verified(given),
  cost: ({ n, verifications, ties, finalists }) => ({
    calls: n * (1 + verifications) + (ties * finalists * (finalists - 1)) / 2,
  }),
});

interface Entrant {
  readonly candidate: ScoredCandidate;
  /** Share of the readable verifications that found it correct. */
  readonly score: number;
  readonly votes: number;
  /** Of equal answers. */
  readonly group: number;
}

function verified(given: Options): Selection {
  return {
    name: "verified",
    usesScores: false,
    interim: majority(),
    pick: async (candidates, run) => {
      const voted = await majority().pick(candidates, run);
      if (voted === null || voted.tally.length < 2) return voted;
      const entrants = await verifyAll(run, candidates, given);
      const best = Math.max(...entrants.map(({ score }) => score));
      const finalists = entrants.filter(({ score }) => score >= best - given.margin - 1e-9).slice(0, given.finalists);
      const { winner = finalists[0], pairs } = await roundRobin(run, finalists, given);
      if (winner === undefined) return voted;
      const { candidate, score } = winner;
      const compared = pairs === 0 ? "" : `, won most of ${pairs} ${pairs === 1 ? "pair" : "pairs"} compared`;
      return {
        ...voted,
        ...{ index: candidate.index, answer: candidate.answer?.text ?? null, support: score, tied: false },
        reason: `found correct by ${(100 * score).toFixed(0)} % of its verifications${compared}`,
      };
    },
  };
}

/** Those with a readable verification, best first. */
async function verifyAll(run: Run, candidates: readonly ScoredCandidate[], given: Options): Promise<Entrant[]> {
  const groups = run.classes(candidates.map(({ answer }) => answer?.text ?? null));
  const scores = await Promise.all(
    candidates.map(async ({ answer, text }) => {
      if (answer === null) return null;
      const words = await ask(run, [`Solution:\n${text.trim()}`, VERIFY], given.verifications, "verify", given);
      const said = words.flatMap(
        (reply) =>
          reply
            .match(/\b(?:yes|no)\b/gi)
            ?.at(-1)
            ?.toLowerCase() ?? [],
      );
      return said.length === 0 ? null : said.filter((word) => word === "yes").length / said.length;
    }),
  );
  return candidates
    .flatMap((candidate, i): Entrant[] => {
      const [score, group] = [scores[i] ?? null, groups[i] ?? -1];
      return score === null
        ? []
        : [{ candidate, score, group, votes: groups.filter((other) => other === group).length }];
    })
    .sort((a, b) => b.score - a.score || b.votes - a.votes || a.candidate.index - b.candidate.index);
}

/** The finalist that wins most pairs, one that is even or of equal answers half; undefined where none is compared. */
async function roundRobin(run: Run, finalists: readonly Entrant[], given: Options) {
  const equals = ({ group }: Entrant) => finalists.filter((other) => other.group === group).length - 1;
  const wins = finalists.map((entrant) => equals(entrant) / 2);
  const places = [...finalists.keys()];
  const pairs = places.flatMap((i) =>
    places.slice(i + 1).flatMap((j) => (finalists[i]?.group === finalists[j]?.group ? [] : [[i, j] as const])),
  );
  const shares = await Promise.all(pairs.map(([i, j]) => shareWon(run, finalists[i], finalists[j], given)));
  for (const [place, [i, j]] of pairs.entries()) {
    const share = shares[place] ?? 0.5;
    wins[i] = (wins[i] ?? 0) + (share > 0.5 ? 1 : share === 0.5 ? 0.5 : 0);
    wins[j] = (wins[j] ?? 0) + (share < 0.5 ? 1 : share === 0.5 ? 0.5 : 0);
  }
  return { winner: pairs.length === 0 ? undefined : finalists[wins.indexOf(Math.max(...wins))], pairs: pairs.length };
}

/** Share of the readable comparisons that the first of two wins; every other one shows them the other way round. */
async function shareWon(run: Run, one: Entrant | undefined, other: Entrant | undefined, given: Options) {
  const texts = [one, other].map((entrant) => entrant?.candidate.text.trim());
  const letters = async (first: number, count: number) => {
    const shown = [`Solution A:\n${texts[first]}`, `Solution B:\n${texts[1 - first]}`, COMPARE];
    const replies = count === 0 ? [] : await ask(run, shown, count, "compare", given);
    const named = replies.flatMap((reply) => reply.match(/\b[AB]\b/g)?.at(-1) ?? []);
    return named.map((letter) => (letter === "A") === (first === 0));
  };
  const won = (
    await Promise.all([letters(0, Math.ceil(given.ties / 2)), letters(1, Math.floor(given.ties / 2))])
  ).flat();
  return won.length === 0 ? 0.5 : won.filter((each) => each).length / won.length;
}

async function ask(
  run: Run,
  parts: readonly string[],
  n: number,
  purpose: string,
  { judgeTemperature, model }: Options,
) {
  const content = [`Problem:\n${run.question.text}`, ...parts].join("\n\n");
  const samples = await run.sample({
    ...{ messages: [{ role: "user", content }], n, purpose, model, temperature: judgeTemperature },
  });
  return samples.map(({ text }) => text);
}
