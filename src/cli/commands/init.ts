import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate init KIND [FOLDER]`. */
export function addInit(program: Command, { terminal, done }: CommandContext): void {
  program
    .command("init")
    .description("write a small start that works: plugin, experiment or server")
    .argument("<kind>", "plugin, experiment or server")
    .argument("[folder]", "where; default: here. Nothing is written over", ".")
    .action(async (kind: string, folder: string) => {
      const { initCommand } = await import("../init.ts");
      done(initCommand(terminal, kind, folder));
    });
}
