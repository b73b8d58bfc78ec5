import type { Command } from "commander";
import { flagsFromEnvironment } from "../environment-flags.ts";
import { addReachFlags } from "../model-flags.ts";
import type { ServeFlags } from "../serve.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate serve`. */
export function addServe(program: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  const command = addReachFlags(program.command("serve"))
    .description("an OpenAI-compatible server whose models are strategies")
    .option("--config <file>", "upstreams, aliases, keys and limits as YAML; see docs/serve.md")
    .option("-m, --model <spec>", "one upstream without a file; default: the default model")
    .option("--host <address>", "default: 127.0.0.1; other addresses need keys")
    .option("--port <n>", "0 for any free port")
    .action(async (flags: ServeFlags) => {
      const { serveCommand } = await import("../serve.ts");
      await withTools(false, async (tools) => done(await serveCommand(terminal, flags, await catalogue(), tools)));
    });
  flagsFromEnvironment(command, terminal);
}
