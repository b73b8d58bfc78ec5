import { context, propagation, ROOT_CONTEXT, type Span, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import { tracedPolicy } from "../policy/telemetry/policy-spans.ts";
import { failed, type Tracing } from "../policy/telemetry/span.ts";
import { mapped } from "../runs/opened-arms.ts";
import type { SolvingSetup } from "../runs/runner.ts";
import type { QueuedTrial } from "./jobs.ts";
import type { RunHeader } from "./registry.ts";

/** The headers of a trace, as they travel with jobs. */
export type TraceHeaders = Readonly<Record<string, string>>;

const tracerOf = (): Tracer => trace.getTracer("ruminate");

/**
 * The span of a run in its collector: trials of workers stand below it. Without a registered tracer provider nothing
 * is recorded and nothing travels.
 */
export function runSpan({ id, name, trials }: Pick<RunHeader, "id" | "name" | "trials">): {
  readonly headers: TraceHeaders | undefined;
  readonly end: () => void;
} {
  const attributes = { "ruminate.run": id, "ruminate.trials": trials };
  const span = tracerOf().startSpan(`experiment ${name}`, { kind: SpanKind.PRODUCER, attributes });
  const headers: Record<string, string> = {};
  if (span.isRecording()) propagation.inject(trace.setSpan(ROOT_CONTEXT, span), headers);
  return { headers: Object.keys(headers).length === 0 ? undefined : headers, end: () => span.end() };
}

/**
 * Does a trial's work (or that of a set of trials, under the name of its first) inside a span of its own, with a span
 * for each call of a model below it: clients that are instrumented hand the trace on to the model's server.
 */
export async function inTrialSpan<T>(
  { key, arm }: QueuedTrial,
  headers: TraceHeaders | undefined,
  setup: SolvingSetup,
  work: (setup: SolvingSetup, span: Span) => Promise<T>,
): Promise<T> {
  const tracer = tracerOf();
  const parent = headers === undefined ? context.active() : propagation.extract(ROOT_CONTEXT, headers);
  const attributes = { "ruminate.trial": key, "ruminate.arm": arm };
  const span = tracer.startSpan(`trial ${arm}`, { kind: SpanKind.CONSUMER, attributes }, parent);
  const own = trace.setSpan(parent, span);
  try {
    const tracing: Tracing = { tracer, context: own, prompts: false };
    return await context.with(own, () => work(span.isRecording() ? traced(setup, tracing) : setup, span));
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

function traced(setup: SolvingSetup, tracing: Tracing): SolvingSetup {
  const { policyOf, modelsOf } = setup;
  return {
    ...setup,
    policyOf: (trial) => tracedPolicy(policyOf(trial), tracing),
    modelsOf: modelsOf && ((trial) => mapped(modelsOf(trial), (policy) => tracedPolicy(policy, tracing))),
  };
}
