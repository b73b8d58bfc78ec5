import type { Command } from "commander";
import type { McpFlags } from "../mcp.ts";
import { addReachFlags } from "../model-flags.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate mcp`. */
export function addMcp(program: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  addReachFlags(program.command("mcp"))
    .description(
      "solve and verify as tools of the Model Context Protocol, runs as resources, over standard input and output",
    )
    .option("-m, --model <spec>", "the model to think with", "default")
    .option("--models <part=model...>", "further models by the part they play, such as judge=openai:MODEL", [])
    .option("--runs <folder>", "runs of experiments that clients can read", "runs")
    .action(async (flags: McpFlags) => {
      const { mcpCommand } = await import("../mcp.ts");
      await withTools(true, async (tools) => done(await mcpCommand(terminal, flags, await catalogue(), tools)));
    });
}
