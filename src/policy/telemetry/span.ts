import type { Tracer } from "@opentelemetry/api";
import {
  type Attributes,
  type Context,
  context,
  type Span,
  type SpanKind,
  SpanStatusCode,
  trace,
} from "@opentelemetry/api";
import { ModelCallError, RuminateError } from "../../core/errors.ts";
import { names } from "./names.ts";

/** Where the spans of one request, or of one trial, go. */
export interface Tracing {
  readonly tracer: Tracer;
  /** Holds its own span. */
  readonly context: Context;
  /** Record conversations, replies and reasons too. */
  readonly prompts: boolean;
}

/**
 * Does the work inside a span that ends with it. The span stands under the active one where that belongs to the same
 * request (a context manager is registered, and a verifier asks the model), else under the request's own.
 */
export async function inSpan<T>(
  { tracer, context: own }: Tracing,
  name: string,
  options: { readonly kind: SpanKind; readonly attributes: Attributes },
  work: (span: Span) => Promise<T>,
): Promise<T> {
  const active = context.active();
  const inside = trace.getSpanContext(active)?.traceId === trace.getSpanContext(own)?.traceId;
  const parent = inside ? active : own;
  const span = tracer.startSpan(name, options, parent);
  try {
    return await context.with(trace.setSpan(parent, span), () => work(span));
  } catch (error) {
    failed(span, error);
    throw error;
  } finally {
    span.end();
  }
}

/**
 * Marks a span as failed by the kind of the failure alone: a message may quote what was said. The log has the reason.
 */
export function failed(span: Span, error: unknown, type = errorType(error)): void {
  span.setAttribute(names.errorType, type);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

function errorType(error: unknown): string {
  if (error instanceof ModelCallError && error.status !== null) return String(error.status);
  if (error instanceof RuminateError) return error.code;
  return error instanceof Error ? error.name : "_OTHER";
}

/** Attributes that have a value. */
export function present(attributes: Readonly<Record<string, Attributes[string] | null>>): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value != null)) as Attributes;
}
