import type { Random } from "../../core/random.ts";
import { pairedDifference } from "../comparing/paired.ts";
import type { Interval } from "../intervals/interval.ts";
import { groupBy, mean } from "../numeric/arrays.ts";

/** What one arm did on a problem. */
export interface ArmOutcome {
  readonly right: number;
  /** Tokens that it takes by itself. */
  readonly alone: number;
  /** Tokens that it takes after the probe, the probe's included. */
  readonly routed: number;
}

export interface AdviceUnit {
  readonly cluster: string;
  /** How easy the probe makes the problem look, in [0, 1]. */
  readonly easiness: number;
  readonly arms: readonly ArmOutcome[];
}

/**
 * Problems with an easiness of at least bounds[i] go to arms[i], those below all of them to the last. Without bounds
 * there is one arm and no probe.
 */
export interface Routing {
  /** Falling. */
  readonly bounds: readonly number[];
  readonly arms: readonly number[];
}

export interface Figures {
  readonly accuracy: number;
  readonly tokens: number;
}

export interface BudgetAdvice {
  /** Tokens a problem, on average. */
  readonly budget: number;
  /** The arm that is best by itself within the budget. */
  readonly single: number;
  /** The routing that is best with as many tokens as that arm. */
  readonly routing: Routing;
  /** On problems that had no part in the choice. */
  readonly heldOut: { readonly single: Figures; readonly routed: Figures };
  /** Accuracy that routing gains on these. */
  readonly gain: { readonly mean: number; readonly interval: Interval | null };
  /** Is routing the advice? Only where it gains more than one standard error. */
  readonly routes: boolean;
}

export interface AdviceOptions {
  readonly budgets: readonly number[];
  readonly bins: number;
  readonly folds: number;
  readonly random: Random;
}

/**
 * For each budget the best single arm, and the best way to choose arms by the easiness that a probe shows (compute
 * optimal scaling, Snell et al. 2024, arXiv:2408.03314, section 3.2, with predicted difficulty). Both are fitted on the
 * other folds and read on the held-out one; what is returned is fitted on all. Budgets that no arm keeps are left out.
 */
export function adviceFor(units: readonly AdviceUnit[], options: AdviceOptions): BudgetAdvice[] {
  const folds = foldsOf(units, options);
  return options.budgets.flatMap((budget) => {
    const whole = fitted(units, budget, options.bins);
    const parts = folds.map((fold) => ({
      held: units.filter((_, i) => fold[i] === true),
      fit: fitted(
        units.filter((_, i) => fold[i] !== true),
        budget,
        options.bins,
      ),
    }));
    if (whole === null || parts.some(({ fit }) => fit === null)) return [];
    const read = parts.flatMap(({ held, fit }) => (fit === null ? [] : held.map((unit) => outcomesOf(unit, fit))));
    const pairs = read.map(({ single, routed, unit }) => ({
      a: routed.right,
      b: single.right,
      problem: unit.cluster,
      cluster: unit.cluster,
    }));
    const { difference, standardError, interval } = pairedDifference(pairs);
    const figures = (of: (one: (typeof read)[number]) => { right: number; tokens: number }): Figures => ({
      accuracy: mean(read.map((one) => of(one).right)),
      tokens: mean(read.map((one) => of(one).tokens)),
    });
    return [
      {
        budget,
        ...whole,
        heldOut: { single: figures(({ single }) => single), routed: figures(({ routed }) => routed) },
        gain: { mean: difference, interval },
        routes: difference > Math.max(1e-9, standardError ?? Infinity),
      },
    ];
  });
}

interface Fit {
  readonly single: number;
  readonly routing: Routing;
}

function outcomesOf(unit: AdviceUnit, { single, routing }: Fit) {
  const alone = unit.arms[single];
  const routed = unit.arms[armFor(routing, unit.easiness)];
  return {
    unit,
    single: { right: alone?.right ?? 0, tokens: alone?.alone ?? 0 },
    routed: { right: routed?.right ?? 0, tokens: tokensOf(routed, routing) },
  };
}

/** What an arm takes as a part of a routing. */
export const tokensOf = (outcome: ArmOutcome | undefined, { bounds }: Routing): number =>
  (bounds.length === 0 ? outcome?.alone : outcome?.routed) ?? 0;

/** The arm that a problem of this easiness goes to. */
export function armFor({ bounds, arms }: Routing, easiness: number): number {
  const place = bounds.findIndex((bound) => easiness >= bound);
  return arms[place < 0 ? arms.length - 1 : place] ?? 0;
}

