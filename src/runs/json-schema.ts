import { z } from "zod";
import { experimentSchema } from "./schema.ts";

/** The JSON Schema of experiment files, for completion and checks in editors. */
export function experimentJsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(experimentSchema, { io: "input", unrepresentable: "any" }) as Record<
    string,
    unknown
  >;
  return {
    $schema,
    title: "ruminate experiment",
    description: "datasets × policies × strategies × budgets × seeds; see docs/experiments.md",
    ...schema,
  };
}
