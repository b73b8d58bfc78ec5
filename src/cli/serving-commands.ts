import type { Command } from "commander";
import type { McpFlags } from "./mcp.ts";
import { catalogueOf } from "./plugins.ts";
import type { ServeFlags } from "./serve.ts";
import type { Terminal } from "./terminal.ts";

/** `ruminate serve` and `ruminate mcp`: strategies as models for other programs. */
export function addServingCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  program
    .command("serve")
    .description("an OpenAI-compatible server whose models are strategies")
    .option("--config <file>", "upstreams, aliases, keys and limits as YAML; see docs/serve.md")
    .option("-m, --model <spec>", "one upstream without a file; default: the default model")
    .option("--host <address>", "default: 127.0.0.1; other addresses need keys")
    .option("--port <n>", "0 for any free port")
    .action(async (flags: ServeFlags) => {
      const [{ serveCommand }, { openTools }] = await Promise.all([import("./serve.ts"), import("./tools.ts")]);
      const tools = openTools(terminal, { store: false, sandbox: program.opts().sandbox });
      try {
        done(await serveCommand(terminal, flags, await catalogueOf(program.opts().plugin, terminal), tools));
      } finally {
        await tools.close();
      }
    });
  program
    .command("mcp")
    .description("solve and verify as tools of the Model Context Protocol, over standard input and output")
    .option("-m, --model <spec>", "the model to think with", "default")
    .option("--role <part=model...>", "further models by the part they play, such as judge=openai:MODEL", [])
    .action(async (flags: McpFlags) => {
      const [{ mcpCommand }, { openTools }] = await Promise.all([import("./mcp.ts"), import("./tools.ts")]);
      const tools = openTools(terminal, { store: true, sandbox: program.opts().sandbox });
      try {
        done(await mcpCommand(terminal, flags, await catalogueOf(program.opts().plugin, terminal), tools));
      } finally {
        await tools.close();
      }
    });
}
