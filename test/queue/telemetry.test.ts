import { propagation, type TextMapPropagator, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, expect, it } from "vitest";
import { TestRedis } from "../fakes/redis.ts";
import { needs } from "../needs.ts";
import { runQueued, small, startWorker } from "./queued.ts";

afterEach(() => {
  trace.disable();
  propagation.disable();
});

/** As the W3C's trace context writes it. */
const w3c: TextMapPropagator = {
  inject(context, carrier, setter) {
    const span = trace.getSpanContext(context);
    if (span !== undefined) setter.set(carrier, "traceparent", `00-${span.traceId}-${span.spanId}-01`);
  },
  extract(context, carrier, getter) {
    const [, traceId = "", spanId = "", flags = "0"] = String(getter.get(carrier, "traceparent") ?? "").split("-");
    if (traceId === "") return context;
    return trace.setSpanContext(context, { traceId, spanId, traceFlags: Number(flags), isRemote: true });
  },
  fields: () => ["traceparent"],
};

it(
  "records one trace from the collector over workers to each call, and counts for Prometheus",
  needs("redis-server"),
  async () => {
    const exporter = new InMemorySpanExporter();
    trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] }));
    propagation.setGlobalPropagator(w3c);
    const server = await TestRedis.start();
    const worker = await startWorker(server, { metrics: "0" });
    const redis = await server.connect();
    try {
      await runQueued(small, redis);
      const spans = exporter.getFinishedSpans();
      const [run, ...others] = spans.filter(({ name }) => name === "experiment small");
      expect(others).toEqual([]);
      const { traceId, spanId } = run?.spanContext() ?? { traceId: "", spanId: "" };
      const trials = spans.filter(({ name }) => name.startsWith("trial "));
      expect(trials).toHaveLength(24);
      expect(trials.every(({ parentSpanContext }) => parentSpanContext?.spanId === spanId)).toBe(true);
      const ids = new Set(trials.map((span) => span.spanContext().spanId));
      const calls = spans.filter(({ name }) => name.startsWith("chat "));
      expect(calls.length).toBeGreaterThanOrEqual(24);
      expect(calls.every(({ parentSpanContext }) => ids.has(parentSpanContext?.spanId ?? ""))).toBe(true);
      expect(new Set(spans.map((span) => span.spanContext().traceId))).toEqual(new Set([traceId]));
      const url =
        worker.notes.map((note) => /http:\S+metrics/.exec(note)?.[0]).find((found) => found !== undefined) ?? "";
      const figures = await (await fetch(url)).text();
      expect(figures).toMatch(/^ruminate_worker_trials_total\{run="small-[^"]*",outcome="done"\} 24$/m);
      expect(figures).toMatch(/^ruminate_worker_places 2$/m);
    } finally {
      await worker.stop();
      redis.disconnect();
      await server.kill();
    }
  },
);
