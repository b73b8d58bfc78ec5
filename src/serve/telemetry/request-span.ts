import { type Attributes, context, propagation, SpanKind, type Tracer, trace } from "@opentelemetry/api";
import { names } from "../../policy/telemetry/names.ts";
import { messagesText, tracedPolicy } from "../../policy/telemetry/policy-spans.ts";
import { failed, present, type Tracing } from "../../policy/telemetry/span.ts";
import { ApiError } from "../errors.ts";
import type { Plan } from "../plan.ts";
import type { Reply } from "../think.ts";
import { usageOf } from "../usage.ts";
import { tracedVerifiers } from "./verifier-spans.ts";

/** Made only where somebody looks: a request's headers are costly. */
type Carrier = Pick<Request, "headers">;

/** One request as a span; it must be ended by `done` or `failed`. */
export interface RequestSpan {
  /** The plans with their calls at the upstream and at verifiers as spans under this one. */
  plansOf(plans: readonly [Plan, ...Plan[]]): [Plan, ...Plan[]];
  /** Does work with this span as the active one. */
  inside<T>(work: () => Promise<T>): Promise<T>;
  done(id: string, replies: readonly Reply[]): void;
  failed(error: unknown): void;
}

export interface Telemetry {
  /** The span of a request that has a plan. Its headers may name the trace that it belongs to. */
  begin(plan: Plan, endpoint: string, request: Carrier): RequestSpan;
  /** The span of a request that got no plan. */
  refused(endpoint: string, request: Carrier, error: unknown): void;
}

/**
 * Spans of requests by the conventions for generative AI: `invoke_workflow` for the request, as a strategy is a fixed
 * procedure of several model calls, with a `chat` span for every call and an `evaluate` span for every verifier call
 * below it. The request's own sums stand under `ruminate.usage`, so that who adds up `gen_ai.usage` over all spans
 * counts every token once.
 *
 * Without a registered tracer provider nothing is recorded and calls are not wrapped.
 */
export function openTelemetry(tracer: Tracer, prompts: boolean): Telemetry {
  const start = (name: string, endpoint: string, request: Carrier, attributes: Attributes) => {
    const parent = propagation.extract(context.active(), request, fromHeaders);
    const given = { [names.operation]: "invoke_workflow", "ruminate.endpoint": endpoint, ...attributes };
    const span = tracer.startSpan(name, { kind: SpanKind.INTERNAL, attributes: given }, parent);
    return { span, own: trace.setSpan(parent, span) };
  };
  return {
    begin(plan, endpoint, request) {
      const { model } = plan.ask;
      const { span, own } = start(`invoke_workflow ${model}`, endpoint, request, attributesOf(plan, prompts));
      const tracing: Tracing = { tracer, context: own, prompts };
      const traced = (one: Plan) => (span.isRecording() ? tracedPlan(one, tracing) : one);
      return {
        plansOf: ([first, ...others]) => [traced(first), ...others.map(traced)],
        inside: (work) => context.with(own, work),
        done(id, replies) {
          span.setAttributes(resultOf(id, replies, prompts)).end();
        },
        failed(error) {
          failed(span, error, apiErrorType(error));
          span.end();
        },
      };
    },
    refused(endpoint, request, error) {
      const { span } = start("invoke_workflow", endpoint, request, {});
      failed(span, error, apiErrorType(error));
      span.end();
    },
  };
}

const fromHeaders = {
  get: ({ headers }: Carrier, key: string) => headers.get(key) ?? undefined,
  keys: ({ headers }: Carrier) => [...headers.keys()],
};

function tracedPlan(plan: Plan, tracing: Tracing): Plan {
  const policy = tracedPolicy(plan.upstream.policy, tracing);
  const models = Object.entries(plan.models).map(([role, model]) => [role, tracedPolicy(model, tracing)] as const);
  return {
    ...plan,
    upstream: { ...plan.upstream, policy },
    models: Object.fromEntries(models),
    verifiers: () => tracedVerifiers(plan.verifiers(), tracing),
  };
}

function attributesOf({ ask, strategy, upstream, seed }: Plan, prompts: boolean): Attributes {
  return present({
    [names.workflow]: ask.model,
    "ruminate.strategy": strategy.name,
    "ruminate.upstream": upstream.name,
    "ruminate.seed": seed,
    [names.choices]: ask.n === 1 ? undefined : ask.n,
    [names.inputMessages]: prompts ? messagesText(ask.messages) : undefined,
  });
}

function resultOf(id: string, replies: readonly Reply[], prompts: boolean): Attributes {
  const usage = usageOf(replies);
  const evidence = replies[0]?.evidence;
  const said = replies.map(({ content, finish }) => ({
    role: "assistant",
    parts: [{ type: "text", content }],
    finish_reason: finish,
  }));
  return present({
    [names.responseId]: id,
    [names.finishReasons]: replies.map(({ finish }) => finish),
    "ruminate.usage.input_tokens": usage.prompt_tokens,
    "ruminate.usage.output_tokens": usage.completion_tokens,
    "ruminate.usage.calls": usage.ruminate.calls,
    "ruminate.candidates": evidence?.candidates,
    "ruminate.support": evidence?.support,
    "ruminate.abstained": evidence?.abstained,
    "ruminate.stopped": evidence?.stopped,
    [names.outputMessages]: prompts ? JSON.stringify(said) : undefined,
  });
}

/** The code of an error of the interface; of any other its usual kind. */
const apiErrorType = (error: unknown): string | undefined =>
  error instanceof ApiError ? (error.error.code ?? String(error.status)) : undefined;
