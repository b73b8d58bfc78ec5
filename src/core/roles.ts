import { z } from "zod";
import type { Catalogue } from "./catalogue.ts";
import { closest, cut, InvalidOptionError } from "./errors.ts";
import { parseOptions, type Strategy } from "./strategy.ts";
import type { VerifierDefinition } from "./verifier.ts";

/** A model that a strategy or a verifier asks by the part it plays ("judge", "teacher"), not the policy. */
export interface RoleRead {
  readonly role: string;
  /** Must there be one? Else the policy plays the part. */
  readonly required: boolean;
  /** Who reads it: `best-of-n: "model"`. */
  readonly where: string;
}

/**
 * An option that names a model by its part. The usual name is played by the policy where there is no such model; any
 * other name must be given.
 */
export const roleOption = (usual: string, what: string) =>
  z.string().min(1).default(usual).describe(`${what}; the policy where no model is named so`).meta({ role: usual });

/** An option that names several models by their parts: each must be given. */
export const rolesOption = (what: string) => z.array(z.string().min(1)).default([]).describe(what).meta({ role: null });

/** An option that names a model by its part, or none: the policy. */
export const givenRoleOption = (what: string) => z.string().min(1).optional().describe(what).meta({ role: null });

/** What the options read: `meta.role` of an option is its usual name, null for none, or the part by the value. */
function readByOptions(owner: string, schema: z.ZodType, options: unknown): RoleRead[] {
  const { shape } = schema as { readonly shape?: Readonly<Record<string, z.ZodType>> };
  if (shape === undefined || typeof options !== "object" || options === null) return [];
  return Object.entries(shape).flatMap(([key, field]) => {
    const usual = field.meta?.()?.role as string | null | Readonly<Record<string, string>> | undefined;
    const value = (options as Readonly<Record<string, unknown>>)[key];
    const where = `${owner}: "${key}"`;
    if (usual === undefined || value === undefined) return [];
    if (typeof usual === "object" && usual !== null) {
      const role = typeof value === "string" && Object.hasOwn(usual, value) ? usual[value] : undefined;
      const byDefault = (schema.safeParse({}).data as Readonly<Record<string, unknown>> | undefined)?.[key];
      return role === undefined ? [] : [{ role, required: value !== byDefault, where }];
    }
    return [value]
      .flat()
      .flatMap((role) => (typeof role === "string" ? [{ role, required: role !== usual, where }] : []));
  });
}

/** The models that a strategy asks with these options, and the strategies inside it. */
export function rolesOfStrategy(strategy: Strategy, options: unknown): RoleRead[] {
  const members = strategy.members?.(options) ?? [];
  return [
    ...readByOptions(strategy.name, strategy.options, options),
    ...members.flatMap((member) => [
      ...(member.model === undefined
        ? []
        : [{ role: member.model, required: true, where: `${strategy.name}: "model" of ${member.strategy.name}` }]),
      ...rolesOfStrategy(member.strategy, member.options),
    ]),
  ];
}

/** The same of a verifier. */
export function rolesOfVerifier(
  definition: VerifierDefinition,
  given: unknown,
  catalogue: Pick<Catalogue, "verifiers">,
): RoleRead[] {
  const options = parseOptions(definition, given);
  const members = definition.members?.(options) ?? [];
  return [
    ...readByOptions(definition.name, definition.options, options),
    ...members.flatMap(({ name, options: own }) => rolesOfVerifier(catalogue.verifiers.get(name), own, catalogue)),
  ];
}

/** @throws InvalidOptionError for a part that must be played and for which there is no model. */
export function checkRoles(reads: readonly RoleRead[], models: readonly string[]): void {
  const missing = reads.find(({ role, required }) => required && !models.includes(role));
  if (missing === undefined) return;
  const near = closest(missing.role, models);
  const guess = near === undefined ? "" : ` Did you mean "${near}"?`;
  const there = models.length === 0 ? "No model has a part here" : `Models by part: ${models.join(", ")}`;
  throw new InvalidOptionError(
    missing.where,
    `asks the model "${cut(missing.role)}", and there is none.${guess} ${there}. Give it with --models ${cut(missing.role)}=MODEL, in "models" of an experiment or a set-up, or in "roles" of a server's model.`,
  );
}

/** @throws InvalidOptionError for a model whose part nothing plays: a slip of the pen would leave it unasked. */
export function checkUnread(reads: readonly RoleRead[], models: readonly string[], where: string): void {
  const read = [...new Set(reads.map(({ role }) => role))];
  const unread = models.find((role) => !read.includes(role));
  if (unread === undefined) return;
  const near = closest(unread, read);
  const guess = near === undefined ? "" : ` Did you mean "${near}"?`;
  const known = read.length === 0 ? "Nothing here asks further models" : `Parts that are asked: ${read.join(", ")}`;
  throw new InvalidOptionError(where, `has "${cut(unread)}", a part that nothing here asks.${guess} ${known}.`);
}