function fitted(units: readonly AdviceUnit[], budget: number, bins: number): Fit | null {
  const single = bestSingle(units, budget);
  if (single === null) return null;
  const most = units.reduce((sum, { arms }) => sum + (arms[single]?.alone ?? 0), 0);
  const routing = bestRouting(units, most, bins);
  return {
    single,
    routing: routing === null || routing.bounds.length === 0 ? { bounds: [], arms: [single] } : routing,
  };
}

/** The arm with the highest accuracy of those within the budget; of equal ones the one that takes fewer tokens. */
function bestSingle(units: readonly AdviceUnit[], budget: number): number | null {
  const count = units[0]?.arms.length ?? 0;
  const arms = Array.from({ length: count }, (_, arm) => ({
    arm,
    right: mean(units.map(({ arms: own }) => own[arm]?.right ?? 0)),
    tokens: mean(units.map(({ arms: own }) => own[arm]?.alone ?? 0)),
  })).filter(({ tokens }) => tokens <= budget);
  const ordered = arms.sort((a, b) => (Math.abs(a.right - b.right) > 1e-12 ? b.right - a.right : a.tokens - b.tokens));
  return ordered[0]?.arm ?? null;
}

/** A choice of arms for the bins so far, with what it gets right and takes in all. */
interface Choice {
  readonly right: number;
  readonly tokens: number;
  readonly arms: readonly number[];
}

/**
 * The arm for each bin of easiness that gets most right with at most so many tokens in all: bin after bin, keeping of
 * all choices those that no other beats in both. Null where even the cheapest takes more.
 */
function bestRouting(units: readonly AdviceUnit[], tokens: number, bins: number): Routing | null {
  const { bounds, groups } = binned(units, bins);
  let choices: readonly Choice[] = [{ right: 0, tokens: 0, arms: [] }];
  for (const group of groups) {
    const own = Array.from({ length: units[0]?.arms.length ?? 0 }, (_, arm) => ({
      arm,
      right: group.reduce((sum, { arms }) => sum + (arms[arm]?.right ?? 0), 0),
      tokens: group.reduce((sum, { arms }) => sum + (arms[arm]?.routed ?? 0), 0),
    }));
    const longer = choices.flatMap((choice) =>
      own.map((one) => ({
        right: choice.right + one.right,
        tokens: choice.tokens + one.tokens,
        arms: [...choice.arms, one.arm],
      })),
    );
    choices = unbeaten(longer.filter((choice) => choice.tokens <= tokens));
  }
  const best = choices.at(-1);
  return best === undefined ? null : merged({ bounds, arms: best.arms });
}

/** By rising tokens, each better than all before it. */
function unbeaten(choices: readonly Choice[]): Choice[] {
  const sorted = choices.toSorted((a, b) => a.tokens - b.tokens || b.right - a.right);
  let most = Number.NEGATIVE_INFINITY;
  return sorted.filter(({ right }) => {
    if (right <= most + 1e-9) return false;
    most = right;
    return true;
  });
}

/** Bins of about as many units each, the easiest first; units of one easiness stay together. */
function binned(units: readonly AdviceUnit[], bins: number) {
  const levels = [...groupBy(units, ({ easiness }) => String(easiness)).entries()]
    .map(([level, members]) => ({ level: Number(level), members }))
    .sort((a, b) => b.level - a.level);
  const groups: AdviceUnit[][] = [];
  const bounds: number[] = [];
  let open: AdviceUnit[] = [];
  for (const [place, { level, members }] of levels.entries()) {
    open.push(...members);
    const full = open.length >= units.length / bins || place === levels.length - 1;
    if (!full) continue;
    groups.push(open);
    bounds.push(level);
    open = [];
  }
  return { groups, bounds: bounds.slice(0, -1) };
}

/** Neighbouring bins with one arm as one. */
function merged({ bounds, arms }: Routing): Routing {
  const kept = arms.flatMap((arm, i) => (i === arms.length - 1 || arm !== arms[i + 1] ? [i] : []));
  return { arms: kept.map((i) => arms[i] ?? 0), bounds: kept.slice(0, -1).map((i) => bounds[i] ?? 0) };
}

/** Of each fold: is a unit in it? Clusters stay together. */
function foldsOf(units: readonly AdviceUnit[], { folds, random }: AdviceOptions): boolean[][] {
  const clusters = random.fork("folds").shuffle([...new Set(units.map(({ cluster }) => cluster))]);
  const foldOf = new Map(clusters.map((cluster, place) => [cluster, place % folds]));
  return Array.from({ length: folds }, (_, fold) => units.map(({ cluster }) => foldOf.get(cluster) === fold));
}
