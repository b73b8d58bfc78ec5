import { InvalidOptionError } from "../core/errors.ts";
import { aggregations } from "../core/score.ts";
import { type VerifiersSpec, verifiersSchema } from "../setup/specs.ts";
import { cutAt, readValue } from "../setup/written.ts";

/**
 * `--verifier outcome=judge process=step-judge`, `--verifier judge` (outcome), `outcome=judge:by=rating,model=critic`,
 * `outcome=file:my.orm`, `process=served:math-shepherd:url=http://127.0.0.1:8000`.
 * @throws InvalidOptionError.
 */
export function parseVerifierFlags(flags: readonly string[], aggregation?: string): VerifiersSpec | null {
  if (flags.length === 0) return null;
  const spec: Record<string, unknown> = {};
  for (const flag of flags) {
    const [, kind = "outcome", name = "", options] = /^(?:(\w+)=)?([\w./-]+(?::[^=,]+)?)(?::(.+))?$/.exec(flag) ?? [];
    if (name === "" || (kind !== "outcome" && kind !== "process")) {
      throw new InvalidOptionError("--verifier", `must be outcome=NAME or process=NAME, got "${flag}".`);
    }
    spec[kind] = { name, options: parseAssignments("--verifier", cutAt(options ?? "", ",")) };
  }
  if (aggregation !== undefined) {
    if (!(aggregations as readonly string[]).includes(aggregation)) {
      throw new InvalidOptionError("--aggregation", `must be one of ${aggregations.join(", ")}, got "${aggregation}".`);
    }
    spec.aggregation = aggregation;
  }
  return verifiersSchema.parse(spec);
}

/** `n=8 temperature=0.5` as an object; values are read as JSON where they are JSON, else as text. */
export function parseAssignments(flag: string, assignments: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    assignments.map((assignment) => {
      const at = assignment.indexOf("=");
      if (at < 1) throw new InvalidOptionError(flag, `must be NAME=VALUE, got "${assignment}".`);
      return [assignment.slice(0, at), readValue(assignment.slice(at + 1))];
    }),
  );
}
