import { context, propagation, SpanKind, SpanStatusCode, type TextMapPropagator, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import { InMemorySpanExporter, type ReadableSpan, SimpleSpanProcessor, TracerProvider } from "@opentelemetry/sdk-trace";
import { afterEach, describe, expect, it } from "vitest";
import { scriptedPolicy } from "../../src/policy/scripted.ts";
import { startFakeServer } from "../fakes/server.ts";
import { ask, serving } from "./serving.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
  context.disable();
  propagation.disable();
});

const patience = { timeout: 20_000 };
const secret = "a question about the colour puce";

async function recorded(upstreams: object, config: object = {}, parts: Parameters<typeof serving>[1] = {}) {
  const exporter = new InMemorySpanExporter();
  const provider = new TracerProvider({ spanProcessors: [new SimpleSpanProcessor({ exporter })] });
  const server = await serving({ upstreams, ...config }, { ...parts, tracer: provider.getTracer("test") });
  open.push(server);
  const spans = (name: RegExp) => exporter.getFinishedSpans().filter((span) => name.test(span.name));
  return { server, spans, all: () => exporter.getFinishedSpans() };
}

async function withFake(config: object = {}) {
  const upstream = await startFakeServer();
  open.push(upstream);
  return { upstream, ...(await recorded({ small: { name: upstream.baseUrl } }, config)) };
}

/** Everything that a span says, as one text. */
const said = (spans: readonly ReadableSpan[]) =>
  JSON.stringify(spans.map(({ name, attributes, events, status }) => ({ name, attributes, events, status })));
const parentOf = (span: ReadableSpan | undefined) => span?.parentSpanContext?.spanId;

