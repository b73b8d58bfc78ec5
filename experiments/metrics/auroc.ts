import { auroc as areaOf } from "../../src/statistics/rewards/discrimination.ts";
import { defineScoreMetric } from "./kit/scores.ts";

export const auroc = defineScoreMetric(
  {
    name: "auroc",
    summary: "chance that a right candidate scores above a wrong one, over all problems together",
    scale: "share",
    better: "higher",
  },
  areaOf,
);
