import { readFileSync } from "node:fs";
import { parseDocument } from "yaml";
import { z } from "zod";
import { InvalidFileError } from "../core/errors.ts";
import { calibrationSchema } from "../learned/calibration.ts";
import { hedgeOption } from "../policy/hedge.ts";
import { poolChoices } from "../policy/pool.ts";
import { reference } from "../setup/specs.ts";
import { issueOf } from "./issue.ts";
import { settingsShape } from "./settings.ts";

const name = z
  .string()
  .regex(/^[\w][\w.:@-]*$/, "must consist of letters, digits, dots, dashes, underscores, colons and @")
  .max(100);
const modelSpec = z.union([
  z.string(),
  z.strictObject({
    name: z.string().describe('"default", "local:NAME", "simulated", "openai:MODEL" or a base URL'),
    model: z.string().optional(),
    options: z.record(z.string(), z.unknown()).default({}),
  }),
]);
const positive = z.number().positive();
const dayLimits = z.strictObject({
  tokens: z.int().min(1).optional(),
  calls: z.int().min(1).optional(),
  dollars: positive.optional(),
});

const keySchema = z
  .strictObject({
    name: name.describe("how logs and metrics call it"),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, "must be 64 hexadecimal digits: `printf %s KEY | sha256sum`")
      .optional(),
    env: z.string().optional().describe("the environment variable that holds the key"),
    models: z.array(z.string()).optional().describe("the only model names it may use"),
    strategies: z.array(z.string()).optional().describe("the only strategies it may use"),
    requestsPerMinute: positive.optional(),
    bodyBytes: z.int().min(1000).optional().describe("the largest body, where it is not that of limits"),
    concurrency: z.int().min(1).optional().describe("requests in work or waiting at a time"),
    priority: z.int().default(0).describe("higher goes first in the queue"),
    budget: dayLimits.extend({ seconds: positive.optional() }).optional().describe("limits on one request"),
    perDay: dayLimits.optional().describe("limits on all requests of one day (UTC)"),
  })
  .refine((key) => (key.sha256 === undefined) !== (key.env === undefined), "must have either sha256 or env");

const shadowSchema = z.strictObject({
  share: z.number().gt(0).max(1).describe("of the requests that are answered both ways"),
  ...settingsShape,
  strategy: settingsShape.strategy.describe(
    "how requests are thought about that were not; without it they are left out",
  ),
  check: reference.optional().describe("an outcome verifier that scores both answers where they are not the same"),
  file: z.string().optional().describe("a line for each of these requests, without any of its text"),
  concurrency: z.int().min(1).default(8).describe("in work at a time; beyond it requests are left out"),
  perDay: dayLimits.default({ tokens: 1_000_000 }).describe("limits on all of it in one day (UTC); no key is charged"),
});

const limitsSchema = z.strictObject({
  bodyBytes: z.int().min(1000).default(4_000_000),
  readingBytes: z.int().min(1000).default(64_000_000).describe("of a key's bodies being read at a time; beyond it 429"),
  concurrency: z.int().min(1).default(64).describe("requests in work at a time"),
  queue: z.int().min(0).default(256).describe("requests waiting at a time; beyond it 429"),
  queueSeconds: positive.default(30).describe("the longest wait; beyond it 429"),
  requestSeconds: positive.default(300).describe("after this the best so far is returned"),
  choices: z.int().min(1).default(8).describe("the largest n"),
  calls: z
    .int()
    .min(1)
    .default(1536)
    .describe("the most calls that a request's strategy may make, those for steps that came back empty included"),
  tokens: z.int().min(1).default(32_768).describe("the largest max_tokens"),
  drainSeconds: positive.default(20).describe("time to finish on shutdown, then the best so far is returned"),
  stored: z.int().min(0).default(1000).describe("responses kept for /v1/responses"),
  storedSeconds: positive.default(3600),
});

