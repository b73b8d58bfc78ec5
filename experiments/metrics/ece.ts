import { expectedCalibrationError } from "../../src/statistics/rewards/calibration.ts";
import { defineScoreMetric } from "./kit/scores.ts";

export const ece = defineScoreMetric(
  {
    name: "ece",
    summary: "expected calibration error over 10 equal bins",
    scale: "number",
    better: "lower",
  },
  (items) => expectedCalibrationError(items, 10),
);
