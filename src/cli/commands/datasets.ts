import type { Command } from "commander";
import type { DatasetCostsFlags } from "../dataset-costs.ts";
import type { DatasetInputsFlags } from "../dataset-inputs.ts";
import { addReachFlags, type ReachFlags, reached } from "../model-flags.ts";
import type { Tools } from "../tools.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate datasets`, with `show NAME`, `inputs FILE` and `costs FILE`. */
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
  const inputs = datasets
    .command("inputs <file>")
    .description("mutate the test inputs of Python functions, and let their references say what comes of them")
    .requiredOption("--out <file>", "where the tasks with their new tests are written, as a file of the dataset code")
    .option("--dataset <name>", "the dataset that the file is one of", "code")
    .option("--count <n>", "new inputs of a task at most", "50")
    .option("--seed <word>", "another seed makes other inputs", "inputs")
    .option("-m, --model <spec>", "a model that proposes inputs too; what the reference takes is kept")
    .action(async (file: string, flags: DatasetInputsFlags & AskedFlags) => {
      const { datasetInputs } = await import("../dataset-inputs.ts");
      await withTools(true, async (tools) => {
        done(await datasetInputs(terminal, await catalogue(), await askedWith(tools, flags), file, flags));
      });
    });
  addReachFlags(inputs);
  const costs = datasets
    .command("costs <file>")
    .description("find an input that costs much, and right programs of other speeds, for DPS (EvalPerf)")
    .requiredOption("--out <file>", "where the tasks are written that have both, as a file of the dataset code")
    .option("--run <dir...>", "runs whose right programs are compared with the reference", [])
    .option("--dataset <name>", "the dataset that the file is one of", "code")
    .option("--solutions <n>", "programs of a task at most", "50")
    .option("--clusters <n>", "clusters that a task must have (4 in EvalPerf)", "2")
    .option("--most <instructions>", "what an input may take of the reference", "200000000")
    .option("--seed <word>", "another seed makes other inputs", "inputs")
    .option("-m, --model <spec>", "a model that writes generators of inputs; without one, the tests' own inputs grow")
    .option("--generators <n>", "generators that the model writes for a task", "4")
    .action(async (file: string, flags: DatasetCostsFlags & AskedFlags) => {
      const { datasetCosts } = await import("../dataset-costs.ts");
      await withTools(true, async (tools) => {
        done(await datasetCosts(terminal, await catalogue(), await askedWith(tools, flags), file, flags));
      });
    });
  addReachFlags(costs);
}

interface AskedFlags extends ReachFlags {
  readonly model?: string;
}

/** The sandbox, and the model where one is named. */
async function askedWith(tools: Tools, flags: AskedFlags) {
  const opened = flags.model === undefined ? null : await tools.open(reached(flags.model, flags));
  return { sandbox: tools.sandbox(), policy: opened?.policy ?? null };
}