export const configSchema = z.strictObject({
  host: z.string().default("127.0.0.1"),
  port: z.int().min(0).max(65_535).default(8420),
  hosts: z
    .array(z.string().min(1).max(253))
    .default([])
    .describe("further names under which a server without keys may be asked for, such as that of a proxy before it"),
  upstreams: z
    .record(name, z.union([modelSpec, z.array(modelSpec).min(1)]))
    .refine((all) => Object.keys(all).length > 0, "must name at least one upstream")
    .describe("the models behind; of a list, one takes over where another fails"),
  models: z
    .record(
      name,
      z.strictObject({
        upstream: z.string(),
        roles: z
          .record(z.string(), z.string())
          .default({})
          .describe("upstreams by the part they play, such as {judge: large}"),
        ...settingsShape,
        calibration: z
          .union([z.string(), calibrationSchema])
          .optional()
          .describe(
            "from support to the probability of being right: a file of `verifier eval --calibrate`, or the map",
          ),
      }),
    )
    .default({})
    .describe("names of your own for a strategy on an upstream"),
  bare: z.string().default("chain-of-thought").describe("the strategy when a request names only an upstream"),
  maxTokens: z.int().min(1).default(1024).describe("length limit of one answer where the request has none"),
  verifiers: z
    .array(z.string())
    .default(["judge", "step-judge", "self-certainty", "agreement"])
    .describe("those that requests may ask for"),
  images: z
    .enum(["none", "data", "public"])
    .default("data")
    .describe("images as data only, or also addresses at public names, which the upstreams then fetch"),
  keys: z.array(keySchema).default([]),
  limits: limitsSchema.prefault({}),
  redis: z
    .string()
    .optional()
    .describe("redis://… that the processes of one server share: rates, days' budgets, kept responses"),
  store: z
    .string()
    .optional()
    .describe(
      "keep samples and serve them again to whoever asks the same with a seed: a file, redis://…, postgres://…",
    ),
  upstream: z
    .strictObject({
      concurrency: z.int().min(1).optional().describe("calls in flight at each upstream"),
      attempts: z.int().min(1).default(8),
      baseMs: positive.default(250).describe("wait before the second attempt; doubles"),
      timeoutSeconds: positive.default(120).describe("the longest silence of an upstream"),
      balance: z
        .enum(poolChoices)
        .default("order")
        .describe("which of several is asked: the first that works, the least busy, or the one that knows the prompt"),
      hedge: hedgeOption,
      breakAfter: z.int().min(1).default(5).describe("failures in a row that open the circuit"),
      coolSeconds: positive.default(2).describe("how long it stays open"),
    })
    .prefault({}),
  log: z
    .strictObject({
      requests: z.boolean().default(true),
      prompts: z.boolean().default(false).describe("write conversations and answers too"),
      traces: z.string().optional().describe("folder for the events of requests that ask for it"),
    })
    .prefault({}),
  telemetry: z
    .strictObject({ prompts: z.boolean().default(false).describe("conversations and replies in spans too") })
    .prefault({}),
  heartbeatSeconds: positive.default(10),
  shadow: shadowSchema.optional().describe("does thinking help? A share of the requests is answered both ways"),
});

export type ServeConfig = z.infer<typeof configSchema>;
export type KeyConfig = ServeConfig["keys"][number];
export type UpstreamSpec = z.infer<typeof modelSpec>;

/**
 * A configuration checked and completed. @throws InvalidFileError naming file, field and requirement; a value is never
 * shown.
 */
export function parseConfig(file: string, given: unknown): ServeConfig {
  const parsed = configSchema.safeParse(given ?? {});
  if (parsed.success) {
    checkNames(file, parsed.data);
    return parsed.data;
  }
  const { path, sentence } = issueOf(parsed.error, given);
  throw new InvalidFileError(file, null, `${path === "" ? "the configuration" : `"${path}"`} ${sentence}`);
}

/** @throws InvalidFileError. */
export const loadConfig = (file: string): ServeConfig => parseConfig(file, readYaml(file));

/** @throws InvalidFileError. */
export function readYaml(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    throw new InvalidFileError(file, null, "cannot be read. Give the path of a YAML file, see docs/serve.md.", {
      cause,
    });
  }
  const document = parseDocument(text, { prettyErrors: true });
  const [flaw] = document.errors;
  if (flaw !== undefined) {
    const line = flaw.linePos?.[0].line ?? null;
    throw new InvalidFileError(file, line, `is not valid YAML: ${flaw.message.split("\n")[0]}`);
  }
  return document.toJS();
}

function checkNames(file: string, config: ServeConfig): void {
  const known = Object.keys(config.upstreams).join(", ");
  for (const [alias, { upstream, roles }] of Object.entries(config.models)) {
    const parts = [["upstream", upstream], ...Object.entries(roles).map(([role, model]) => [`roles.${role}`, model])];
    for (const [part, model = ""] of parts) {
      if (Object.hasOwn(config.upstreams, model)) continue;
      throw new InvalidFileError(file, null, `"models.${alias}.${part}" must be one of the upstreams (${known}).`);
    }
  }
  const names = config.keys.map((key) => key.name);
  if (new Set(names).size < names.length)
    throw new InvalidFileError(file, null, '"keys" must have names of their own.');
}

export const isLoopback = (host: string): boolean => ["127.0.0.1", "::1", "localhost"].includes(host);

/** @throws InvalidFileError when others than this machine could reach a server that asks for no key. */
export function checkExposure(file: string, { host, keys }: Pick<ServeConfig, "host" | "keys">): void {
  if (isLoopback(host) || keys.length > 0) return;
  const remedy = 'Add "keys", or bind to 127.0.0.1.';
  throw new InvalidFileError(file, null, `"host" reaches beyond this machine and no key is asked for. ${remedy}`);
}
