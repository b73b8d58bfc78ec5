import { isDeepStrictEqual } from "node:util";
import { InvalidOptionError } from "../core/errors.ts";
import { checkRoles, type RoleRead } from "../core/roles.ts";
import { shownName } from "../policy/open.ts";
import { isJudge, type JudgeSpec } from "./judging/schema.ts";
import type { Experiment, PolicySpec } from "./schema.ts";

/** The policy of the experiment that has this name, or what is given. */
export const byName = (given: PolicySpec, policies: readonly PolicySpec[]): PolicySpec =>
  policies.find((policy) => typeof policy !== "string" && policy.label !== undefined && policy.label === given) ??
  given;

/** The part that a judge plays, where a model grades. */
export const judgeRoles = ({ grade }: Experiment): RoleRead[] =>
  isJudge(grade) ? [{ role: grade.model, required: true, where: 'grade: "model"' }] : [];

/**
 * The model that grades, where one does; the part must be played by a model that is named.
 * @throws InvalidOptionError where it is not there.
 */
export function judgeOf(experiment: Experiment): { readonly spec: JudgeSpec; readonly policy: PolicySpec } | null {
  const { grade } = experiment;
  if (!isJudge(grade)) return null;
  const roles = rolesOf(experiment);
  checkRoles(judgeRoles(experiment), Object.keys(roles));
  return { spec: grade, policy: roles[grade.model] as PolicySpec };
}

/** How tables call a model. */
export const policyLabel = (policy: PolicySpec): string =>
  typeof policy === "string"
    ? shownName(policy)
    : (policy.label ?? [shownName(policy.name), policy.model].filter(Boolean).join(" "));

/**
 * The experiment's further models. One that tables would call as another model is called goes by its part.
 * @throws InvalidOptionError where they have two names.
 */
export function rolesOf({ models, roles, policy, policies }: Experiment): Readonly<Record<string, PolicySpec>> {
  if (models !== undefined && roles !== undefined)
    throw new InvalidOptionError("roles", "is the earlier name of models: keep one of them.");
  const named = Object.entries(models ?? roles ?? {}).map(
    ([role, spec]) => [role, byName(spec, policies ?? [])] as const,
  );
  const known = [...(policies ?? [policy ?? "default"])];
  return Object.fromEntries(
    named.map(([role, spec]) => {
      const taken = known.some((one) => policyLabel(one) === policyLabel(spec) && !isDeepStrictEqual(one, spec));
      const own = taken ? { options: {}, ...(typeof spec === "string" ? { name: spec } : spec), label: role } : spec;
      known.push(own);
      return [role, own];
    }),
  );
}
