import { z } from "zod";
import { defineProblemMetric } from "../../src/statistics/metric.ts";
import type { Labelled } from "../../src/statistics/rewards/discrimination.ts";
import { ndcgAtK, precisionAtK } from "../../src/statistics/rewards/ranked-retrieval.ts";
import { scoredCandidates } from "./kit/scores.ts";

const options = z.strictObject({ k: z.int().min(1).default(10).describe("places of the ranking that count") });

/** The scored candidates of a problem as a ranking in which right ones should stand in front. */
const defineRanking = (
  name: string,
  summary: string,
  paper: string | undefined,
  value: (items: readonly Labelled[], k: number) => number | null,
) =>
  defineProblemMetric({
    ...{ name, summary, paper, scale: "share", better: "higher", options },
    needs: ["scores"],
    keeps: () => true,
    ofProblem: (trials, { k }) => value(scoredCandidates(trials), k),
    whyNone: () => "no problem has a right candidate, or enough scored ones",
  });

export const ndcg = defineRanking(
  "ndcg@k",
  "gain of the ranking of candidates by score over the best ranking, right ones being relevant",
  "Järvelin and Kekäläinen 2002",
  ndcgAtK,
);

export const precision = defineRanking(
  "precision@k",
  "share of right candidates among the k that score highest",
  undefined,
  precisionAtK,
);
