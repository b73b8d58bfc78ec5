import { UnknownNameError } from "../../../core/errors.ts";
import type { TrainingForm } from "../form.ts";
import { kto } from "./kto.ts";
import { pairs } from "./pairs.ts";
import { prefixValues } from "./prefix-values.ts";
import { programs } from "./programs.ts";
import { ranked } from "./ranked.ts";
import { rewards } from "./rewards.ts";
import { sft } from "./sft.ts";
import { stepPairs } from "./step-pairs.ts";
import { tokenScores } from "./token-scores.ts";
import { tokenValues } from "./token-values.ts";
import { trajectories } from "./trajectories.ts";
import { weights } from "./weights.ts";

/** All forms of training sets. */
export const trainingForms: readonly TrainingForm<unknown, unknown>[] = [
  sft,
  pairs,
  kto,
  ranked,
  stepPairs,
  prefixValues,
  tokenValues,
  tokenScores,
  trajectories,
  programs,
  rewards,
  weights,
];

/** @throws UnknownNameError. */
export function trainingForm(name: string): TrainingForm<unknown, unknown> {
  const form = trainingForms.find((one) => one.name === name);
  if (form !== undefined) return form;
  throw new UnknownNameError(
    "form of training set",
    name,
    trainingForms.map((one) => one.name),
  );
}
