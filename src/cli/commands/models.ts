import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

interface JsonFlags {
  readonly json?: boolean;
}

/** `ruminate models [list|pull|rm]`. */
export function addModels(program: Command, { terminal }: CommandContext): void {
  const models = program.command("models").description("local models").option("--json", "print JSON");
  const list = async ({ json }: JsonFlags) => {
    const { listModels } = await import("../models.ts");
    await listModels(terminal, json === true);
  };
  models.action(list);
  models
    .command("list")
    .description("models in the manifest and which are installed")
    .option("--json", "print JSON")
    .action((_flags: JsonFlags, command: Command) => list(command.optsWithGlobals<JsonFlags>()));
  models
    .command("pull")
    .description("fetch a model (resumable, checked by SHA-256)")
    .argument("[name]", "default: the default model")
    .action(async (name: string | undefined) => {
      const { pullCommand } = await import("../models.ts");
      await pullCommand(terminal, name);
    });
  models
    .command("rm")
    .description("remove a model's file")
    .argument("<name>")
    .action(async (name: string) => {
      const { removeCommand } = await import("../models.ts");
      await removeCommand(terminal, name);
    });
}
