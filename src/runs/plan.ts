import { hash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Budget } from "../core/budget.ts";
import type { Catalogue, Origin } from "../core/catalogue.ts";
import { InvalidOptionError, UnknownNameError } from "../core/errors.ts";
import { textsIn } from "../core/own-problem.ts";
import { type Problem, rowOf } from "../core/problem.ts";
import { checkRoles, checkUnread, type RoleRead } from "../core/roles.ts";
import type { Strategy } from "../core/strategy.ts";
import { mostOf, type Needs } from "../core/verifier.ts";
import type { AllocationOptions } from "../engine/allocation/allocation.ts";
import { type Assembly, assemble, readsVerifiers } from "../setup/setup.ts";
import type { BudgetSpec, StopSpec, VerifiersSpec } from "../setup/specs.ts";
import { baselineSpecs, expandMatrix, voteBaseline } from "./baselines.ts";
import { byName, judgeRoles, policyLabel, rolesOf } from "./named-models.ts";
import { namedFiles } from "./records/named-files.ts";
import type { ExcludeSpec, Experiment, PolicySpec, StrategySpec } from "./schema.ts";

/** One configuration that is compared: a policy, a strategy with its options, verifiers, a budget. */
export interface Arm {
  /** Unique in the experiment; how tables call it. */
  readonly label: string;
  readonly policy: PolicySpec;
  readonly strategy: Strategy;
  /** Complete, defaults filled in. */
  readonly options: unknown;
  readonly verifiers: VerifiersSpec | null;
  readonly budget: Budget;
  readonly select: string | null;
  readonly stop: StopSpec | null;
  /** Further models by the part they play. */
  readonly roles: Readonly<Record<string, PolicySpec>>;
  /** What its trials are solved with. */
  readonly assembly: Assembly;
  /** The plug-ins whose code it runs. */
  readonly code: readonly Origin[];
  /** Of these, those that its candidates come from. */
  readonly strategyCode: readonly Origin[];
  /** How the budgets of all problems are shared out among them; null where each problem has its own. */
  readonly allocation: AllocationOptions | null;
  /** Arms of one number share policy and budget of the experiment: they are compared with the first of them. */
  readonly family: number;
}

/** What whoever runs the experiment is told beforehand: verifiers that no rule reads. */
export function planWarnings(experiment: Experiment, arms: readonly Arm[]): string[] {
  const named = arms.filter(({ verifiers }) => verifiers !== null);
  const unread = named.filter(({ assembly }) => !readsVerifiers(assembly));
  const own = unread.filter(({ verifiers }) => verifiers !== experiment.verifiers);
  const words = "Name `select: best` or `select: weighted`, or take the verifier away.";
  return [
    ...own.map(({ label }) => `${label}: no rule reads its verifier. ${words}`),
    ...(own.length < unread.length && unread.length === named.length
      ? [`No strategy reads the experiment's verifier. ${words}`]
      : []),
  ];
}

/** One arm on one problem with one seed. */
export interface Trial {
  readonly ordinal: number;
  readonly arm: Arm;
  readonly problem: Problem;
  readonly dataset: string;
  readonly seed: number;
  /** Same key, same result: a hash of all that a trial's result depends on. */
  readonly key: string;
}

/**
 * Every arm of an experiment with its options checked, before any call is paid for: policies × budgets × strategies
 * (each with its matrix of options), without what `exclude` names, with what `include` adds, the baselines of each
 * policy and budget first.
 *
 * @throws UnknownNameError, InvalidOptionError.
 */
export function armsOf(experiment: Experiment, catalogue: Catalogue): Arm[] {
  const policies = experiment.policies ?? [experiment.policy ?? "default"];
  refuseAlike(policies);
  const budgets: readonly BudgetSpec[] = experiment.budgets ?? [experiment.budget ?? {}];
  const excluded = experiment.exclude ?? [];
  const arms = policies.flatMap((policy, p) =>
    budgets.flatMap((budget, b) => {
      const own = experiment.strategies
        .flatMap((spec) => expandMatrix(spec))
        .map((spec) => armOf(spec, policy, budget, experiment, catalogue))
        .filter((arm) => !excluded.some((pattern) => fits(pattern, arm)));
      const added = baselineSpecs(experiment, budget, own, catalogue);
      const baselines = added.map((spec) => armOf(spec, policy, budget, experiment, catalogue));
      return [...baselines, ...own].map((arm) => ({ ...arm, family: p * budgets.length + b }));
    }),
  );
  const included = (experiment.include ?? []).map(({ strategy, policy, budget }, i) => ({
    ...armOf(strategy, byName(policy ?? policies[0] ?? "default", policies), budget ?? {}, experiment, catalogue),
    family: policies.length * budgets.length + i,
  }));
  const all = [...arms, ...included];
  if (all.length === 0) throw new InvalidOptionError("exclude", "leaves no strategy to run. Take a pattern away.");
  if (all.every(({ code }) => code.length === 0))
    checkUnread(
      [...all.flatMap(({ assembly }) => assembly.roles), ...judgeRoles(experiment)],
      Object.keys(rolesOf(experiment)),
      "models",
    );
  const usedPolicies = new Set(all.map(({ policy }) => policyLabel(policy)));
  return unlikeLabels(all, { policies: usedPolicies.size > 1, budgets: budgets.length > 1 });
}

