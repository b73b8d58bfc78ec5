import { groupAnswers } from "../answer/classes.ts";
import { Random } from "../core/random.ts";
import { pickOrder } from "../engine/picking/pick-order.ts";
import { compareFamily } from "../statistics/comparing/compare.ts";
import type { Comparison } from "../statistics/comparing/comparison.ts";
import { bestOfK } from "../statistics/sampling/best-of-k.ts";
import { majorityAtK, votesOf } from "../statistics/sampling/majority-at-k.ts";
import { passAtK } from "../statistics/sampling/pass-at-k.ts";
import { weightedAtK } from "../statistics/sampling/weighted-at-k.ts";
import type { Judgement } from "./measures.ts";

/** Chances of a right pick out of k stored solutions; `weighted` is null where a score is negative and cannot weigh. */
export interface CurvePoint {
  readonly k: number;
  readonly verifier: number;
  readonly weighted: number | null;
  readonly majority: number;
  readonly random: number;
  readonly oracle: number;
}

/** One problem's chances, over all ways to draw k of its solutions. */
interface ProblemPoint extends CurvePoint {
  readonly unit: string;
  readonly cluster: string;
}

/**
 * Accuracy of the verifier's pick among k stored solutions, and of the vote that it weighs, beside the majority, one at
 * random, and any right one; means over the problems that have k solutions, for each k of which nine in ten have so
 * many (some lack one that could not be graded). It picks one without an answer only where no other was drawn.
 */
export const bestOfCurve = (judgements: readonly Judgement[]): CurvePoint[] =>
  sizesOf(judgements).map((k) => meanOf(k, pointsOf(judgements, k)));

/**
 * The verifier's pick, and the vote that it weighs, against the majority of equally many: paired by problem, p values
 * adjusted by Holm over all of them. Equal compute where judging costs nothing.
 */
export function gainsOverVote(judgements: readonly Judgement[]): Comparison[] {
  const sizes = sizesOf(judgements).filter((k) => k > 1);
  const pairs = sizes.flatMap((k) => {
    const points = pointsOf(judgements, k);
    const valuesOf = (strategy: string, value: (point: ProblemPoint) => number | null) => ({
      strategy: `${strategy} of ${k}`,
      units: points.flatMap((point) => {
        const known = value(point);
        return known === null ? [] : [{ unit: point.unit, cluster: point.cluster, value: known }];
      }),
    });
    const majority = valuesOf("the vote", (point) => point.majority);
    const best = valuesOf("the best", (point) => point.verifier);
    const weighted = valuesOf("the weighted vote", (point) => point.weighted);
    return weighted.units.length === points.length
      ? [[best, majority] as const, [weighted, majority] as const]
      : [[best, majority] as const];
  });
  return compareFamily(pairs);
}

const poolsOf = (judgements: readonly Judgement[], k: number) =>
  judgements.filter(({ item }) => item.solutions.length >= Math.max(2, k));

function sizesOf(judgements: readonly Judgement[]): number[] {
  const enough = 0.9 * poolsOf(judgements, 1).length;
  return enough === 0 ? [] : [1, 2, 4, 8, 16, 32, 64].filter((k) => poolsOf(judgements, k).length >= enough);
}

interface Sample {
  readonly correct: boolean;
  readonly score: number | null;
  readonly answerClass: string | null;
  /** Mean log-probability of its tokens. */
  readonly tieBreak: number | undefined;
}

const pointsOf = (judgements: readonly Judgement[], k: number): ProblemPoint[] =>
  poolsOf(judgements, k).map(({ item, judged }) => {
    const classes = groupAnswers(item.solutions.map(({ answer }) => answer ?? null));
    const samples = item.solutions.map(
      ({ correct }, i): Sample => ({
        correct,
        score: judged.outcomes[i] ?? null,
        answerClass: (classes[i] ?? -1) < 0 ? null : String(classes[i]),
        tieBreak: item.solutions[i]?.confidence?.[0] ?? undefined,
      }),
    );
    const right = samples.filter(({ correct }) => correct).length;
    const weighs = samples.every(({ score }) => score === null || score >= 0);
    const order = pickOrder(samples.map(({ score }, i) => ({ score, answered: item.solutions[i]?.answer !== null })));
    return {
      ...{ unit: item.id, cluster: item.cluster, k },
      verifier: bestOfK(
        samples.map(({ correct }, i) => ({ correct, score: order[i] ?? 0 })),
        k,
      ),
      weighted: weighs ? weightedAtK(samples, k, new Random(`weighted/${item.id}/${k}`)).value : null,
      majority: voteOf(samples, k, new Random(`majority/${item.id}/${k}`)),
      random: right / samples.length,
      oracle: passAtK(samples.length, right, k),
    };
  });

/** As `self-consistency` votes: ties go to the class with the likeliest sample; split where that is not known. */
function voteOf(samples: readonly Sample[], k: number, random: Random): number {
  const known = samples.every(({ tieBreak }) => tieBreak !== undefined);
  if (!known) return majorityAtK(votesOf(samples), k, random).value;
  return weightedAtK(
    samples.map((sample) => ({ ...sample, score: 1 })),
    k,
    random,
  ).value;
}

function meanOf(k: number, points: readonly ProblemPoint[]): CurvePoint {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const weighted = points.flatMap((point) => point.weighted ?? []);
  return {
    k,
    verifier: mean(points.map(({ verifier }) => verifier)),
    weighted: weighted.length === points.length ? mean(weighted) : null,
    majority: mean(points.map(({ majority }) => majority)),
    random: mean(points.map(({ random }) => random)),
    oracle: mean(points.map(({ oracle }) => oracle)),
  };
}
