import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate datasets`. */
export function addDatasets(program: Command, { terminal, catalogue }: CommandContext): void {
  program
    .command("datasets")
    .description("list the datasets")
    .option("--json", "print JSON")
    .action(async (flags: { readonly json?: boolean }) => {
      const { listDatasets } = await import("../catalogue.ts");
      listDatasets(terminal, await catalogue(), flags.json === true);
    });
}