/** @throws InvalidOptionError for two policies of one name: nobody could tell their figures apart. */
function refuseAlike(policies: readonly PolicySpec[]): void {
  const labels = policies.map(policyLabel);
  const twice = labels.find((label, i) => labels.indexOf(label) < i);
  if (twice !== undefined) {
    throw new InvalidOptionError(
      "policies",
      `has two that tables would call "${twice}". Name them: policies: {first: …, second: …}.`,
    );
  }
}

function fits(pattern: ExcludeSpec, arm: Omit<Arm, "family">): boolean {
  const { strategy, label, policy, options, budget } = pattern;
  const within = (part: object, whole: object) =>
    Object.entries(part).every(([key, value]) => isDeepStrictEqual((whole as Record<string, unknown>)[key], value));
  return (
    (strategy === undefined || strategy === arm.strategy.name) &&
    (label === undefined || label === arm.label) &&
    (policy === undefined || policy === policyLabel(arm.policy)) &&
    (options === undefined || within(options, arm.options as object)) &&
    (budget === undefined || within(budget, arm.budget))
  );
}

function armOf(
  spec: StrategySpec,
  policy: PolicySpec,
  budget: BudgetSpec,
  experiment: Experiment,
  catalogue: Catalogue,
): Omit<Arm, "family"> {
  const { select = null, stop = null, allocation = null } = spec;
  const verifiers = spec.verifiers ?? experiment.verifiers ?? null;
  const limits = spec.budget ?? budget;
  const assembly = assemble(
    { strategy: spec.name, options: spec.options, verifiers, select, stop, budget: limits },
    catalogue,
  );
  if (allocation !== null && stop !== null) {
    throw new InvalidOptionError(
      `${spec.name}: "stop"`,
      "must not stand beside an allocation, which says itself when to stop.",
    );
  }
  const roles = rolesOf(experiment);
  checkRoles(assembly.roles, Object.keys(roles));
  const code = codeOf([spec.name, assembly.options, verifiers], catalogue);
  return {
    label: spec.label ?? labelOf(spec),
    policy,
    strategy: assembly.strategy,
    options: assembly.options,
    verifiers,
    budget: limits,
    select,
    stop,
    // A plug-in may ask models that its options do not name.
    roles: code.length > 0 ? roles : askedOf(roles, assembly.roles),
    assembly,
    code,
    strategyCode: codeOf([spec.name, assembly.options], catalogue),
    allocation,
  };
}

const askedOf = (roles: Readonly<Record<string, PolicySpec>>, reads: readonly RoleRead[]) =>
  Object.fromEntries(Object.entries(roles).filter(([role]) => reads.some((read) => read.role === role)));

