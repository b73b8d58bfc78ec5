import type { Catalogue } from "../core/catalogue.ts";
import type { Strategy } from "../core/strategy.ts";
import type { BudgetSpec, VerifiersSpec } from "../setup/specs.ts";
import type { Experiment, StrategySpec } from "./schema.ts";

/** The strategies that every comparison should stand beside, by their registered names. */
const greedy = "chain-of-thought";
const vote = "self-consistency";
const pick = "best-of-n";

export const voteBaseline = "baseline: vote";

/**
 * A short answer with its share of the prompt; a token budget is never filled by more samples than this size allows.
 */
const shortestSolution = 64;
const mostSamples = 256;

interface Known {
  readonly strategy: Strategy;
  readonly options: unknown;
  readonly verifiers: VerifiersSpec | null;
}

/**
 * Greedy, self-consistency and best-of-n at the experiment's budget: so many samples are asked for that the budget ends
 * them, not their number. Without a budget (`baselines: true`) they get as many samples as the dearest arm may make
 * calls. Added where the experiment has a budget and does not say `baselines: false`; a strategy that is among the arms
 * already is not added again, nor is best-of-n without a verifier.
 */
export function baselineSpecs(
  experiment: Experiment,
  budget: BudgetSpec,
  arms: readonly Known[],
  catalogue: Catalogue,
): StrategySpec[] {
  const { baselines = Object.keys(budget).length > 0 } = experiment;
  if (!baselines) return [];
  const n = samplesFor(budget, arms);
  const verifiers = experiment.verifiers ?? arms.find((arm) => arm.verifiers?.outcome !== undefined)?.verifiers ?? null;
  const wanted: readonly StrategySpec[] = [
    { name: greedy, options: { temperature: 0 }, label: "baseline: greedy" },
    { name: vote, options: { n }, label: voteBaseline },
    ...(verifiers === null ? [] : [{ name: pick, options: { n }, label: "baseline: best-of-n", verifiers }]),
  ];
  return wanted.filter(
    ({ name }) => catalogue.strategies.has(name) && !arms.some(({ strategy }) => strategy.name === name),
  );
}

function samplesFor(budget: BudgetSpec, arms: readonly Known[]): number {
  const { tokens, calls } = budget;
  const limits = [
    ...(calls === undefined ? [] : [calls]),
    ...(tokens === undefined ? [] : [Math.ceil(tokens / shortestSolution)]),
  ];
  const dearest = Math.max(1, ...arms.map(({ strategy, options }) => strategy.cost(options).calls));
  return Math.min(mostSamples, ...(limits.length > 0 ? limits : [dearest]));
}

/** One spec for every combination of the matrix's values. */
export function expandMatrix(spec: StrategySpec): StrategySpec[] {
  const { matrix, ...rest } = spec as StrategySpec & { readonly matrix?: Readonly<Record<string, readonly unknown[]>> };
  if (matrix === undefined) return [spec];
  const combinations = Object.entries(matrix).reduce<Record<string, unknown>[]>(
    (made, [option, values]) => made.flatMap((one) => values.map((value) => ({ ...one, [option]: value }))),
    [{}],
  );
  const label = "label" in rest ? rest.label : undefined;
  return combinations.map((options) => ({
    ...rest,
    options: { ...rest.options, ...options },
    ...(label === undefined
      ? {}
      : {
          label: `${label} ${Object.entries(options)
            .map(([option, value]) => `${option}=${String(value)}`)
            .join(" ")}`,
        }),
  }));
}
