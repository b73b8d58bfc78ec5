import type { Catalogue } from "../../core/catalogue.ts";
import { InvalidOptionError } from "../../core/errors.ts";
import type { MetricDefinition } from "../../core/metric.ts";
import { parseOptions } from "../../core/strategy.ts";
import type { Experiment } from "../schema.ts";

/** A metric with its options checked, and what tables call it. */
export interface ChosenMetric {
  readonly label: string;
  readonly definition: MetricDefinition;
  /** Complete, defaults filled in. */
  readonly options: unknown;
  /** Also in parts: see parts.ts. */
  readonly by?: string;
  /** The part that the others are compared with. */
  readonly against?: string;
}

/**
 * The metrics that an experiment names, in its order. Nothing that a trial's result depends on: metrics can be added to
 * a finished run by running it again, which asks no model.
 *
 * @throws UnknownNameError, InvalidOptionError; the latter also for two metrics of one label.
 */
export function chosenMetrics(experiment: Pick<Experiment, "metrics">, catalogue: Catalogue): ChosenMetric[] {
  const chosen = (experiment.metrics ?? []).map(({ name, options, label, by, against }): ChosenMetric => {
    const definition = catalogue.metrics.get(name);
    const usual = labelOf(name, options) + (by === undefined ? "" : ` by ${by}`);
    return { label: label ?? usual, definition, options: parseOptions(definition, options), by, against };
  });
  const labels = chosen.map(({ label }) => label);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) {
    throw new InvalidOptionError("metrics", `names "${twice}" twice. Take one away, or give it another label.`);
  }
  return chosen;
}

/** "pass@8", "accuracy-at-budget(tokens=4000)". */
function labelOf(name: string, options: Readonly<Record<string, unknown>>): string {
  const given = Object.entries(options).map(([key, value]) => `${key}=${String(value)}`);
  return given.length === 0 ? name : `${name}(${given.join(",")})`;
}
