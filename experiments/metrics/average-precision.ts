import { averagePrecision as precisionOf } from "../../src/statistics/rewards/discrimination.ts";
import { defineScoreMetric } from "./kit/scores.ts";

export const averagePrecision = defineScoreMetric(
  {
    name: "average-precision",
    summary: "area under precision over recall of right candidates",
    scale: "share",
    better: "higher",
  },
  precisionOf,
);
