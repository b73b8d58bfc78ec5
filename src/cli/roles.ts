import { InvalidOptionError } from "../core/errors.ts";
import type { Policy } from "../core/policy.ts";
import type { OpenedModel } from "./tools.ts";

/** `--role judge=openai:MODEL teacher=local:NAME`: further models by the part they play. @throws InvalidOptionError. */
export async function opened(
  roles: readonly string[],
  open: (spec: string) => Promise<OpenedModel>,
): Promise<Record<string, Policy>> {
  const models: Record<string, Policy> = {};
  for (const text of roles) {
    const [, role = "", spec = ""] = /^([\w-]+)=(.+)$/.exec(text) ?? [];
    if (role === "") throw new InvalidOptionError("--role", `must be PART=MODEL such as judge=default, got "${text}".`);
    models[role] = (await open(spec)).policy;
  }
  return models;
}
