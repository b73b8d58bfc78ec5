import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate datasets` and `ruminate datasets show NAME`. */
export function addDatasets(program: Command, { terminal, catalogue }: CommandContext): void {
  const datasets = program.command("datasets").description("list the datasets").option("--json", "print JSON");
  datasets.action(async (flags: { readonly json?: boolean }) => {
    const { listDatasets } = await import("../catalogue.ts");
    listDatasets(terminal, await catalogue(), flags.json === true);
  });
  datasets
    .command("show <name>")
    .description("where one is published, its options, and what a file of it holds")
    .option("--data <file>", "read this file and show its first problem")
    .option("--json", "print JSON")
    .action(async (name: string, _flags: unknown, command: Command) => {
      const { showDataset } = await import("../datasets.ts");
      await showDataset(terminal, await catalogue(), name, command.optsWithGlobals());
    });
}
