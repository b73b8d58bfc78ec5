import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

const addresses = "a file, redis://… or postgres://…";

/** `ruminate store info | copy | rebuild`. */
export function addStore(program: Command, { terminal }: CommandContext): void {
  const store = program.command("store").description("the sample store: every sample ever paid for");
  store
    .command("info")
    .description("say how many samples there are")
    .argument("[address]", `${addresses}; default: the store of the cache folder`)
    .action(async (address: string | undefined) => {
      const { infoCommand } = await import("../store.ts");
      await infoCommand(terminal, address);
    });
  store
    .command("copy")
    .description("copy all samples into another store, which keeps its own; once more after a stop copies the rest")
    .argument("<from>", addresses)
    .argument("<to>", addresses)
    .action(async (from: string, to: string) => {
      const { copyCommand } = await import("../store.ts");
      await copyCommand(terminal, from, to);
    });
  store
    .command("rebuild")
    .description("make a damaged sample store anew from what can be read of it")
    .argument("[file]", "default: the store of the cache folder")
    .action(async (file: string | undefined) => {
      const { rebuildCommand } = await import("../store.ts");
      rebuildCommand(terminal, file);
    });
}
