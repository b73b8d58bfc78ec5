import type { z } from "zod";
import { cut, InvalidOptionError } from "./errors.ts";
import type { Strategy } from "./run.ts";

export type { Pick, TallyRow } from "./pick.ts";
export {
  type Estimate,
  type Family,
  families,
  type Rewards,
  type Selection,
  type Stopping,
  type Strategy,
  type StrategyMember,
} from "./run.ts";

/** Declares a strategy: inference of its option types, nothing else. */
export function defineStrategy<Options>(definition: Strategy<Options>): Strategy<Options> {
  return definition;
}

/**
 * Options checked and completed with their defaults.
 * @throws InvalidOptionError naming the option, the requirement and the value.
 */
export function parseOptions<Options>(owner: { name: string; options: z.ZodType<Options> }, given: unknown): Options {
  const parsed = owner.options.safeParse(given ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = cut(issue?.path.join(".") ?? "", 200);
  const where = path === "" ? `${owner.name}:` : `${owner.name}: "${path}"`;
  throw new InvalidOptionError(where, describeIssue(issue, given, owner.options));
}

/** Unknown options that a message lists. */
const mostKeys = 8;

interface Issue {
  readonly code?: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
}

/** A schema issue as a requirement and the offending value: "must be an integer of at least 1, got 0." */
export function describeIssue(issue: Issue | undefined, given: unknown, schema?: z.ZodType): string {
  if (issue === undefined) return "is invalid.";
  if (issue.code === "unrecognized_keys") {
    const shape = (schema as { shape?: Record<string, unknown> } | undefined)?.shape;
    const known = shape === undefined ? "" : ` Known: ${Object.keys(shape).join(", ")}.`;
    const keys = (issue.keys ?? []).map((key) => `"${cut(key)}"`);
    const more = keys.length > mostKeys ? ` and ${keys.length - mostKeys} more` : "";
    return `does not know ${keys.slice(0, mostKeys).join(", ")}${more}.${known}`;
  }
  let value: unknown = given;
  for (const key of issue.path) value = (value as Record<PropertyKey, unknown> | undefined)?.[key];
  const shown = value === undefined ? "nothing" : JSON.stringify(value);
  const requirement = issue.message
    .replace(/^Invalid input: expected /, "must be ")
    .replace(/, received .*$/, "")
    .replace(/^Too small: expected \w+ to be >=/, "must be at least ")
    .replace(/^Too small: expected \w+ to be >/, "must be more than ")
    .replace(/^Too big: expected \w+ to be <=/, "must be at most ")
    .replace(/^Too big: expected \w+ to be </, "must be less than ")
    .replace(/^Invalid option: expected one of /, "must be one of ");
  return `${requirement}, got ${shown.length > 80 ? `${shown.slice(0, 77)}…` : shown}.`;
}