/** The plug-ins that texts inside `value` name, of whatever depth: strategies of strategies name their members. */
function codeOf(value: unknown, { origins }: Catalogue): readonly Origin[] {
  if (origins === undefined || origins.size === 0) return [];
  const found = textsIn(value).flatMap((text) => origins.get(text) ?? origins.get(text.replace(/:.*$/s, "")) ?? []);
  return [...new Set(found)].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/**
 * Which arm each arm is compared with: the experiment's `baseline` where it names one, else of the arms with the same
 * policy and budget the vote that was added as a baseline, else the first. The baseline itself has none.
 *
 * @throws UnknownNameError for a baseline that is no arm's label.
 */
export function baselinesOf(experiment: Experiment, arms: readonly Arm[]): Map<Arm, Arm> {
  const { baseline } = experiment;
  const labels = arms.map(({ label }) => label);
  if (baseline !== undefined && !labels.includes(baseline)) throw new UnknownNameError("baseline", baseline, labels);
  const pairs = arms.flatMap((arm): [Arm, Arm][] => {
    const kin = arms.filter(({ family }) => family === arm.family);
    const vote = kin.find(({ label }) => label.startsWith(voteBaseline));
    const first =
      kin.length > 1 ? (vote ?? kin[0]) : (arms.find(({ label }) => label.startsWith(voteBaseline)) ?? arms[0]);
    const other = baseline === undefined ? first : arms.find(({ label }) => label === baseline);
    return other === undefined || other === arm ? [] : [[arm, other]];
  });
  return new Map(pairs);
}

/** "self-consistency@8", "mcts(simulations=16)". */
function labelOf(spec: StrategySpec): string {
  const { n, ...others } = spec.options as Record<string, unknown>;
  const rest = Object.entries(others)
    .filter(([, value]) => typeof value !== "object")
    .map(([key, value]) => `${key}=${String(value)}`);
  return `${spec.name}${n === undefined ? "" : `@${String(n)}`}${rest.length > 0 ? `(${rest.join(",")})` : ""}`;
}

function unlikeLabels(arms: readonly Arm[], differ: { policies: boolean; budgets: boolean }): Arm[] {
  const seen = new Map<string, number>();
  return arms.map((arm) => {
    const parts = [arm.label];
    if (differ.policies) parts.push(policyLabel(arm.policy));
    if (differ.budgets)
      parts.push(
        Object.entries(arm.budget)
          .map(([unit, limit]) => `${limit} ${unit}`)
          .join(", "),
      );
    const label = parts.join(" · ");
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return { ...arm, label: times === 1 ? label : `${label} #${times}` };
  });
}

/** Trials in their one order: problem by problem, so that early results compare all arms. */
export function* trialsOf(
  experiment: Experiment,
  arms: readonly Arm[],
  datasets: readonly { readonly name: string; readonly problems: readonly Problem[] }[],
  policyIds: ReadonlyMap<Arm, string>,
): Generator<Trial> {
  let ordinal = 0;
  const armKeys = new Map(arms.map((arm) => [arm, armKey(arm, experiment, policyIds.get(arm) ?? "")]));
  for (const { name, problems } of datasets) {
    const contents = problems.map((problem) =>
      hash("sha256", JSON.stringify(rowOf(problem)), "base64url").slice(0, 16),
    );
    const set = hash("sha256", contents.join(), "base64url").slice(0, 16);
    for (const [i, problem] of problems.entries()) {
      for (const seed of experiment.seeds) {
        for (const arm of arms) {
          // Where problems share a budget, what one of them gets depends on all of them.
          const content = arm.allocation === null ? contents[i] : `${contents[i]}/${set}`;
          const key = hash("sha256", `${armKeys.get(arm)}/${content}/${seed}`, "base64url").slice(0, 22);
          yield { ordinal: ordinal++, arm, problem, dataset: name, seed, key };
        }
      }
    }
  }
}

/**
 * The order in which trials begin: problem by problem and seed by seed, and of one problem the arms that draw the most
 * at once first (those with a stopping rule draw in small batches and come after). What arms share is then asked for in
 * few large requests, which pay for a shared prompt once. Results do not depend on it.
 */
export function* inDrawingOrder(trials: Iterable<Trial>): Generator<Trial> {
  const drawsOf = new Map<Arm, number>();
  const draws = ({ arm }: Trial): number => {
    const known = drawsOf.get(arm) ?? arm.strategy.cost(arm.options).calls / (arm.stop === null ? 1 : 1e6);
    drawsOf.set(arm, known);
    return known;
  };
  const sorted = (group: Trial[]) => group.sort((a, b) => draws(b) - draws(a) || a.ordinal - b.ordinal);
  let group: Trial[] = [];
  for (const trial of trials) {
    const [first] = group;
    if (first !== undefined && (first.problem !== trial.problem || first.seed !== trial.seed)) {
      yield* sorted(group);
      group = [];
    }
    group.push(trial);
  }
  yield* sorted(group);
}

/** All that an arm's results depend on, but not what tables call it. */
function armKey(arm: Arm, experiment: Experiment, policyId: string): string {
  const { strategy, options, verifiers, budget, select, stop, allocation } = arm;
  const shared = allocation === null ? [] : [allocation];
  const files = namedFiles([verifiers, options]);
  return JSON.stringify([
    policyId,
    strategy.name,
    options,
    verifiers,
    budget,
    select,
    stop,
    experiment.maxTokens,
    ...shared,
    ...(experiment.prompts === undefined ? [] : [experiment.prompts]),
    ...(files.length > 0 ? [files] : []),
    ...(verifiers === null ? [] : [arm.assembly.verifierOptions]),
    ...(arm.code.length === 0 ? [] : [{ code: arm.code.map(({ hash }) => hash) }]),
  ]);
}

/**
 * What any of the arms' verifiers reads beside texts; asked for with every sample so that all arms share samples.
 */
export function neededWithSamples(
  arms: readonly Arm[],
  { keep }: Pick<Experiment, "keep">,
): Pick<Needs, "logprobs" | "states"> {
  const { logprobs, states } = mostOf(arms.map(({ assembly }) => assembly.needs()));
  return {
    logprobs: logprobs ?? (keep.includes("logprobs") ? 0 : undefined),
    states: states === true || keep.includes("states") || undefined,
  };
}
