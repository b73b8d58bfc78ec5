import { hash } from "node:crypto";
import { z } from "zod";
import { EnvironmentError } from "../../core/errors.ts";
import type { ModelSpec } from "../open.ts";

const amount = z.number().gt(0);

/** What models may be asked for, whoever asks: the first four of each server and key, the last two of a whole run. */
export const limitsSchema = z.strictObject({
  requestsPerSecond: amount.optional().describe("of each server and key, evenly spaced"),
  requestsPerMinute: amount.optional(),
  tokensPerMinute: amount
    .optional()
    .describe("prompt and answer; an answer counts with its longest length until it is there"),
  dollarsPerMinute: amount.optional(),
  tokens: amount
    .optional()
    .describe("that the whole run may really spend; then it stops, and goes on with a higher limit"),
  dollars: amount.optional(),
});

export type Limits = z.infer<typeof limitsSchema>;

export interface Cost {
  readonly requests: number;
  readonly tokens: number;
  readonly dollars: number;
}
export const units = ["requests", "tokens", "dollars"] as const;

/** Of each unit so much a millisecond; absent where it is not limited. */
export function ratesOf(limits: Limits): Partial<Cost> {
  const { requestsPerSecond = Infinity, requestsPerMinute = Infinity, tokensPerMinute, dollarsPerMinute } = limits;
  const requests = Math.min(requestsPerSecond / 1000, requestsPerMinute / 60_000);
  return {
    ...(Number.isFinite(requests) && { requests }),
    ...(tokensPerMinute !== undefined && { tokens: tokensPerMinute / 60_000 }),
    ...(dollarsPerMinute !== undefined && { dollars: dollarsPerMinute / 60_000 }),
  };
}

/** Leave for one call, or the milliseconds after which to ask again. */
export type Leave = { readonly ticket: string } | { readonly wait: number };

/**
 * Keeps limits for all who ask one server with one key. A call is booked with what it may cost at most and settled with
 * what it did cost. The next one may begin when all before it are paid off at the limit's rate, so the first is never
 * held back and no span of time sees more than the rate and one call.
 */
export interface RateBook {
  /** @throws RunBudgetError where the run's budget has no room, and nothing in work could make some. */
  ask(most: Cost): Promise<Leave>;
  settle(ticket: string, most: Cost, spent: Cost): Promise<void>;
}

/** The books of a run: one for each server and key. */
export type RateBooks = (endpoint: string) => RateBook;

/** Between two questions where a budget may get room when calls in work are settled. */
export const roomMs = 200;

/** Stands for the server and the key of a model: the same for all models of one server. It holds neither. */
export function endpointKey(spec: ModelSpec): string {
  const { name, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  const server = /^https?:/.test(name) ? name.replace(/#.*$/s, "") : name.replace(/:.*$/s, "");
  return hash("sha256", JSON.stringify([server, options.apiKeyEnv ?? null]), "hex").slice(0, 16);
}

/** The run stops: what is finished is kept, what is left is done where its limits are raised. */
export class RunBudgetError extends EnvironmentError {}

export const usedUp = (unit: string, allowed: number, spent: number): RunBudgetError =>
  new RunBudgetError(
    `The run's budget of ${allowed.toLocaleString("en-US")} ${unit} has no room for another call: ` +
      `${spent.toLocaleString("en-US", { maximumFractionDigits: 2 })} are spent. Raise limits.${unit} in the experiment and give the same command again.`,
  );
