import type { Calibration } from "../learned/calibration.ts";
import { loadCalibration } from "../learned/calibration-file.ts";
import type { Ask } from "./ask.ts";
import type { ServeConfig } from "./config.ts";
import type { Settings } from "./settings.ts";

/** From the support of a reply to the probability that it is right, by configured name. */
export type Calibrations = ReadonlyMap<string, Calibration>;

/** @throws InvalidFileError for a file that is no calibration. */
export function openCalibrations(models: ServeConfig["models"]): Calibrations {
  return new Map(
    Object.entries(models).flatMap(([name, { calibration }]) => {
      if (calibration === undefined) return [];
      return [[name, typeof calibration === "string" ? loadCalibration(calibration).calibration : calibration]];
    }),
  );
}

/** A map holds for what it was fitted on: a request that thinks in another way than its name says gets none. */
export function calibrationFor(ask: Ask, around: Settings, calibrations: Calibrations): Calibration | null {
  const given = [around, ask.ruminate].some(({ strategy, options, verifiers, select, stop, answer, budget }) =>
    [strategy, options, verifiers, select, stop, answer, budget].some((setting) => setting !== undefined),
  );
  const hotter = ask.temperature !== null && ask.temperature > 0;
  return given || hotter ? null : (calibrations.get(ask.model) ?? null);
}
