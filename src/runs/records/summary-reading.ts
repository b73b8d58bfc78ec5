import { z } from "zod";
import type { ExperimentSummary } from "../experiment-summary.ts";
import type { Experiment } from "../schema.ts";
import { ledgerSchema, readerOf } from "./reading.ts";

const count = z.int().min(0);
const share = z.number().nullable();
const interval = z.object({ low: z.number(), high: z.number(), level: z.number(), method: z.string() }).nullable();
const reading = z.object({ accuracy: z.number(), interval, trials: z.number() }).nullable();

const armSchema = z.object({
  arm: z.string(),
  strategy: z.string(),
  n: z.number(),
  problems: z.number(),
  correct: z.number(),
  accuracy: share,
  interval,
  readings: z.object({ leftOut: reading, countedWrong: reading }).optional(),
  coverage: share,
  transitions: z.object({ trials: z.number(), revisions: z.record(z.string(), z.number()) }).nullable(),
  unparsed: z.number(),
  undecided: z.number(),
  environment: z.record(z.string(), z.number()).optional(),
  errors: z.number(),
  refused: z.number().optional(),
  overBudget: z.number().optional(),
  unsearched: z.number().optional(),
  tokensPerTrial: z.number(),
  verifierTokensPerTrial: z.number(),
  callsPerTrial: z.number(),
  programsPerTrial: z.number(),
  secondsPerTrial: z.number(),
  wallSecondsPerTrial: z.number().optional(),
  usage: ledgerSchema,
  spent: ledgerSchema,
});

const verifier = z.union([z.string(), z.object({ name: z.string() })]);

const setupSchema = z.object({
  arm: z.string(),
  baseline: z.string().nullable(),
  family: z.string().optional(),
  strategy: z.string(),
  policy: z.string(),
  options: z.unknown(),
  verifiers: z
    .object({ outcome: verifier.optional(), process: verifier.optional(), aggregation: z.string().optional() })
    .nullable(),
  budget: z.record(z.string(), z.number()),
  select: z.string().nullable(),
  stop: z.object({ rule: z.string(), value: z.number().optional() }).nullable(),
  roles: z.record(z.string(), z.string()).optional(),
  allocation: z.object({ rule: z.string() }).optional(),
});

const difference = z.object({
  baseline: z.string(),
  value: z.number(),
  interval,
  adjustedP: share,
  units: z.number(),
  verdict: z.string(),
});

const metricPart = z.object({
  part: z.string(),
  value: share,
  interval,
  units: z.number(),
  note: z.string().nullable(),
  x: z.number().optional(),
  panel: z.string().optional(),
  gap: z
    .object({ value: z.number(), interval, adjustedP: share, paired: z.boolean(), clusters: z.number() })
    .optional(),
});

const metricSchema = z.object({
  metric: z.string(),
  summary: z.string(),
  paper: z.string().nullable(),
  scale: z.string(),
  better: z.string(),
  options: z.unknown(),
  by: z.string().optional(),
  against: z.string().optional(),
  partsScale: z.string().optional(),
  arms: z.array(
    z.object({
      arm: z.string(),
      parts: z.array(metricPart).optional(),
      macro: z.object({ value: share, interval, parts: z.number() }).optional(),
      derived: z.literal(true).optional(),
      value: share,
      interval,
      units: z.number(),
      excludedTrials: z.number(),
      undefinedUnits: z.number(),
      note: z.string().nullable(),
      difference: difference.nullable(),
    }),
  ),
});

const judgingSchema = z.object({
  judge: z.string(),
  model: z.string(),
  version: z.string(),
  judged: z.number(),
  unread: z.number(),
  agreement: z.object({
    labelled: z.number(),
    value: share,
    interval,
    kappa: z.number().nullable(),
    passesRight: share,
    passesWrong: share,
  }),
  usage: ledgerSchema,
  spent: ledgerSchema,
});

/** Fields that earlier versions did not write may be missing; what is there must be of its kind. */
const summarySchema = z.object({
  version: z.number(),
  name: z.string(),
  description: z.string().optional(),
  complete: z.boolean(),
  policies: z.array(
    z.object({
      label: z.string(),
      id: z.string(),
      simulated: z.boolean(),
      prices: z.string().optional(),
      prompts: z.string().optional(),
      canary: z.object({ answers: z.array(z.string()), capabilities: z.record(z.string(), z.string()) }).optional(),
      swapped: z.string().optional(),
    }),
  ),
  datasets: z.array(z.object({ name: z.string(), problems: z.number(), fingerprint: z.string() })),
  seeds: z.array(z.number()),
  maxTokens: z.number(),
  compareOverBudget: z.boolean().optional(),
  arms: z.array(armSchema),
  metrics: z.array(metricSchema).optional(),
  judging: z.array(judgingSchema).optional(),
  setups: z.array(setupSchema).optional(),
  trials: z.int().min(0).nullable().optional(),
  undone: z.object({ trials: z.number(), cause: z.string() }).optional(),
  command: z.string().optional(),
  warnings: z.array(z.string()).optional(),
  identity: z
    .object({
      grader: z.number(),
      gradedBy: z
        .object({
          name: z.string(),
          version: z.string(),
          code: z.object({ path: z.string(), hash: z.string() }).optional(),
        })
        .optional(),
      code: z.record(z.string(), z.string()),
      files: z.record(z.string(), z.string()),
    })
    .optional(),
  versions: z.record(z.string(), z.string()),
  kinds: z.record(z.string(), z.union([z.string(), z.record(z.string(), z.string())])).optional(),
  part: z
    .object({
      shard: z.string().optional(),
      only: z.array(z.string()).optional(),
      ids: z.array(z.string()).optional(),
    })
    .optional(),
  held: z.array(z.tuple([count, count, count, count])).optional(),
  enough: z
    .object({
      alpha: z.number(),
      arms: z.array(
        z.object({
          arm: z.string(),
          baseline: z.string(),
          problems: count,
          difference: z.number(),
          eValue: z.number(),
          p: z.number(),
          decidedAt: count.nullable(),
        }),
      ),
    })
    .optional(),
});

const again = "Run the experiment again: finished trials are kept, and the file is written anew.";

/** The text of summary.json. @throws InvalidFileError with file, field and remedy. */
export const readSummaryText = readerOf<Partial<ExperimentSummary> & Omit<ExperimentSummary, "folder" | "setups">>(
  summarySchema,
  again,
  "JSON",
);

const experimentSchema = z.looseObject({
  datasets: z.array(z.union([z.string(), z.looseObject({ name: z.string(), options: z.unknown() })])).optional(),
});

/** The text of experiment.json. @throws InvalidFileError with file, field and remedy. */
export const readExperimentText = readerOf<Partial<Experiment>>(experimentSchema, again, "JSON");
