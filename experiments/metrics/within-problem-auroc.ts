import { withinProblemAuroc as areaWithin } from "../../src/statistics/rewards/discrimination.ts";
import { defineScoreMetric } from "./kit/scores.ts";

export const withinProblemAuroc = defineScoreMetric(
  {
    name: "within-problem-auroc",
    summary: "auroc within a problem, averaged over problems: what predicts best-of-n",
    scale: "share",
    better: "higher",
  },
  (items) => areaWithin(items).value,
);
