import { EnvironmentError } from "../core/errors.ts";
import { type Canary, canaryDifference } from "../policy/canary.ts";
import type { ExperimentSummary } from "./experiment-summary.ts";
import { policyLabel } from "./named-models.ts";
import type { OpenedPolicy } from "./opened-arms.ts";

/** Of each policy by its label: what its model said, and how it differs from the one that the run began with. */
export type Canaries = ReadonlyMap<string, { readonly canary?: Canary; readonly swapped?: string }>;

interface CanarySetup {
  readonly anotherModel?: boolean;
  readonly signal?: AbortSignal;
  /** Is there anything to ask of the models? */
  readonly asked: boolean;
}

/**
 * Asks each model of a server whether it is the one that the run began with. Where nothing is to be asked of it, what
 * is on record stays.
 *
 * @throws EnvironmentError for another model behind the same address, unless that is allowed.
 */
export async function checkCanaries(
  opened: Iterable<OpenedPolicy>,
  before: Partial<ExperimentSummary>,
  { anotherModel, signal, asked }: CanarySetup,
): Promise<Canaries> {
  const canaries = new Map<string, { canary?: Canary; swapped?: string }>();
  for (const { spec, canary: ask, policy } of opened) {
    const label = policyLabel(spec);
    const earlier = before.policies?.find((one) => one.label === label && one.id === policy.id);
    const { canary: then, swapped } = earlier ?? {};
    canaries.set(label, { canary: then, swapped });
    if (!asked || ask === undefined) continue;
    const now = await ask(signal);
    if (now === null) continue;
    const difference = then === undefined ? null : canaryDifference(then, now);
    if (difference !== null && anotherModel !== true) {
      throw new EnvironmentError(
        `${label}: another model answers there than when this run began: ${difference}. Its trials would mix two ` +
          "models. Start the former model again, or choose another folder with --out; --another-model goes on all the same.",
      );
    }
    canaries.set(label, { canary: now, swapped: difference ?? swapped });
  }
  return canaries;
}

/** For the report: figures that two models share. */
export const swappedWords = ({ policies }: Pick<ExperimentSummary, "policies">): string[] =>
  policies.flatMap(({ label, swapped }) =>
    swapped === undefined ? [] : [`Two models answered as ${label} in this run: ${swapped}.`],
  );
