import type { LearnedVerifier } from "./model.ts";

export const digits = (value: number | null): string => value?.toFixed(3) ?? "–";

/** What a learned verifier's file says of itself, as `ruminate verifiers show` tells of it: what, and what of it. */
export function cardOf({ kind, features, model, report }: LearnedVerifier): readonly (readonly [string, string])[] {
  const { train, heldOut, area, brier, calibrationError, selfCertainty, labels, seed, undecided = 0 } = report;
  const last = report.bestOf.at(-1);
  const interval = `[${digits(area.low)}, ${digits(area.high)}]`;
  return [
    ["learned from", `${train.examples} examples of ${train.problems} problems, ${train.right} right`],
    ...(undecided === 0 ? [] : [["left out", `${undecided} solutions that could not be graded`] as const]),
    ["labels", `${labels}; problems held out by seed ${seed}`],
    ["features", featuresText(features)],
    [
      "head",
      model.form === "mean" ? `the mean log-odds of ${model.heads.map(({ form }) => form).join(" and ")}` : model.form,
    ],
    ["held out", `${heldOut.examples} examples of ${heldOut.problems} other problems, ${heldOut.right} right`],
    ["area", `${digits(area.auc)} ${interval}, within problems ${digits(area.withinProblem)}`],
    ["calibration", `Brier score ${digits(brier)}, calibration error ${digits(calibrationError)}`],
    ...(selfCertainty === null
      ? []
      : [
          [
            "self-certainty",
            `area ${digits(selfCertainty.auc)}, within problems ${digits(selfCertainty.withinProblem)}`,
          ] as const,
        ]),
    ...(kind === "process" || last === undefined
      ? []
      : [
          [
            `best of ${last.k}`,
            `${digits(last.verifier)} by it, ${digits(last.majority)} by majority, ${digits(last.oracle)} any right`,
          ] as const,
        ]),
  ];
}

/** The groups of features that are read, in words. */
export function featuresText({ text, logprobs, embedding, states }: LearnedVerifier["features"]): string {
  const parts = [`${text.length} of the text`];
  if (logprobs.length > 0) parts.push(`${logprobs.length} of the policy's log-probabilities`);
  if (embedding !== null) parts.push(`${embedding.components.length} components of embeddings`);
  if (states !== null) parts.push(`2 × ${states.width} of the hidden states of ${states.policy}`);
  return parts.join(", ");
}
