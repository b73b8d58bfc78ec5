import { InvalidOptionError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { OpenedModel } from "./tools.ts";

/** `--models judge=openai:MODEL teacher=local:NAME`: models by the part they play. @throws InvalidOptionError. */
export function parseRoles(roles: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    roles.map((text) => {
      const [, role, spec] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
      if (role !== undefined && spec !== undefined) return [role, spec];
      throw new InvalidOptionError("--models", `must be PART=MODEL such as judge=default, got "${text}".`);
    }),
  );
}

export async function openRoles(
  roles: ReadonlyMap<string, string>,
  open: (spec: string) => Promise<OpenedModel>,
): Promise<Record<string, Policy>> {
  const models: Record<string, Policy> = {};
  for (const [role, spec] of roles) models[role] = (await open(spec)).policy;
  return models;
}
