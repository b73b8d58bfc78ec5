import type { Tracer } from "@opentelemetry/api";
import { builtins } from "../../src/builtins.ts";
import type { Catalogue } from "../../src/core/catalogue.ts";
import type { Clock } from "../../src/core/clock.ts";
import type { Sandbox } from "../../src/core/execution.ts";
import type { Policy } from "../../src/core/policy.ts";
import { openAiPolicy } from "../../src/policy/openai.ts";
import { simulatedPolicy } from "../../src/policy/simulated/index.ts";
import { parseConfig, type UpstreamSpec } from "../../src/serve/config.ts";
import type { LogEntry } from "../../src/serve/log.ts";
import { type RunningServer, startServer } from "../../src/serve/server.ts";

export const noSandbox: Sandbox = {
  id: "none",
  run: async () => ({ verdict: "ok", value: "18", stdout: "", error: "" }) as Awaited<ReturnType<Sandbox["run"]>>,
  dispose: async () => {},
};

export interface Serving extends RunningServer {
  readonly logs: LogEntry[];
  post(path: string, body: unknown, init?: RequestInit): Promise<Response>;
  chat(body: object, init?: RequestInit): Promise<Response>;
}

/** A server on a free port of this machine. Upstreams that are addresses are opened without probing them. */
export async function serving(
  config: object,
  parts: {
    readonly open?: (spec: UpstreamSpec) => Promise<Policy>;
    readonly env?: Record<string, string>;
    readonly clock?: Clock;
    readonly catalogue?: Catalogue;
    readonly tracer?: Tracer;
  } = {},
): Promise<Serving> {
  const logs: LogEntry[] = [];
  const server = await startServer({
    config: parseConfig("test", { port: 0, ...config }),
    catalogue: parts.catalogue ?? builtins(),
    open: parts.open ?? openDirectly,
    sandbox: noSandbox,
    env: parts.env ?? {},
    log: (entry) => logs.push(entry),
    ...(parts.clock && { clock: parts.clock }),
    ...(parts.tracer && { tracer: parts.tracer }),
  });
  const post = (path: string, body: unknown, init: RequestInit = {}) =>
    fetch(`${server.baseUrl}/${path}`, {
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      ...init,
      headers: { "content-type": "application/json", ...init.headers },
    });
  return { ...server, logs, post, chat: (body, init) => post("chat/completions", body, init) };
}

async function openDirectly(spec: UpstreamSpec): Promise<Policy> {
  const { name, options = {} } = typeof spec === "string" ? { name: spec } : spec;
  if (name === "simulated") return simulatedPolicy(options);
  return openAiPolicy({ baseUrl: name, model: "test", ...options });
}

/** The data of each server-sent event; JSON where it is JSON. */
export function eventsOf(text: string): unknown[] {
  return text
    .split("\n\n")
    .flatMap((event) => event.split("\n").filter((line) => line.startsWith("data: ")))
    .map((line) => {
      const data = line.slice(6);
      return data === "[DONE]" ? data : (JSON.parse(data) as unknown);
    });
}

export const ask = (text: string) => [{ role: "user", content: text }];
