import type { LearnedVerifier } from "./model.ts";

const digits = (value: number | null): string => value?.toFixed(3) ?? "–";

/** What a learned verifier's file says of itself, as `ruminate verifiers show` tells of it: what, and what of it. */
export function cardOf({ kind, features, model, report }: LearnedVerifier): readonly (readonly [string, string])[] {
  const { train, heldOut, area, brier, calibrationError, selfCertainty, labels, seed } = report;
  const { text, logprobs, states } = features;
  const reads = [
    `${text.length} of the text`,
    ...(logprobs.length === 0 ? [] : [`${logprobs.length} of the log-probabilities`]),
    ...(states === null ? [] : [`2 × ${states.width} of the hidden states of ${states.policy}`]),
  ];
  const last = report.bestOf.at(-1);
  const interval = `[${digits(area.low)}, ${digits(area.high)}]`;
  return [
    ["learned from", `${train.examples} examples of ${train.problems} problems, ${train.right} right`],
    ["labels", `${labels}; problems held out by seed ${seed}`],
    ["features", reads.join(", ")],
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
