import { z } from "zod";
import { gradeSchema } from "../code/checks/schema.ts";
import { promptPrices } from "../core/usage.ts";
import { allocationRules, allocationSchema } from "../engine/allocation/allocation.ts";
import { limitsSchema } from "../policy/rates/limits.ts";
import { budgetSchema, stopSchema, verifiersSchema } from "../setup/specs.ts";
import { graderSchema } from "./graders/schema.ts";
import { judgeSchema } from "./judging/schema.ts";

/** A rule alone, or a rule with options. */
const allocationChoice = z.union([
  z.enum(allocationRules).transform((rule) => allocationSchema.parse({ rule })),
  allocationSchema,
]);

const wholeStrategySchema = z.strictObject({
  name: z.string(),
  options: z.record(z.string(), z.unknown()).default({}),
  label: z.string().optional().describe("how tables call it; default: the name and its options"),
  verifiers: verifiersSchema.optional().describe("instead of the experiment's"),
  select: z.string().optional().describe("another selection rule by name"),
  stop: stopSchema.optional(),
  allocation: allocationChoice
    .optional()
    .describe("share the budgets of all problems out among them: a rule, or a rule with options"),
  budget: budgetSchema.optional().describe("instead of the experiment's"),
  matrix: z
    .record(z.string(), z.array(z.unknown()).min(1))
    .optional()
    .describe("options with several values each: one arm for every combination"),
});

const strategySchema = z.union([
  z.string().transform((name) => ({ name, options: {} as Record<string, unknown> })),
  wholeStrategySchema,
]);

export const policySchema = z.union([
  z.string(),
  z.strictObject({
    name: z.string().describe('"default", "local:NAME", "simulated", "openai:MODEL" or a base URL'),
    model: z.string().optional(),
    options: z
      .record(z.string(), z.unknown())
      .default({})
      .describe("of a server: apiKeyEnv, headers, tls, capabilities, balance, attempts …; see docs/command.md"),
    label: z.string().optional(),
  }),
]);

/** Several models: a list, or each by a name of its own, which labels and tables call it by. */
const policiesSchema = z.union([
  z.array(policySchema).min(1),
  z
    .record(z.string().regex(/^[\w.:@/-]+$/, "must consist of letters, digits and . : @ / - _"), policySchema)
    .refine((named) => Object.keys(named).length > 0, "must have a policy")
    .transform((named) =>
      Object.entries(named).map(([label, policy]) =>
        typeof policy === "string"
          ? { name: policy, options: {} as Record<string, unknown>, label }
          : { ...policy, label },
      ),
    ),
]);

/** Further models by the part they play, such as "judge" or "teacher". */
const rolesSchema = z.record(z.string(), policySchema);

export const datasetSchema = z.union([
  z.string().transform((name) => ({ name, options: {} as Record<string, unknown> })),
  z.strictObject({
    name: z.string(),
    path: z.string().optional().describe("the file, for datasets that are files"),
    options: z.record(z.string(), z.unknown()).default({}),
    gradedBy: z
      .enum(["collector", "workers"])
      .optional()
      .describe("of a queued run: who grades; `workers` are sent references and hidden tests; default collector"),
  }),
]);

const includeSchema = z.strictObject({
  strategy: strategySchema,
  policy: policySchema.optional().describe("default: the experiment's first"),
  budget: budgetSchema.optional(),
});

const excludeSchema = z.strictObject({
  strategy: z.string().optional(),
  label: z.string().optional(),
  policy: z.string().optional().describe("label of the policy"),
  options: z.record(z.string(), z.unknown()).optional().describe("options that must all be equal"),
  budget: budgetSchema.optional().describe("limits that must all be equal"),
});

const metricSchema = z.union([
  z.string().transform((name) => ({
    ...{ name, options: {} as Record<string, unknown> },
    ...{ label: undefined, by: undefined, against: undefined },
  })),
  z
    .strictObject({
      name: z.string().describe("see `ruminate metrics`; pass@8 is pass@k with k = 8"),
      options: z.record(z.string(), z.unknown()).default({}),
      label: z.string().optional().describe("how tables call it; default: the name and its options"),
      by: z
        .string()
        .optional()
        .describe(
          "also in parts, with their macro average: dataset, difficulty, variant, tag, the key of a tag (subject), or several (task+form)",
        ),
      against: z
        .string()
        .optional()
        .describe("the part of `by` that the others are compared with, paired where they share groups or problems"),
    })
    .refine(({ by, against }) => by !== undefined || against === undefined, {
      path: ["against"],
      error: "names a part, and there is no `by` that makes parts",
    }),
]);

