import type { Command } from "commander";
import { InvalidOptionError } from "../../core/errors.ts";
import type { CollectFlags } from "../collect.ts";
import type { CompareFlags } from "../compare.ts";
import type { ExperimentFlags } from "../experiment.ts";
import type { ExportFlags } from "../experiment-files.ts";
import type { MergeFlags } from "../merge.ts";
import { addReachFlags } from "../model-flags.ts";
import type { TrainingFlags } from "../training.ts";
import type { CommandContext } from "./context.ts";
import { addGraderFlags, addReport } from "./report.ts";

const runExamples = `
Examples:
  ruminate experiment run experiments/quickstart.yaml
  ruminate experiment run experiments/gsm8k.yaml --data gsm8k_test.jsonl --limit 50
  ruminate experiment run experiments/quickstart.yaml --shard 2/5 --out runs/quickstart-2
  ruminate experiment run experiments/quickstart.yaml --queue redis://localhost:6379`;

const mergeExamples = `
Examples:
  ruminate experiment merge runs/quickstart-* --out runs/quickstart`;

const compareExamples = `
Examples:
  ruminate experiment compare runs/prompting runs/self-correction --tokens 1600`;

/** `ruminate experiment run|report|merge|compare|export|collect|schema`. */
export function addExperiment(program: Command, context: CommandContext): void {
  const experiment = program.command("experiment").description("compare strategies");
  addRun(experiment, context);
  addReport(experiment, context);
  addMerge(experiment, context);
  addCompare(experiment, context);
  addExport(experiment, context);
  addCollect(experiment, context);
  experiment
    .command("schema")
    .description("the JSON Schema of experiment files, for editors")
    .action(async () => {
      const { schemaCommand } = await import("../experiment-files.ts");
      context.done(schemaCommand(context.terminal));
    });
}

interface RunFlags extends ExperimentFlags {
  readonly resume?: boolean;
  readonly dryRun?: boolean;
  readonly regrade?: boolean;
}

function addRun(experiment: Command, context: CommandContext): void {
  addGraderFlags(addReachFlags(experiment.command("run")))
    .description("run an experiment, or go on with one that was stopped")
    .argument("<file>", "a YAML file, see experiments/, or a TypeScript module, see examples/experiment.ts")
    .option("--data <file>", "the dataset's file")
    .option("--limit <n>", "the first n problems")
    .option("--out <folder>", "where results go; default: runs/NAME")
    .option("--shard <i/n>", "every n-th problem from the i-th on, for one of n machines; see experiment merge")
    .option("--only <arm>", "run this arm, by its label; may be given several times", (label, all: string[] = []) => [
      ...all,
      label,
    ])
    .option("--ids <ids>", "run these problems, separated by commas")
    .option("-m, --model <spec>", "another model than the file's")
    .option("--concurrency <n>", "problems in work at a time")
    .option("--retry-failed", "do again what ended in an error")
    .option("--outage-after <k>", "failures in a row after which the run stops: the model is gone (default 3)")
    .option("--another-model", "go on though another model answers at the same address than when the run began")
    .option("--resume", "go on with the run in the folder; always done, for scripts that want to say so")
    .option("--dry-run", "print what it would cost at most, and ask no model")
    .option("--rescore", "score and pick again from the stored candidates: no policy call")
    .option("--regrade", "grade the stored answers again first")
    .option("--queue [address]", "let workers solve the trials: redis://HOST:PORT; default: RUMINATE_QUEUE")
    .option("--serve", "with --queue: be one of the workers, too")
    .option("--tags <tags>", "with --queue: what workers must have, separated by commas")
    .option("--json", "print summary.json instead of the table")
    .addHelpText("after", runExamples)
    .action((file: string, flags: RunFlags) => run(file, flags, context));
}

async function run(file: string, flags: RunFlags, context: CommandContext): Promise<void> {
  const { terminal, done } = context;
  const { dryRunCommand } = await import("../experiment-files.ts");
  if (flags.regrade !== true && flags.grader !== undefined)
    throw new InvalidOptionError("--grader", "goes with --regrade.");
  const catalogue = await context.catalogue(file);
  if (flags.dryRun === true) {
    done(await dryRunCommand(terminal, file, flags, catalogue));
    return;
  }
  const { experimentCommand } = await import("../experiment.ts");
  await context.withTools(true, async (tools) => {
    const parts = { catalogue, sandbox: tools.sandbox() };
    if (flags.regrade === true) {
      const { regradeCommand } = await import("../regrade.ts");
      await regradeCommand(terminal, file, flags, parts);
    }
    done(await experimentCommand(terminal, file, flags, { ...parts, open: tools.open }));
  });
}

