import { RuminateError } from "../../core/errors.ts";
import type { RunEvent } from "../../core/events.ts";
import { type McpTools, mcpTools } from "./tools.ts";

/** Versions of the protocol that this server speaks, the newest first. */
const versions = ["2025-06-18", "2025-03-26", "2024-11-05"];

/** The longest line that is read. */
const longestLine = 4_000_000;

type Id = string | number;
interface Incoming {
  readonly id?: Id;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface McpConnection {
  /** Takes text as it arrives, in pieces of any size: one JSON-RPC message a line. */
  receive(text: string): void;
  /** Ends all work; resolves when it has ended. */
  close(): Promise<void>;
  /** Resolves when all calls so far are answered. */
  idle(): Promise<void>;
}

/**
 * The Model Context Protocol over lines of JSON, as `ruminate mcp` speaks it on standard input and output: `solve` and `verify` as tools, progress
 * where a call asks for it, cancellation that stops all spending. It is small enough not to need a library.
 */
export function openMcp(parts: McpTools & { readonly version: string }, write: (line: string) => void): McpConnection {
  const tools = mcpTools(parts.catalogue);
  const running = new Map<Id, AbortController>();
  const calls = new Set<Promise<void>>();
  const send = (message: object) => write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  const fail = (id: Id | null, code: number, message: string) => send({ id, error: { code, message } });

  const callTool = async (id: Id, params: Readonly<Record<string, unknown>>): Promise<void> => {
    const tool = tools.find(({ name }) => name === params.name);
    if (tool === undefined) {
      fail(
        id,
        -32602,
        `Unknown tool ${JSON.stringify(params.name)?.slice(0, 100)}. Available: ${tools.map(({ name }) => name).join(", ")}.`,
      );
      return;
    }
    const stop = new AbortController();
    running.set(id, stop);
    const token = (params._meta as { readonly progressToken?: unknown } | undefined)?.progressToken;
    const onEvent = (event: RunEvent) => {
      if (token === undefined || event.type !== "pick") return;
      const message = `${event.candidates} candidates, leading: ${event.answer ?? "none yet"}`;
      send({ method: "notifications/progress", params: { progressToken: token, progress: event.candidates, message } });
    };
    try {
      const result = await tool.call(params.arguments, parts, { signal: stop.signal, onEvent });
      send({ id, result: { content: [{ type: "text", text: JSON.stringify(result) }], structuredContent: result } });
    } catch (error) {
      if (stop.signal.aborted) return; // a cancelled request is not answered
      if (!(error instanceof RuminateError)) throw error;
      send({ id, result: { isError: true, content: [{ type: "text", text: error.message }] } });
    } finally {
      running.delete(id);
    }
  };

  const request = (id: Id, method: string, params: Readonly<Record<string, unknown>>): void => {
    if (method === "initialize") {
      const asked = String(params.protocolVersion);
      const protocolVersion = versions.includes(asked) ? asked : versions[0];
      const serverInfo = { name: "ruminate", version: parts.version };
      send({ id, result: { protocolVersion, capabilities: { tools: {} }, serverInfo } });
    } else if (method === "ping") send({ id, result: {} });
    else if (method === "tools/list") {
      send({
        id,
        result: { tools: tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })) },
      });
    } else if (method === "tools/call") {
      const call = callTool(id, params)
        .catch((error: unknown) =>
          fail(id, -32603, `The server failed: ${error instanceof Error ? error.message : error}`),
        )
        .finally(() => calls.delete(call));
      calls.add(call);
    } else fail(id, -32601, `Unknown method "${method.slice(0, 100)}".`);
  };

  const take = (line: string): void => {
    let message: Incoming;
    try {
      message = JSON.parse(line) as Incoming;
    } catch {
      fail(null, -32700, "A line must be one JSON-RPC message.");
      return;
    }
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      fail(null, -32600, "A message must be an object.");
      return;
    }
    const { id, method } = message;
    const params = typeof message.params === "object" && message.params !== null ? message.params : {};
    if (typeof method !== "string") {
      if (id !== undefined && !("result" in message || "error" in message))
        fail(id, -32600, 'A request must have a "method".');
      return;
    }
    if (typeof id === "string" || typeof id === "number") request(id, method, params);
    else if (method === "notifications/cancelled")
      running.get(params.requestId as Id)?.abort(new Error("cancelled by the client"));
  };

  let rest = "";
  const idle = async () => {
    await Promise.allSettled([...calls]);
  };
  return {
    receive(text) {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      if (rest.length > longestLine) {
        rest = "";
        fail(null, -32600, `A line must have at most ${longestLine} characters.`);
      }
      for (const line of lines) if (line.trim() !== "") take(line);
    },
    idle,
    async close() {
      for (const stop of running.values()) stop.abort(new Error("the connection is closed"));
      await idle();
    },
  };
}
