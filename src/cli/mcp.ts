import { resolve } from "node:path";
import type { Catalogue } from "../core/catalogue.ts";
import { openMcp } from "../faces/mcp/server.ts";
import { packageVersion } from "../runs/versions.ts";
import { type ReachFlags, reached } from "./model-flags.ts";
import { openRoles, parseRoles } from "./roles.ts";
import type { Terminal } from "./terminal.ts";
import type { Tools } from "./tools.ts";

export interface McpFlags extends ReachFlags {
  readonly model: string;
  /** "judge=openai:MODEL": further models by the part they play. */
  readonly models: readonly string[];
  /** A folder of runs. */
  readonly runs: string;
}

/**
 * `ruminate mcp`: `solve` and `verify` as tools, runs as resources, for any client of the Model Context Protocol,
 * until standard input ends. Exit code 0.
 */
export async function mcpCommand(
  terminal: Terminal,
  flags: McpFlags,
  catalogue: Catalogue,
  tools: Tools,
  input: AsyncIterable<string | Uint8Array> = process.stdin,
): Promise<number> {
  const roles = parseRoles(flags.models);
  const { policy } = await tools.open(reached(flags.model, flags));
  const models = await openRoles(roles, tools.open);
  const runs = resolve(terminal.cwd, flags.runs);
  const parts = { catalogue, policy, models, sandbox: tools.sandbox(), version: packageVersion(), runs };
  const connection = openMcp(parts, (line) => terminal.out(line));
  const decoder = new TextDecoder();
  for await (const chunk of until(terminal.signal, input)) {
    connection.receive(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
  }
  if (terminal.signal.aborted) await connection.close();
  else await connection.idle();
  return 0;
}

/** What comes before the signal fires; a client that keeps the line open and says nothing does not hold up the end. */
async function* until<T>(signal: AbortSignal, input: AsyncIterable<T>): AsyncGenerator<T> {
  const over = new Promise<null>((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener("abort", () => resolve(null), { once: true });
  });
  const parts = input[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([parts.next(), over]);
    if (next === null || next.done === true) return;
    yield next.value;
  }
}