function addMerge(experiment: Command, context: CommandContext): void {
  experiment
    .command("merge")
    .description("make one run of folders that were run apart: shards, arms, seeds")
    .argument("<folders...>", "the folders of its parts")
    .requiredOption("--out <folder>", "where the whole run goes: a new or empty folder")
    .option("--json", "print summary.json instead of the table")
    .addHelpText("after", mergeExamples)
    .action(async (folders: string[], flags: MergeFlags) => {
      const { mergeCommand } = await import("../merge.ts");
      context.done(mergeCommand(context.terminal, folders, flags, await context.catalogue()));
    });
}

function addCompare(experiment: Command, { terminal, done }: CommandContext): void {
  experiment
    .command("compare")
    .description("arms of several runs in one table, paired by problem")
    .argument("<folders...>", "the folders of the runs")
    .option("--tokens <n>", "every problem as it stood when so many tokens were spent on it")
    .option("--baseline <arm>", "the arm that the others are compared with (default: the first run's)")
    .option("--markdown", "as a Markdown table")
    .option("--json", "every figure as JSON")
    .addHelpText("after", compareExamples)
    .action(async (folders: string[], flags: CompareFlags) => {
      const { compareCommand } = await import("../compare.ts");
      done(compareCommand(terminal, folders, flags));
    });
}

const collectExamples = `
Examples:
  ruminate experiment collect train.yaml --right 4 --most 64
  ruminate experiment collect train.yaml --right 16 --most 256 --target difficulty`;

function addCollect(experiment: Command, context: CommandContext): void {
  addReachFlags(experiment.command("collect"))
    .description("draw in rounds until every problem has so many right solutions")
    .argument("<file>", "an experiment: what draws, and how many in a round")
    .option("--right <n>", "right solutions of a problem", "4")
    .option("--most <n>", "solutions drawn of a problem at most", "64")
    .option("--target <how>", "uniform, or difficulty: more of what is missed more often", "uniform")
    .option("--data <file>", "the dataset's file")
    .option("--limit <n>", "the first n problems")
    .option("--out <folder>", "where the rounds go; default: runs/NAME")
    .option("-m, --model <spec>", "another model than the file's")
    .option("--concurrency <n>", "problems in work at a time")
    .option("--json", "print collected.json")
    .addHelpText("after", collectExamples)
    .action(async (file: string, flags: CollectFlags) => {
      const { terminal, done, withTools } = context;
      const catalogue = await context.catalogue(file);
      const { collectCommand } = await import("../collect.ts");
      await withTools(true, async (tools) => {
        done(await collectCommand(terminal, file, flags, { catalogue, sandbox: tools.sandbox(), open: tools.open }));
      });
    });
}

const exportExamples = `
Examples:
  ruminate experiment export runs/quickstart > trials.csv
  ruminate experiment export runs/quickstart --training sft -o most=4 dedupe=steps --split train
  ruminate experiment export runs/one runs/two --training pairs --out pairs.jsonl.gz`;

function addExport(experiment: Command, context: CommandContext): void {
  addTrainingFlags(experiment.command("export"))
    .description("results as a table, one row a trial, or as a training set")
    .argument("[folders...]", "the folder of a run; for --training of several")
    .option("--csv", "comma-separated values on standard output (default)")
    .option("--parquet", "a Parquet file with typed columns, for DuckDB, pandas and pyarrow")
    .option("--candidates", "one row a candidate instead")
    .option("--steps", "one row a step that a process verifier scored, with its shaped rewards, instead")
    .option("--metrics", "one row a metric of an arm instead")
    .option("--out <file>", "where the Parquet file or the training set goes (default: in the run's folder)")
    .addHelpText("after", exportExamples)
    .action(async (folders: string[], flags: ExportFlags & TrainingFlags) => {
      const { terminal, done } = context;
      if (flags.training !== undefined) {
        const { trainingCommand } = await import("../training.ts");
        done(trainingCommand(terminal, folders, flags, await context.catalogue()));
        return;
      }
      const { exportCommand } = await import("../experiment-files.ts");
      done(await exportCommand(terminal, folders, flags));
    });
}

/** Of training sets. */
const addTrainingFlags = (command: Command): Command =>
  command
    .option("--training [form]", "a training set with a card of provenance instead; without a form the list of them")
    .option("-o, --option <name=value...>", "options of the form, such as most=4")
    .option("--arm <label...>", "only these arms")
    .option("--pool <by>", "solutions that are compared: problem, arm or trial (default problem)")
    .option("--prompt <which>", "question alone, or as it was asked (default question)")
    .option("--system <text>", "a system message before the question")
    .option("--plain", "texts in place of messages")
    .option("--exclude-ids <ids...>", "problems to leave out: ids, or files of them")
    .option("--held-out <files...>", "files of problems that no row may come from")
    .option("--overlap <words>", "words in a row that make a problem the same as a held-out one; 0: never (default 13)")
    .option("--split <side>", "all, train or held-out, by problem and group (default all)")
    .option("--held-out-share <share>", "what the split holds out (default 0.1)")
    .option("--seed <seed>", "of the split and of draws (default 1)")
    .option("--schema", "print the JSON Schema of the form's rows")
    .option("--json", "print the card as JSON");
