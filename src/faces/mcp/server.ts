import { RuminateError } from "../../core/errors.ts";
import type { RunEvent } from "../../core/events.ts";
import { type McpResources, mcpResources } from "./resources.ts";
import { type McpTool, type McpTools, mcpTools } from "./tools.ts";

/** Versions of the protocol that this server speaks, the newest first. */
const versions = ["2025-06-18", "2025-03-26", "2024-11-05"];

/** The longest line that is read. */
const longestLine = 4_000_000;

type Id = string | number;
type Params = Readonly<Record<string, unknown>>;
interface Incoming {
  readonly id?: Id;
  readonly method?: string;
  readonly params?: Params;
}

export interface McpConnection {
  /** Takes text as it arrives, in pieces of any size: one JSON-RPC message a line. */
  receive(text: string): void;
  /** Ends all work; resolves when it has ended. */
  close(): Promise<void>;
  /** Resolves when all calls so far are answered. */
  idle(): Promise<void>;
}

/** Codes of JSON-RPC 2.0. */
const faults = { parse: -32700, request: -32600, method: -32601, params: -32602, internal: -32603 } as const;

/** Of MCP: there is nothing under this address. */
const noResource = -32002;

export interface McpParts extends McpTools {
  readonly version: string;
  /** A folder of runs that can be read as resources. */
  readonly runs?: string;
}

/**
 * The Model Context Protocol over lines of JSON, as `ruminate mcp` speaks it on standard input and output: `solve` and
 * `verify` as tools, runs as resources, progress where a call asks for it, cancellation that stops all spending. It is
 * small enough not to need a library.
 */
export function openMcp(parts: McpParts, write: (line: string) => void): McpConnection {
  const connection = new Connection(parts, write);
  return {
    receive: (text) => connection.receive(text),
    close: () => connection.close(),
    idle: () => connection.idle(),
  };
}

class Connection {
  readonly #parts: McpParts;
  readonly #write: (line: string) => void;
  readonly #tools: readonly McpTool[];
  readonly #resources: McpResources;
  /** What ends the calls that are in work. */
  readonly #running = new Map<Id, AbortController>();
  readonly #calls = new Set<Promise<void>>();
  #rest = "";

  constructor(parts: McpParts, write: (line: string) => void) {
    this.#parts = parts;
    this.#write = write;
    this.#tools = mcpTools(parts.catalogue);
    this.#resources = mcpResources(parts.catalogue, parts.runs);
  }

  receive(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    if (this.#rest.length > longestLine) {
      this.#rest = "";
      this.#fail(null, faults.request, `A line must have at most ${longestLine} characters.`);
    }
    for (const line of lines) if (line.trim() !== "") this.#take(line);
  }

  async idle(): Promise<void> {
    await Promise.allSettled([...this.#calls]);
  }

  async close(): Promise<void> {
    for (const stop of this.#running.values()) stop.abort(new Error("the connection is closed"));
    await this.idle();
  }

  #send(message: object): void {
    this.#write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  #fail(id: Id | null, code: number, message: string): void {
    this.#send({ id, error: { code, message } });
  }

  #take(line: string): void {
    let message: Incoming;
    try {
      message = JSON.parse(line) as Incoming;
    } catch {
      this.#fail(null, faults.parse, "A line must be one JSON-RPC message.");
      return;
    }
    if (typeof message !== "object" || message === null || Array.isArray(message)) {
      this.#fail(null, faults.request, "A message must be an object.");
      return;
    }
    const { id, method } = message;
    const params = typeof message.params === "object" && message.params !== null ? message.params : {};
    if (typeof method !== "string") {
      if (id !== undefined && !("result" in message || "error" in message))
        this.#fail(id, faults.request, 'A request must have a "method".');
      return;
    }
    if (typeof id === "string" || typeof id === "number") this.#request(id, method, params);
    else if (method === "notifications/cancelled")
      this.#running.get(params.requestId as Id)?.abort(new Error("cancelled by the client"));
  }

  #request(id: Id, method: string, params: Params): void {
    if (method === "initialize") {
      const asked = String(params.protocolVersion);
      const protocolVersion = versions.includes(asked) ? asked : versions[0];
      const serverInfo = { name: "ruminate", version: this.#parts.version };
      this.#send({ id, result: { protocolVersion, capabilities: { tools: {}, resources: {} }, serverInfo } });
    } else if (method === "ping") this.#send({ id, result: {} });
    else if (method === "tools/list") {
      const tools = this.#tools.map(({ name, description, inputSchema }) => ({ name, description, inputSchema }));
      this.#send({ id, result: { tools } });
    } else if (method === "tools/call") {
      const call = this.#call(id, params)
        .catch((error: unknown) => {
          const why = error instanceof Error ? error.message : error;
          this.#fail(id, faults.internal, `The server failed: ${why}`);
        })
        .finally(() => this.#calls.delete(call));
      this.#calls.add(call);
    } else if (method === "resources/list") this.#send({ id, result: { resources: this.#resources.list() } });
    else if (method === "resources/templates/list") this.#send({ id, result: { resourceTemplates: [] } });
    else if (method === "resources/read") this.#read(id, String(params.uri));
    else this.#fail(id, faults.method, `Unknown method "${method.slice(0, 100)}".`);
  }

  #read(id: Id, uri: string): void {
    const { mimeType } = this.#resources.list().find((one) => one.uri === uri) ?? {};
    const text = this.#resources.read(uri);
    if (text === null) this.#fail(id, noResource, `There is nothing under ${JSON.stringify(uri.slice(0, 100))}.`);
    else this.#send({ id, result: { contents: [{ uri, mimeType, text }] } });
  }

  async #call(id: Id, params: Params): Promise<void> {
    const tool = this.#tools.find(({ name }) => name === params.name);
    if (tool === undefined) {
      const known = this.#tools.map(({ name }) => name).join(", ");
      const named = JSON.stringify(params.name)?.slice(0, 100);
      this.#fail(id, faults.params, `Unknown tool ${named}. Available: ${known}.`);
      return;
    }
    if (this.#running.has(id)) {
      this.#fail(id, faults.request, "A request of this id is in work.");
      return;
    }
    const stop = new AbortController();
    this.#running.set(id, stop);
    const { progressToken } = Object(params._meta) as { readonly progressToken?: unknown };
    const onEvent = this.#progress(typeof progressToken === "object" ? undefined : progressToken);
    try {
      const structuredContent = await tool.call(params.arguments, this.#parts, { signal: stop.signal, onEvent });
      const content = [{ type: "text", text: JSON.stringify(structuredContent) }];
      this.#send({ id, result: { content, structuredContent } });
    } catch (error) {
      if (stop.signal.aborted) return; // a cancelled request is not answered
      if (!(error instanceof RuminateError)) throw error;
      this.#send({ id, result: { isError: true, content: [{ type: "text", text: error.message }] } });
    } finally {
      this.#running.delete(id);
    }
  }

  /** Says after each candidate how things stand, where the call asks for it. */
  #progress(progressToken: unknown): (event: RunEvent) => void {
    return (event) => {
      if (progressToken === undefined || event.type !== "pick") return;
      const message = `${event.candidates} candidates, leading: ${event.answer ?? "none yet"}`;
      const params = { progressToken, progress: event.candidates, message };
      this.#send({ method: "notifications/progress", params });
    };
  }
}
