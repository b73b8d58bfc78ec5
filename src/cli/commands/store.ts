import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate store rebuild [FILE]`. */
export function addStore(program: Command, { terminal }: CommandContext): void {
  program
    .command("store")
    .description("the sample store")
    .command("rebuild")
    .description("make a damaged sample store anew from what can be read of it")
    .argument("[file]", "default: the store of the cache folder")
    .action(async (file: string | undefined) => {
      const { rebuildCommand } = await import("../store.ts");
      rebuildCommand(terminal, file);
    });
}
