import type { Command } from "commander";
import type { DatasetInputsFlags } from "../dataset-inputs.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate datasets`, `ruminate datasets show NAME` and `ruminate datasets inputs FILE`. */
export function addDatasets(program: Command, { terminal, catalogue, done, withTools }: CommandContext): void {
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
  datasets
    .command("inputs <file>")
    .description("mutate the test inputs of Python functions, and let their references say what comes of them")
    .requiredOption("--out <file>", "where the tasks with their new tests are written, as a file of the dataset code")
    .option("--dataset <name>", "the dataset that the file is one of", "code")
    .option("--count <n>", "new inputs of a task at most", "50")
    .option("--seed <word>", "another seed makes other inputs", "inputs")
    .action(async (file: string, flags: DatasetInputsFlags) => {
      const { datasetInputs } = await import("../dataset-inputs.ts");
      await withTools(false, async (tools) => {
        done(await datasetInputs(terminal, await catalogue(), tools.sandbox(), file, flags));
      });
    });
}
