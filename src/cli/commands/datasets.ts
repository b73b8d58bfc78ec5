import type { Command } from "commander";
import type { ContaminationFlags } from "../dataset-contamination.ts";
import type { DatasetCostsFlags } from "../dataset-costs.ts";
import type { DatasetInputsFlags } from "../dataset-inputs.ts";
import type { LintFlags } from "../dataset-lint.ts";
import { addReachFlags, type ReachFlags, reached } from "../model-flags.ts";
import type { Tools } from "../tools.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate datasets`, with `show NAME`, `lint`, `contamination`, `inputs` and `costs` of a file. */
export function addDatasets(program: Command, context: CommandContext): void {
  const { terminal, catalogue, done, withTools } = context;
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
  addCosts(datasets, context);
  addLint(datasets, context);
  addContamination(datasets, context);
}

function addCosts(datasets: Command, { terminal, catalogue, done, withTools }: CommandContext): void {
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

const lintExamples = `
Examples:
  ruminate datasets lint gsm8k_test.jsonl
  ruminate datasets lint mine.csv --options "{question: problem, answer: result}"
  ruminate datasets lint gsm8k_test.jsonl --shown experiments/prompting.yaml train.jsonl`;

function addLint(datasets: Command, { terminal, catalogue, done }: CommandContext): void {
  datasets
    .command("lint <source>")
    .description("what is wrong with a file of problems: prompts, references, duplicates, leaks, spelling")
    .option("--dataset <name>", "the dataset that the file is one of (default: by the file's name, else generic)")
    .option("--options <yaml>", "the dataset's options, as in an experiment")
    .option("--limit <n>", "the first n problems")
    .option("--shown <file...>", "examples that prompts show: experiments (pool, exemplars) or data files")
    .option("--only <check...>", "these checks alone")
    .option("--without <check...>", "all checks but these")
    .option("--near <share>", "shared word trigrams (Jaccard) from which questions are nearly the same", "0.7")
    .option("--show <n>", "findings printed", "20")
    .option("--strict", "exit code 1 for warnings too")
    .option("--json", "print JSON")
    .addHelpText("after", lintExamples)
    .action(async (source: string, _flags: unknown, command: Command) => {
      const { lintDataset } = await import("../dataset-lint.ts");
      done(await lintDataset(terminal, await catalogue(), source, command.optsWithGlobals() as LintFlags));
    });
}

interface AskedFlags extends ReachFlags {
  readonly model?: string;
}

/** The sandbox, and the model where one is named. */
async function askedWith(tools: Tools, flags: AskedFlags) {
  const opened = flags.model === undefined ? null : await tools.open(reached(flags.model, flags));
  return { sandbox: tools.sandbox(), policy: opened?.policy ?? null };
}

const contaminationExamples = `
Examples:
  ruminate datasets contamination gsm8k_test.jsonl --corpus web.jsonl.gz books.txt
  ruminate datasets contamination gsm8k_test.jsonl --model http://localhost:8000/v1#small --name GSM8K --run runs/gsm8k`;

function addContamination(datasets: Command, { terminal, catalogue, done, withTools }: CommandContext): void {
  addReachFlags(datasets.command("contamination <source>"))
    .description("has a model seen these problems: overlap with a corpus, guided completion, TS-Guessing")
    .option("--dataset <name>", "the dataset that the file is one of (default: by the file's name, else generic)")
    .option("--options <yaml>", "the dataset's options, as in an experiment")
    .option("--limit <n>", "the first n problems")
    .option("--corpus <file...>", "texts to look in: .txt or .jsonl, also .gz")
    .option("--ngram <n>", "words in a run: 13 as for GPT-3, 8 as for Llama 3", "13")
    .option("-m, --model <spec>", "the model to ask")
    .option("--probes <name...>", "what it is asked: guided, guessing", ["guided", "guessing"])
    .option("--name <name>", "the dataset's name, as the model is given it (default: that of --dataset)")
    .option("--split <name>", "its split, likewise", "test")
    .option("--seed <n>", "of what is split and hidden", "1")
    .option("--run <folder>", "keep the findings with a run, as a section of its report")
    .option("--out <file>", "write the findings as JSON, with those of each question")
    .option("--json", "print them as JSON")
    .addHelpText("after", contaminationExamples)
    .action(async (source: string, _flags: unknown, command: Command) => {
      const flags = command.optsWithGlobals<ContaminationFlags & ReachFlags & { readonly model?: string }>();
      const { checkContamination } = await import("../dataset-contamination.ts");
      const known = await catalogue();
      const { model } = flags;
      await withTools(true, async (tools) => {
        const open = model === undefined ? null : () => tools.open(reached(model, flags));
        done(await checkContamination(terminal, known, source, flags, open));
      });
    });
}
