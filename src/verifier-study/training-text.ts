import { digits, featuresText } from "../learned/card.ts";
import type { LearnedVerifier } from "../learned/model.ts";
import type { HeadReport } from "../learned/training-report.ts";
import { plainTable } from "../report/table.ts";

/** What training found, as the command prints it. */
export function trainingText({ kind, features, report }: LearnedVerifier, out: string): string {
  const { train, heldOut, area, brier, calibrationError, selfCertainty, bestOf, milliseconds } = report;
  const last = bestOf.at(-1);
  const heads = report.heads.map(({ form, setting, statesRidge, logLoss, auc, heldOutAuc, chosen }) => [
    headText(form, setting, statesRidge),
    logLoss.toFixed(4),
    digits(auc),
    digits(heldOutAuc),
    chosen ? "chosen" : "",
  ]);
  const lines = [
    `Learned from ${train.examples} examples of ${train.problems} problems (${train.right} right; labels: ${report.labels}) in ${milliseconds} ms.`,
    `Features: ${featuresText(features)}.${imputedText(report.imputed, train.examples + heldOut.examples)}`,
    ...undecidedLines(report.undecided),
    "",
    plainTable([["head", "log-loss on folds", "AUC on folds", "AUC held out", ""], ...heads]),
    "",
    `Held out: ${heldOut.examples} examples of ${heldOut.problems} other problems.`,
    `AUC ${digits(area.auc)} [${digits(area.low)}, ${digits(area.high)}], within problems ${digits(area.withinProblem)}, Brier ${brier.toFixed(3)}, calibration error ${calibrationError.toFixed(3)}.`,
    ...(selfCertainty === null
      ? []
      : [
          `The policy's own certainty on the same: AUC ${digits(selfCertainty.auc)} [${digits(selfCertainty.low)}, ${digits(selfCertainty.high)}], within problems ${digits(selfCertainty.withinProblem)}.`,
        ]),
    ...(last === undefined
      ? []
      : [
          `Best of ${last.k} by it ${digits(last.verifier)}, by majority ${digits(last.majority)}, at random ${digits(last.random)}, any right ${digits(last.oracle)}.`,
        ]),
    `Use it with --verifier ${kind}=file:${out}`,
  ];
  return `${lines.join("\n")}\n`;
}

function headText(form: HeadReport["form"], setting: number, statesRidge: number | undefined): string {
  if (form === "mean") return `mean of a logistic${statesRidge === undefined ? "" : " with states"} and trees`;
  return form === "trees" ? `${setting} boosted trees` : `logistic, ridge ${setting}${statesText(statesRidge)}`;
}

const statesText = (ridge: number | undefined): string => (ridge === undefined ? "" : `, of states ${ridge}`);

const undecidedLines = (undecided = 0): string[] =>
  undecided === 0 ? [] : [`Left out: ${undecided} solutions that the grader could not judge.`];

const imputedText = (imputed: number | null, of: number): string =>
  imputed === null || imputed === 0 ? "" : ` ${imputed} of ${of} carry no log-probabilities: usual ones stand in.`;
