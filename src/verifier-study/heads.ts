import { fitLogistic, predict } from "../learned/logistic.ts";
import { type Head, meanOfChances, predictHead, type SingleHead } from "../learned/model.ts";
import type { HeadReport } from "../learned/training-report.ts";
import { boostingDefaults, fitTrees } from "../learned/trees.ts";
import { variance } from "../statistics/numeric/arrays.ts";
import { auroc } from "../statistics/rewards/discrimination.ts";
import { splitByCluster } from "./split.ts";

/** Features beside what they should tell. */
export interface TrainingRow {
  readonly cluster: string;
  readonly features: readonly number[];
  /** Chance of being right: 0 or 1, or a share of rollouts. */
  readonly target: number;
  readonly correct: boolean;
}

interface Fold {
  readonly train: readonly TrainingRow[];
  readonly heldOut: readonly TrainingRow[];
}

/** A form of head with the setting that did best on the folds. */
interface Contender {
  readonly form: Head["form"];
  readonly setting: number;
  /** Of hidden states, where it reads them. */
  readonly statesRidge?: number;
  readonly logLoss: number;
  /** Of each fold. */
  readonly losses: readonly number[];
  readonly auc: number | null;
  /** Of each fold's held-out rows. */
  readonly scores: readonly ArrayLike<number>[];
  /** Whose mean it is. */
  readonly of?: readonly Contender[];
}

const ridges = [0.3, 3, 30, 300, 3000] as const;
/** Of hidden states, which are more than the rows: their penalty must be larger. */
const statesRidges = [300, 1000, 3000, 10_000, 30_000] as const;
/** Boosting stops when the best round is this many rounds ago. */
const patience = 20;
/** Fewer leave the choice between heads to which problems stand together. */
const foldCount = 8;

/**
 * The head for these rows: ridge logistic regression or boosted trees over the first `plain` features, a logistic head
 * over all of them whose others, hidden states, have a penalty of their own, or the mean log-odds of a logistic one and
 * the trees; whichever has the smallest log-loss over eight folds of problems (no problem is in a fold and in its
 * rest), and the mean where it is as good. Each form's setting, ridges or the number of trees, is chosen on the same
 * folds. Ties go to the earlier one. Trees that look at thousands of states one by one take hours and find what a line
 * through all of them finds, so they read none.
 */
export function chooseHead(
  train: readonly TrainingRow[],
  heldOut: readonly TrainingRow[],
  seed: string,
  plain = train[0]?.features.length ?? 0,
): { readonly head: Head; readonly reports: readonly HeadReport[]; readonly readsStates: boolean } {
  const folds = foldsOf(train, seed);
  const contenders = contendersOn(folds, plain, (train[0]?.features.length ?? 0) > plain);
  const winner = bestOf(contenders);
  const fitted = contenders.map((contender) => ({ contender, head: fitHead(train, contender, plain) }));
  const reports = fitted.map(({ contender: { form, setting, statesRidge, logLoss, auc }, head }, i) => ({
    ...{ form, setting, statesRidge, logLoss, auc },
    heldOutAuc: auroc(heldOut.map(({ features, correct }) => ({ score: predictHead(head, features), correct }))),
    chosen: contenders[i] === winner,
  }));
  const { head } = fitted.find(({ contender }) => contender === winner) as (typeof fitted)[number];
  return { head, reports, readsStates: winner.statesRidge !== undefined };
}

function contendersOn(folds: readonly Fold[], plain: number, states: boolean): readonly Contender[] {
  const narrow = folds.map((fold) => ({ train: cut(fold.train, plain), heldOut: cut(fold.heldOut, plain) }));
  const logistic = least(lines(narrow, ridges, (ridge) => ({ setting: ridge })));
  const trees = bestRounds(narrow);
  const setting = (statesRidge: number) => ({ setting: logistic.setting, statesRidge });
  const wide = states ? lines(folds, statesRidges, setting, plain) : [];
  // Beside trees another penalty may be best than alone.
  const both = least([logistic, ...wide].map((line) => meanOf(folds, [line, trees])));
  return [logistic, trees, ...(states ? [least(wide)] : []), both];
}

/**
 * The least loss; but the mean, which is last, where it is within one standard error of that over the folds (Breiman et
 * al. 1984): it depends least on which problems stand together.
 */
function bestOf(contenders: readonly Contender[]): Contender {
  const [best, mean] = [least(contenders), contenders.at(-1) as Contender];
  const behind = mean.losses.map((loss, fold) => loss - (best.losses[fold] ?? 0));
  const standardError = Math.sqrt((variance(behind) ?? 0) / behind.length);
  return mean.logLoss - best.logLoss <= standardError ? mean : best;
}

const least = (contenders: readonly Contender[]): Contender =>
  contenders.reduce((best, one) => (one.logLoss < best.logLoss ? one : best));

function meanOf(folds: readonly Fold[], of: readonly [Contender, Contender]): Contender {
  const scores = folds.map(({ heldOut }, fold) =>
    heldOut.map((_, i) => meanOfChances(of.map(({ scores }) => scores[fold]?.[i] ?? 0.5))),
  );
  return { form: "mean", setting: of.length, statesRidge: of[0].statesRidge, of, scores, ...measured(folds, scores) };
}

