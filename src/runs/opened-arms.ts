import type { Policy } from "../core/policy.ts";
import { type PromptPrice, usualPromptPrice } from "../core/usage.ts";
import type { Canary } from "../policy/canary.ts";
import { priceWords } from "../policy/price-table.ts";
import type { RateBooks } from "../policy/rates/limits.ts";
import { checkNeeds } from "../setup/setup.ts";
import { type Arm, neededWithSamples } from "./plan.ts";
import type { SolvingSetup } from "./runner.ts";
import type { Experiment, PolicySpec } from "./schema.ts";

/** Opens a policy with its store and limits; called once for each that an experiment names. */
export type OpenModel = (
  spec: PolicySpec,
  rates?: RateBooks,
) => Promise<{
  readonly policy: Policy;
  readonly simulated: boolean;
  /** Asks the model itself, past any store, where another may have taken its place. */
  readonly canary?: (signal?: AbortSignal) => Promise<Canary | null>;
}>;

export interface OpenedPolicy {
  readonly spec: PolicySpec;
  readonly policy: Policy;
  readonly simulated: boolean;
  readonly prices: string | undefined;
  readonly prompts: PromptPrice;
  readonly canary?: (signal?: AbortSignal) => Promise<Canary | null>;
}

/** The arms of an experiment with their models open: all that solving its trials needs. */
export interface OpenedArms {
  readonly experiment: Experiment;
  readonly arms: readonly Arm[];
  readonly opened: ReadonlyMap<string, OpenedPolicy>;
  readonly policyOf: (spec: PolicySpec) => Policy;
}

/** @throws EnvironmentError for a model that cannot be had or does not give what an arm's verifiers read. */
export async function openArms(
  experiment: Experiment,
  arms: readonly Arm[],
  setup: { readonly open: OpenModel; readonly rates?: RateBooks },
): Promise<OpenedArms> {
  const opened = await openPolicies(arms, setup, experiment.prompts);
  const policyOf = (spec: PolicySpec) => (opened.get(specKey(spec)) as OpenedPolicy).policy;
  for (const { assembly, policy } of arms)
    checkNeeds({ ...assembly.needs(), ...(experiment.keep.includes("states") && { states: true }) }, policyOf(policy));
  return { experiment, arms, opened, policyOf };
}

/** What trials of these arms are solved with. */
export function solvingOf(
  { experiment, arms, opened, policyOf }: OpenedArms,
  { sandbox, clock }: Pick<SolvingSetup, "sandbox" | "clock">,
): SolvingSetup {
  return {
    policyOf: ({ arm }) => policyOf(arm.policy),
    modelsOf: ({ arm }) => mapped(arm.roles, policyOf),
    sandbox,
    maxTokens: experiment.maxTokens,
    promptsOf: ({ arm }) => (opened.get(specKey(arm.policy)) as OpenedPolicy).prompts,
    ...neededWithSamples(arms, experiment),
    keep: experiment.keep,
    clock,
  };
}

export const mapped = <From, To>(given: Readonly<Record<string, From>>, map: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(given).map(([key, value]) => [key, map(value)]));

/** The models that an arm's results come from. */
export function modelIds({ policy, roles }: Arm, policyOf: (spec: PolicySpec) => Policy): string {
  const { id } = policyOf(policy);
  if (Object.keys(roles).length === 0) return id;
  return JSON.stringify([id, mapped(roles, (spec) => policyOf(spec).id)]);
}

export const specKey = (spec: PolicySpec): string => JSON.stringify(spec);

async function openPolicies(
  arms: readonly Arm[],
  setup: { readonly open: OpenModel; readonly rates?: RateBooks },
  prompts?: PromptPrice,
): Promise<Map<string, OpenedPolicy>> {
  const opened = new Map<string, OpenedPolicy>();
  for (const spec of arms.flatMap(({ policy, roles }) => [policy, ...Object.values(roles)])) {
    if (opened.has(specKey(spec))) continue;
    const model = await setup.open(spec, setup.rates);
    const paid = prompts ?? usualPromptPrice(model.policy.capabilities);
    opened.set(specKey(spec), { spec, prices: priceWords(spec), prompts: paid, ...model });
  }
  return opened;
}