const enoughSchema = z.strictObject({
  rule: z.literal("enough"),
  alpha: z
    .number()
    .gt(0)
    .lt(0.5)
    .default(0.05)
    .describe("chance of any false difference, at most, shared among all comparisons"),
  every: z.int().min(1).default(10).describe("problems between two looks"),
});

const experimentStopSchema = z.union([
  z.literal("enough").transform((rule) => enoughSchema.parse({ rule })),
  enoughSchema,
]);

/** An experiment as it is written: datasets × policies × strategies × budgets × seeds. */
export const experimentSchema = z.strictObject({
  name: z.string().regex(/^[\w.-]+$/, "must consist of letters, digits, dots, dashes and underscores"),
  description: z.string().optional(),
  dataset: datasetSchema.optional(),
  datasets: z.array(datasetSchema).min(1).optional(),
  policy: policySchema.optional(),
  policies: policiesSchema.optional().describe("several: a list, or {NAME: policy} with the names for the tables"),
  models: rolesSchema.optional().describe('further models by the part they play: {judge: "openai:MODEL"}'),
  roles: rolesSchema.optional().describe("the earlier name of `models`"),
  strategies: z.array(strategySchema).min(1),
  verifiers: verifiersSchema.optional(),
  budget: budgetSchema.optional(),
  budgets: z.array(budgetSchema).min(1).optional().describe("every strategy under each of these"),
  include: z.array(includeSchema).optional().describe("arms beside the product of policies, budgets and strategies"),
  exclude: z.array(excludeSchema).optional().describe("arms of the product to leave out: all fields given must fit"),
  baselines: z
    .boolean()
    .optional()
    .describe("add greedy, vote and best-of-n at the same budget; default: where the experiment has a budget"),
  baseline: z
    .string()
    .optional()
    .describe("label of the arm that all are compared with; default: the added vote, else the first strategy"),
  families: z
    .enum(["model", "experiment", "none"])
    .default("model")
    .describe(
      "comparisons whose p values are adjusted together (Holm), for each metric: those of one model, of all the experiment, or none",
    ),
  stop: experimentStopSchema
    .optional()
    .describe("end each comparison once it is told which arm is better: a sequential test, valid at every look"),
  seeds: z
    .array(z.int())
    .min(1)
    .refine(
      (seeds) => new Set(seeds).size === seeds.length,
      "must differ: a seed given twice is one trial counted twice",
    )
    .default([1]),
  maxTokens: z.int().min(1).default(512).describe("length limit of one answer"),
  compareOverBudget: z
    .boolean()
    .default(false)
    .describe("compare arms that passed their budget by more than 1 % too; else they are marked and left out"),
  prompts: z
    .enum(promptPrices)
    .optional()
    .describe(
      "count a prompt once for all samples drawn from it, or with each; default: as the model's server shares it",
    ),
  limits: limitsSchema
    .optional()
    .describe("what all trials together may ask of a model's server, and really spend, on however many machines"),
  concurrency: z.int().min(1).optional().describe("problems in work at a time"),
  efficiency: z
    .union([z.boolean(), z.enum(["steps", "instructions"])])
    .default(false)
    .describe(
      "count what right Python programs cost beside the reference: eff@k, time-limit classes, DPS; in steps (true: lines, calls, returns) or instructions (work in C too)",
    ),
  metrics: z
    .array(metricSchema)
    .optional()
    .describe("figures beside the report's own, of every arm: a name, or a name with options"),
  grade: z
    .union([judgeSchema, graderSchema, gradeSchema])
    .optional()
    .describe(
      "a checker of programs, by preset or in parts (docs/code.md), a judge: a model that grades the picks, or a grader by name",
    ),
  traces: z.boolean().default(true).describe("keep every candidate's text beside the results"),
  keep: z
    .array(z.enum(["states", "steps", "logprobs"]))
    .default([])
    .describe(
      "what else to keep of every candidate: states, what a local model held at the end of each line (4 KB a line); steps, where its steps and what programs printed stand; logprobs, its tokens with their log-probabilities",
    ),
});

export type Experiment = z.infer<typeof experimentSchema>;
/** As it is written, before defaults are filled in. */
export type ExperimentInput = z.input<typeof experimentSchema>;
export type StrategySpec = z.infer<typeof wholeStrategySchema>;
export type PolicySpec = NonNullable<Experiment["policy"]>;
export type DatasetSpec = NonNullable<Experiment["dataset"]>;
export type ExcludeSpec = z.infer<typeof excludeSchema>;
