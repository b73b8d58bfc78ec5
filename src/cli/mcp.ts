import type { Catalogue } from "../core/catalogue.ts";
import { openMcp } from "../serve/mcp/server.ts";
import type { Terminal } from "./terminal.ts";
import type { Tools } from "./tools.ts";

/** `ruminate mcp`: `solve` and `verify` as tools for any client of the Model Context Protocol, until standard input ends. Exit code 0. */
export async function mcpCommand(
  terminal: Terminal,
  flags: { readonly model: string },
  catalogue: Catalogue,
  tools: Tools,
  input: AsyncIterable<string | Uint8Array> = process.stdin,
): Promise<number> {
  const { policy } = await tools.open(flags.model);
  const connection = openMcp({ catalogue, policy, sandbox: tools.sandbox(), version: "0.1.0" }, (line) =>
    terminal.out(line),
  );
  const decoder = new TextDecoder();
  for await (const chunk of input) {
    connection.receive(typeof chunk === "string" ? chunk : decoder.decode(chunk, { stream: true }));
    if (terminal.signal.aborted) break;
  }
  if (terminal.signal.aborted) await connection.close();
  else await connection.idle();
  return 0;
}
