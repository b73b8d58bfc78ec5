import { logLoss as lossOf } from "../../src/statistics/rewards/calibration.ts";
import { defineScoreMetric } from "./kit/scores.ts";

export const logLoss = defineScoreMetric(
  {
    name: "log-loss",
    summary: "mean −ln of the score given to the truth",
    scale: "number",
    better: "lower",
  },
  (items) => lossOf(items),
);