const cut = (rows: readonly TrainingRow[], length: number): readonly TrainingRow[] =>
  rows.map((row) => (row.features.length > length ? { ...row, features: row.features.slice(0, length) } : row));

type Setting = Pick<Contender, "setting" | "statesRidge">;

function fitHead(train: readonly TrainingRow[], contender: Contender, plain: number): Head {
  const { of } = contender;
  if (of === undefined) return fitSingle(train, contender, plain);
  return { form: "mean", heads: of.map((one) => fitSingle(train, one, plain)) };
}

function fitSingle(train: readonly TrainingRow[], contender: Contender, plain: number): SingleHead {
  const { form, setting, statesRidge } = contender;
  const rows = statesRidge === undefined ? cut(train, plain) : train;
  const [features, targets] = [rows.map((row) => row.features), rows.map(({ target }) => target)];
  if (form === "trees") return { form, ...mutable(fitTrees(features, targets, { rounds: setting })) };
  return { form: "logistic", ...mutable(fitLogistic(features, targets, setting, othersOf(contender, plain))) };
}

const othersOf = ({ statesRidge }: Setting, plain: number) =>
  statesRidge === undefined ? undefined : { from: plain, ridge: statesRidge };

/** As files hold it: plain lists. */
const mutable = <T>(value: T): DeepWritable<T> => structuredClone(value) as DeepWritable<T>;
type DeepWritable<T> = {
  -readonly [K in keyof T]: T[K] extends readonly (infer U)[] ? DeepWritable<U>[] : DeepWritable<T[K]>;
};

function foldsOf(train: readonly TrainingRow[], seed: string): Fold[] {
  const folds: Fold[] = [];
  for (let fold = 0, rest = train; fold < foldCount && new Set(rest.map(({ cluster }) => cluster)).size >= 2; fold++) {
    const { train: later, heldOut } = splitByCluster(rest, 1 / (foldCount - fold), `${seed}/fold`);
    const inside = new Set(heldOut.map(({ cluster }) => cluster));
    folds.push({ train: train.filter(({ cluster }) => !inside.has(cluster)), heldOut });
    rest = later;
  }
  return folds;
}

/** A logistic head for each ridge. */
function lines(
  folds: readonly Fold[],
  tried: readonly number[],
  settingOf: (ridge: number) => Setting,
  plain = 0,
): Contender[] {
  return tried.map((ridge): Contender => {
    const setting = settingOf(ridge);
    const scores = folds.map(({ train, heldOut }) => {
      const model = fitLogistic(
        train.map(({ features }) => features),
        train.map(({ target }) => target),
        setting.setting,
        othersOf(setting, plain),
      );
      return heldOut.map(({ features }) => predict(model, features));
    });
    return { form: "logistic", ...setting, scores, ...measured(folds, scores) };
  });
}

/**
 * All folds are boosted to the end of their patience; the number of trees with the least loss over all of them is
 * taken.
 */
function bestRounds(folds: readonly Fold[]): Contender {
  const histories = folds.map(({ train, heldOut }) => {
    const scores: Float64Array[] = [];
    let [lowest, at] = [Number.POSITIVE_INFINITY, 0];
    const goOn = (logOdds: Float64Array) => {
      const chances = logOdds.map((z) => 1 / (1 + Math.exp(-z)));
      scores.push(chances);
      const loss = heldOut.reduce((sum, { target }, i) => sum + logLossOf(chances[i] ?? 0.5, target), 0);
      if (loss < lowest) [lowest, at] = [loss, scores.length];
      return scores.length - at < patience;
    };
    const rows = heldOut.map(({ features }) => features);
    fitTrees(
      train.map(({ features }) => features),
      train.map(({ target }) => target),
      boostingDefaults,
      { rows, goOn },
    );
    return scores;
  });
  const most = Math.max(...histories.map(({ length }) => length));
  const found = Array.from({ length: most }, (_, round) => {
    // A fold that stopped early stands at its last round.
    const scores = histories.map((history) => history[Math.min(round, history.length - 1)] ?? []);
    return { setting: round + 1, logLoss: lossOf(folds, scores), scores };
  });
  const best = found.reduce((lowest, one) => (one.logLoss < lowest.logLoss ? one : lowest));
  return { form: "trees", setting: best.setting, scores: best.scores, ...measured(folds, best.scores) };
}

function measured(folds: readonly Fold[], scores: readonly ArrayLike<number>[]) {
  const items = folds.flatMap(({ heldOut }, fold) =>
    heldOut.map(({ correct }, i) => ({ score: scores[fold]?.[i] ?? 0.5, correct })),
  );
  const losses = folds.map((fold, i) => lossOf([fold], scores.slice(i, i + 1)));
  return { logLoss: lossOf(folds, scores), losses, auc: auroc(items) };
}

/** Mean over all rows of all folds. */
function lossOf(folds: readonly Fold[], scores: readonly ArrayLike<number>[]): number {
  let [sum, count] = [0, 0];
  for (const [fold, { heldOut }] of folds.entries()) {
    for (const [i, { target }] of heldOut.entries()) sum += logLossOf(scores[fold]?.[i] ?? 0.5, target);
    count += heldOut.length;
  }
  return sum / Math.max(1, count);
}

const logLossOf = (p: number, target: number): number =>
  -target * Math.log(Math.max(1e-12, p)) - (1 - target) * Math.log(Math.max(1e-12, 1 - p));
