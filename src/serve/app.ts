import { Hono } from "hono";
import { type CompletionStore, chatCompletions, deleteCompletion, readCompletion } from "./chat/endpoint.ts";
import { completions } from "./completions/endpoint.ts";
import { ApiError, apiErrorOf } from "./errors.ts";
import { type Exchange, exchangeOf, leaveSignal, type Wire } from "./exchange.ts";
import { guardFor } from "./guard.ts";
import { decoded, modelNames } from "./model-name.ts";
import { readinessOf } from "./readiness.ts";
import { createResponse, deleteResponse, readResponse } from "./responses/endpoint.ts";
import type { ResponseStore } from "./responses/store.ts";
import type { Service } from "./service.ts";

type Endpoint = (exchange: Exchange) => Promise<Response> | Response;

/** The routes of the server. Every failure leaves in OpenAI's shape. */
export function serveApp(service: Service): Hono<{ Bindings: Wire }> {
  const app = new Hono<{ Bindings: Wire }>();
  const { commons } = service.parts;
  const responses: ResponseStore = commons.kept("responses");
  const chats: CompletionStore = commons.kept("chats");
  const guard = guardFor(service.parts.config);
  if (guard !== null) {
    app.use(async (context, next) => {
      guard(context.env.incoming.headers);
      await next();
    });
  }
  const withKey = (name: string, endpoint: Endpoint) => async (context: { req: { raw: Request }; env: Wire }) => {
    const { env: wire, req } = context;
    const signal = leaveSignal(wire);
    try {
      await service.parts.turns.next();
      const caller = service.keys.callerOf(wire.incoming.headers.authorization ?? null);
      return await endpoint(exchangeOf(service, caller, req.raw, wire, signal));
    } catch (error) {
      if (signal.aborted) return new Response(null, { status: 499 }); // nobody reads it
      const failure = apiErrorOf(error);
      service.turnedAway(name, failure);
      return failureResponse(failure);
    }
  };
  for (const path of ["/health", "/healthz"]) app.get(path, () => Response.json({ status: "ok" }));
  app.get("/ready", readyFor(service));
  app.get("/metrics", withKey("metrics", metrics));
  app.get("/v1/models", withKey("models", listModels));
  app.get("/v1/models/:name{.+}", withKey("models", oneModel));
  app.post("/v1/chat/completions", withKey("chat", chatCompletions(chats)));
  app.get("/v1/chat/completions/:id", withKey("chat", readCompletion(chats)));
  app.delete("/v1/chat/completions/:id", withKey("chat", deleteCompletion(chats)));
  app.post("/v1/completions", withKey("completions", completions));
  app.post("/v1/responses", withKey("responses", createResponse(responses)));
  for (const around of ["/v1/:thinking", "/v1/:thinking/:verifier"]) {
    app.get(`${around}/models`, withKey("models", listModels));
    app.post(`${around}/chat/completions`, withKey("chat", chatCompletions(chats)));
    app.post(`${around}/completions`, withKey("completions", completions));
    app.post(`${around}/responses`, withKey("responses", createResponse(responses)));
  }
  app.get("/v1/responses/:id", withKey("responses", readResponse(responses)));
  app.delete("/v1/responses/:id", withKey("responses", deleteResponse(responses)));
  app.notFound((context) => {
    const message = `There is no ${context.req.method} ${context.req.path.slice(0, 100)} here.`;
    return failureResponse(new ApiError({ status: 404, code: "unknown_url", message }));
  });
  app.onError((error) => failureResponse(apiErrorOf(error)));
  return app;
}

export const failureResponse = ({ status, error, headers }: ApiError): Response =>
  Response.json({ error }, { status, headers });

/** May requests be sent here: is the server not ending, and does every upstream answer? */
function readyFor(service: Service): () => Promise<Response> {
  const { upstreams, clock, config } = service.parts;
  const readiness = readinessOf(upstreams, clock);
  return async () => {
    if (service.draining) return Response.json({ status: "ending" }, { status: 503 });
    const { ready, upstreams: each } = await readiness();
    const status = ready ? "ready" : "waiting for upstreams";
    // Who needs a key learns no names without one.
    const body = config.keys.length > 0 ? { status } : { status, upstreams: each };
    return Response.json(body, { status: ready ? 200 : 503 });
  };
}

const metrics: Endpoint = ({ service }) =>
  new Response(service.parts.metrics.render(), { headers: { "content-type": "text/plain; version=0.0.4" } });

const modelOf = (id: string) => ({ id, object: "model", created: 0, owned_by: "ruminate" });

const listModels: Endpoint = ({ service, caller, json }) => {
  const { config, catalogue } = service.parts;
  return json({ object: "list", data: modelNames(config, catalogue, caller).map(modelOf) });
};

const oneModel: Endpoint = ({ service, caller, request, json }) => {
  const { config, catalogue } = service.parts;
  const name = decoded(new URL(request.url).pathname.slice("/v1/models/".length));
  if (modelNames(config, catalogue, caller).includes(name)) return json(modelOf(name));
  throw new ApiError({
    status: 404,
    param: "model",
    code: "model_not_found",
    message: "The model does not exist here.",
  });
};
