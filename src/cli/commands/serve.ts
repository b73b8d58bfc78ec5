import type { Command } from "commander";
import { flagsFromEnvironment } from "../environment-flags.ts";
import { addReachFlags } from "../model-flags.ts";
import type { ServeFlags } from "../serve.ts";
import type { CommandContext, GlobalFlags } from "./context.ts";

/** `ruminate serve`. */
export function addServe(program: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  const command = addReachFlags(program.command("serve"))
    .description("an OpenAI-compatible server whose models are strategies")
    .option("--config <file>", "upstreams, aliases, keys and limits as YAML; see docs/serve.md")
    .option("-m, --model <spec>", "one upstream without a file; default: the default model")
    .option("--settings <file>", "further model names, such as those of `ruminate advise --out`")
    .option("--host <address>", "default: 127.0.0.1; other addresses need keys")
    .option("--port <n>", "0 for any free port")
    .option(
      "--redis <address>",
      "redis://… that all processes of this server share: rates, days' budgets, kept responses",
    )
    .option("--shadow <share>", "answer so large a share of the requests the other way too, to see what thinking gains")
    .option("--shadow-file <file>", "a line for each of them, without its text, for `ruminate shadow report`")
    .option("--shadow-check <verifier>", "what scores both answers where they differ, such as judge")
    .option("--shadow-strategy <name>", "how requests are thought about that were not")
    .option("--shadow-tokens <n>", "tokens a day for all of it; default: 1000000")
    .action(async (flags: ServeFlags) => {
      const { serveCommand } = await import("../serve.ts");
      const { store } = program.opts<GlobalFlags>();
      await withTools(false, async (tools) =>
        done(await serveCommand(terminal, { ...flags, store }, await catalogue(), tools)),
      );
    });
  flagsFromEnvironment(command, terminal);
}