describe("spans", () => {
  it("show a request with each of its calls below it, by the conventions and without a word of what was said", async () => {
    const { upstream, server, spans, all } = await withFake();
    const ruminate = { options: { n: 3 }, threshold: 0.9 };
    const response = await server.chat({ model: "self-consistency/small", messages: ask(secret), ruminate, seed: 5 });
    expect(response.status).toBe(200);
    const [request, ...more] = spans(/^invoke_workflow/);
    const [call, ...others] = spans(/^chat/);
    expect([more.length, others.length, all().length]).toEqual([0, 0, 2]);
    expect(request).toMatchObject({ name: "invoke_workflow self-consistency/small", kind: SpanKind.INTERNAL });
    expect(request?.attributes).toMatchObject({
      "gen_ai.operation.name": "invoke_workflow",
      "gen_ai.workflow.name": "self-consistency/small",
      "gen_ai.response.id": response.headers.get("x-request-id"),
      "ruminate.strategy": "self-consistency",
      "ruminate.seed": "5",
      "ruminate.support": 1,
      "ruminate.abstained": false,
      "ruminate.candidates": 3,
      "ruminate.usage.output_tokens": upstream.counts.completionTokens,
    });
    expect(call).toMatchObject({ name: "chat test", kind: SpanKind.CLIENT });
    expect(parentOf(call)).toBe(request?.spanContext().spanId);
    const { hostname, port } = new URL(upstream.baseUrl);
    expect(call?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "test",
      "gen_ai.request.choice.count": 3,
      "gen_ai.request.temperature": 0.7,
      "gen_ai.request.max_tokens": 1024,
      "gen_ai.usage.input_tokens": upstream.counts.promptTokens,
      "gen_ai.usage.output_tokens": upstream.counts.completionTokens,
      "gen_ai.response.finish_reasons": ["stop", "stop", "stop"],
      "server.address": hostname,
      "server.port": Number(port),
    });
    expect(said(all())).not.toMatch(/puce|The answer/);
  });

  it("hold conversations, replies and reasons where the configuration asks for them", async () => {
    const { server, spans } = await withFake({ telemetry: { prompts: true } });
    await server.chat({ model: "small", messages: ask(secret) });
    const [request, call] = [...spans(/^invoke/), ...spans(/^chat/)].map(({ attributes }) => attributes);
    for (const attributes of [request, call]) {
      const input = JSON.parse(String(attributes?.["gen_ai.input.messages"])) as object[];
      const output = JSON.parse(String(attributes?.["gen_ai.output.messages"])) as object[];
      expect(input).toEqual([{ role: "user", parts: [{ type: "text", content: secret }] }]);
      const parts = [{ type: "text", content: "The answer is 4." }];
      expect(output).toEqual([{ role: "assistant", parts, finish_reason: "stop" }]);
    }
  });

  it("show what verifiers were asked and what they said", async () => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    const texts = ["The answer is 4.", "The answer is 5.", "Rating: 9", "Rating: 2"];
    const open = async () => scriptedPolicy(texts);
    const { server, spans } = await recorded({ small: "scripted" }, {}, { open });
    const ruminate = { options: { n: 2 }, verifiers: { outcome: { name: "judge", options: { by: "rating" } } } };
    const response = await server.chat({ model: "best-of-n/small", messages: ask(secret), ruminate });
    expect(response.status).toBe(200);
    const [request] = spans(/^invoke/);
    const judged = spans(/^evaluate judge$/);
    for (const span of judged) expect(parentOf(span)).toBe(request?.spanContext().spanId);
    const scores = judged.flatMap(({ events }) => events.map(({ attributes }) => attributes));
    expect(scores.map((score) => score?.["gen_ai.evaluation.score.value"])).toEqual([0.9, 0.2]);
    const calls = spans(/^chat/).filter(({ attributes }) => attributes["ruminate.purpose"] === "judge");
    expect(calls.length).toBeGreaterThan(0);
    const ids = new Set(judged.map((span) => span.spanContext().spanId));
    for (const call of calls) expect(ids.has(parentOf(call) ?? "")).toBe(true); // by the registered context manager
  });

  it("tell failures by their kind: of the upstream, of the request, of a client that leaves", async () => {
    const upstream = await startFakeServer({ faults: { rate: 1, seed: 1, kinds: ["500"] } });
    open.push(upstream);
    const fast = { upstream: { attempts: 2, baseMs: 1 } };
    const { server, spans } = await recorded({ small: { name: upstream.baseUrl } }, fast);
    expect((await server.chat({ model: "small", messages: ask(secret) })).status).toBe(502);
    expect((await server.chat({ model: "nobody", messages: ask(secret) })).status).toBe(404);
    const [failed, refused] = spans(/^invoke/);
    expect(failed?.attributes["error.type"]).toBe("upstream_failed");
    expect(failed?.status).toEqual({ code: SpanStatusCode.ERROR });
    expect(spans(/^chat/)[0]?.attributes["error.type"]).toBe("500");
    expect(refused).toMatchObject({ name: "invoke_workflow", attributes: { "error.type": "model_not_found" } });
  });

  it("end when the client leaves", async () => {
    const upstream = await startFakeServer({ latencyMs: 20_000 });
    open.push(upstream);
    const { server, spans } = await recorded({ small: { name: upstream.baseUrl } });
    const leave = new AbortController();
    const request = server.chat({ model: "small", messages: ask(secret) }, { signal: leave.signal }).catch(() => null);
    await expect.poll(() => upstream.active, patience).toBe(1);
    leave.abort();
    await request;
    await expect.poll(() => spans(/^invoke/).length, patience).toBe(1);
    expect(spans(/^invoke/)[0]?.attributes["error.type"]).toBe("client_left");
    expect(spans(/^chat/)).toHaveLength(1);
  });

  it("go on the trace that the request belongs to", async () => {
    propagation.setGlobalPropagator(traceParent);
    const { server, spans } = await withFake();
    const [traceId, spanId] = ["0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"];
    const headers = { traceparent: `00-${traceId}-${spanId}-01` };
    await server.chat({ model: "small", messages: ask(secret) }, { headers });
    const [request, call] = [...spans(/^invoke/), ...spans(/^chat/)];
    expect([request?.spanContext().traceId, parentOf(request)]).toEqual([traceId, spanId]);
    expect(call?.spanContext().traceId).toBe(traceId);
  });

  it("do not mix the calls of requests that run at once", async () => {
    const { server, spans } = await withFake();
    const models = ["small", "self-consistency/small", "best-of-n/small"];
    const requests = Array.from({ length: 30 }, (_, i) => ({ model: models[i % 3], messages: ask(`Question ${i}`) }));
    await Promise.all(requests.map((body) => server.chat(body)));
    const owners = new Map(spans(/^invoke/).map((span) => [span.spanContext().spanId, span.attributes]));
    const calls = spans(/^chat/);
    expect([owners.size, calls.length]).toEqual([30, 30]);
    for (const call of calls) {
      const owner = owners.get(parentOf(call) ?? "");
      expect(owner?.["ruminate.usage.output_tokens"]).toBe(call.attributes["gen_ai.usage.output_tokens"]);
    }
    expect(new Set(calls.map(parentOf)).size).toBe(30);
  });
});

/** The header of W3C Trace Context, read only. */
const traceParent: TextMapPropagator = {
  inject: () => {},
  extract(before, carrier, getter) {
    const [, traceId = "", spanId = ""] = String(getter.get(carrier, "traceparent") ?? "").split("-");
    return traceId === "" ? before : trace.setSpanContext(before, { traceId, spanId, traceFlags: 1, isRemote: true });
  },
  fields: () => ["traceparent"],
};
