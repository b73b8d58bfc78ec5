import { brier as squaredError } from "../../src/statistics/rewards/calibration.ts";
import { defineScoreMetric } from "./kit/scores.ts";

export const brier = defineScoreMetric(
  {
    name: "brier",
    summary: "mean squared error of the score",
    scale: "number",
    better: "lower",
  },
  squaredError,
);
