import { InvalidOptionError } from "../core/errors.ts";
import { checkRoles, type RoleRead } from "../core/roles.ts";
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

/** The experiment's further models. @throws InvalidOptionError where they have two names. */
export function rolesOf({ models, roles, policies }: Experiment): Readonly<Record<string, PolicySpec>> {
  if (models !== undefined && roles !== undefined)
    throw new InvalidOptionError("roles", "is the earlier name of models: keep one of them.");
  return Object.fromEntries(
    Object.entries(models ?? roles ?? {}).map(([role, spec]) => [role, byName(spec, policies ?? [])]),
  );
}
