import { z } from "zod";
import { InvalidOptionError } from "../src/core/errors.ts";
import type { Score } from "../src/core/score.ts";
import { parseOptions } from "../src/core/strategy.ts";
import { defineVerifier, needsOf, type VerifierDefinition } from "../src/core/verifier.ts";
import { calibrate, calibrationSchema } from "../src/learned/calibration.ts";
import { loadCalibration } from "../src/learned/calibration-file.ts";

const optionsSchema = z
  .strictObject({
    verifier: z.string().describe("the verifier whose scores are mapped"),
    options: z.record(z.string(), z.unknown()).default({}).describe("its options"),
    file: z.string().optional().describe("a calibration saved by `verifier eval --calibrate`"),
    map: calibrationSchema.optional().describe("or the calibration itself"),
    abstain: z
      .tuple([z.number().min(0).max(1), z.number().min(0).max(1)])
      .optional()
      .describe("probabilities strictly between these two are no judgement: null"),
  })
  .refine(({ file, map }) => file === undefined || map === undefined, {
    path: ["map"],
    message: "must not be given beside `file`",
  });
type Options = z.output<typeof optionsSchema>;

function mapping({ file, map, abstain }: Options): (score: Score) => Score {
  const calibration = file === undefined ? map : loadCalibration(file).calibration;
  return (score) => {
    if (score.value === null) return score;
    const value = calibration === undefined ? score.value : calibrate(calibration, score.value);
    const reason = `${score.value.toFixed(4)} before calibration${score.reason === undefined ? "" : `; ${score.reason}`}`;
    const raw = score.raw ?? score.value;
    if (abstain !== undefined && value > abstain[0] && value < abstain[1]) {
      const between = `${value.toFixed(3)} lies between ${abstain[0]} and ${abstain[1]}: no judgement`;
      return { value: null, reason: between, raw };
    }
    return { value: Math.min(1, Math.max(0, value)), reason, raw };
  };
}

const unable = (name: string): InvalidOptionError =>
  new InvalidOptionError('calibrated: "verifier"', `holds "${name}", which does not score what is asked for.`);

/**
 * Another verifier's scores as probabilities, by a map fitted on labelled traces (isotonic: Zadrozny and Elkan 2002;
 * Platt 1999; temperature: Guo et al. 2017, arXiv:1706.04599), and null where they say too little (`abstain`). The
 * order of scores stays; the raw one is kept in the reason.
 *
 * Cost: the verifier's own.
 */
export const calibrated = (find: (name: string) => VerifierDefinition) =>
  defineVerifier<Options>({
    name: "calibrated",
    summary: "another verifier's scores as probabilities by a fitted map, null where they say too little",
    paper: "Guo et al. 2017, arXiv:1706.04599",
    options: optionsSchema,
    needs: ({ verifier, options }) => needsOf(find(verifier), options),
    members: ({ verifier, options }) => [{ name: verifier, options }],
    outcome: (options) => {
      const definition = find(options.verifier);
      const verifier = definition.outcome?.(parseOptions(definition, options.options));
      if (verifier === undefined) throw unable(options.verifier);
      const map = mapping(options);
      return {
        score: async (question, candidates, run) => (await verifier.score(question, candidates, run)).map(map),
      };
    },
    process: (options) => {
      const definition = find(options.verifier);
      const verifier = definition.process?.(parseOptions(definition, options.options));
      if (verifier === undefined) throw unable(options.verifier);
      const map = mapping(options);
      return {
        scoreSteps: async (question, trajectories, run) =>
          (await verifier.scoreSteps(question, trajectories, run)).map((row) => row.map(map)),
      };
    },
  });
