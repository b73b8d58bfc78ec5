import { z } from "zod";
import { defineMetric, type UnitValue } from "../../src/core/metric.ts";
import { clusterOf, defineProblemMetric, overUnits } from "../../src/statistics/metric.ts";
import { groupBy, mean } from "../../src/statistics/numeric/arrays.ts";

/** What a judge that grades gave: of a rubric its share, against a baseline the win rate with ties half. */
export const judgeScore = defineProblemMetric({
  name: "judge-score",
  summary: "mean score of the judge that grades; against a baseline arm the win rate, ties ½",
  paper: "Zheng et al. 2023, arXiv:2306.05685",
  scale: "share",
  better: "higher",
  needs: ["judgements"],
  options: z.strictObject({}),
  keeps: (row) => row.judged?.score != null,
  ofProblem: (trials) => mean(trials.map(({ judged }) => judged?.score ?? 0)),
});

/** How often the judge's verdict is the label's, on picks that have both. */
export const judgeAgreement = defineProblemMetric({
  name: "judge-agreement",
  summary: "share of picks on which the judge's verdict and the label agree",
  paper: "Zheng et al. 2023, arXiv:2306.05685",
  scale: "share",
  better: "higher",
  needs: ["judgements"],
  options: z.strictObject({}),
  keeps: (row) => row.judged?.score != null && row.judged.label !== null,
  ofProblem: (trials) => mean(trials.map(({ verdict, judged }) => ((verdict === "correct") === judged?.label ? 1 : 0))),
  whyNone: () => "no judged pick has a label",
});

/** Error codes, or abilities that a solution lacks: how often the judge names any, and each of them. */
export const judgeCodes = defineMetric({
  name: "judge-codes",
  summary: "share of judged picks to which a code of the judge applies, any and each",
  paper: "Frieder et al. 2023, arXiv:2301.13867; Wang et al. 2024, arXiv:2307.10635",
  scale: "share",
  better: "neither",
  needs: ["judgements"],
  options: z.strictObject({
    among: z.enum(["all", "wrong"]).default("all").describe("all judged picks, or those that are not right"),
  }),
  partsAre: "code",
  compute(rows, { among }) {
    const judged = rows.filter(({ judged: one }) => one?.codes !== undefined);
    const kept = judged.filter(({ verdict }) => among === "all" || verdict !== "correct");
    const unitsOf = (has: (codes: readonly string[]) => boolean): UnitValue[] =>
      [...groupBy(kept, ({ problem }) => problem)].flatMap(([unit, [first, ...rest]]) => {
        if (first === undefined) return [];
        const value = mean([first, ...rest].map(({ judged: one }) => (has(one?.codes ?? []) ? 1 : 0)));
        return [{ unit, cluster: clusterOf(first), value }];
      });
    const result = overUnits(
      "share",
      unitsOf((codes) => codes.length > 0),
      rows.length - kept.length,
      0,
    );
    if (judged.length === 0)
      return { ...result, note: "needs a judge that names codes: grade: {judge: {name: codes, …}}" };
    const names = [...new Set(kept.flatMap(({ judged: one }) => one?.codes ?? []))].sort();
    const parts = names.map((part) => {
      const { value, interval, units } = overUnits(
        "share",
        unitsOf((codes) => codes.includes(part)),
        0,
        0,
      );
      return { part, value, interval, units: units.length };
    });
    return { ...result, parts };
  },
});
