import { readFileSync } from "node:fs";
import { z } from "zod";
import { InvalidFileError } from "../core/errors.ts";
import { type CalibrationMethod, calibrate, calibrationSchema, fitCalibration, type Judged } from "./calibration.ts";

const fileSchema = z.strictObject({
  format: z.literal("ruminate-calibration"),
  version: z.literal(1),
  verifier: z.string(),
  calibration: calibrationSchema,
  /** What it was fitted on, and the Brier score there before and after. */
  fitted: z.strictObject({ n: z.int(), correct: z.int(), brierBefore: z.number(), brierAfter: z.number() }),
});
export type CalibrationFile = z.output<typeof fileSchema>;

/** A fitted calibration with its record, as it is saved. */
export function calibrationFile(
  verifier: string,
  method: CalibrationMethod,
  judged: readonly Judged[],
): CalibrationFile {
  const calibration = fitCalibration(method, judged);
  const brier = (map: (score: number) => number) =>
    judged.reduce((sum, { score, correct }) => sum + (map(score) - Number(correct)) ** 2, 0) / judged.length;
  return {
    format: "ruminate-calibration",
    version: 1,
    verifier,
    calibration,
    fitted: {
      n: judged.length,
      correct: judged.filter(({ correct }) => correct).length,
      brierBefore: brier((score) => score),
      brierAfter: brier((score) => calibrate(calibration, score)),
    },
  };
}

/** @throws InvalidFileError for a file that cannot be read or is no calibration. */
export function loadCalibration(path: string): CalibrationFile {
  let text: unknown;
  try {
    text = JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    throw new InvalidFileError(path, null, `cannot be read as a calibration: ${(error as Error).message}`, {
      cause: error,
    });
  }
  const parsed = fileSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new InvalidFileError(
    path,
    null,
    `is no calibration: ${issue?.path.join(".")} ${issue?.message}. Make one with ruminate verifier eval --calibrate.`,
  );
}
