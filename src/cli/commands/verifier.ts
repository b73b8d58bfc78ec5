import type { Command } from "commander";
import { addReachFlags, type ReachFlags, reached } from "../model-flags.ts";
import type { CompareFlags, EvalFlags, TrainFlags } from "../verifier.ts";
import type { LabelFlags } from "../verifier-label.ts";
import type { CommandContext } from "./context.ts";

type ModelFlags = ReachFlags & { readonly model: string };

const trainExamples = `
Examples:
  ruminate verifier train --from runs/gsm8k --kind outcome --out my.orm
  ruminate verifier train --model default --data FOLDER --out my`;

/** `ruminate verifier train|eval|label|compare`. */
export function addVerifier(program: Command, context: CommandContext): void {
  const verifier = program.command("verifier").description("learn a verifier, put one to the test, compare several");
  addTrain(verifier, context);
  addEval(verifier, context);
  addLabel(verifier, context);
  addCompare(verifier, context);
}

function addTrain(verifier: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  addReachFlags(verifier.command("train"))
    .description("learn a verifier: from the traces of finished runs, or from nothing for a local model")
    .option("--from <run...>", "the folder of a run, or of several")
    .option(
      "--data <folder>",
      "in place of --from: draw the solutions first, of experiments/train-verifier.yaml's files",
    )
    .option("--run <folder>", "where --data keeps them, to go on with (default: runs/train-verifier)")
    .option("--limit <n>", "the first n problems of each file, for --data")
    .option("--kind <kind>", "outcome or process; default with --data: both")
    .requiredOption("--out <file>", "where the verifier goes; with --data FILE.orm and FILE.prm")
    .option("--seed <seed>", "which problems are held out")
    .option("--embed", "read the model's embeddings too")
    .option("--states", "read the model's hidden states too: what a local model held at the end of each line")
    .option("--labels <source>", "outcomes (graded), or rollouts for a process verifier", "outcomes")
    .option("--rollouts <n>", "completions of each beginning, for --labels rollouts", "4")
    .option("--search <how>", "binary (to the first error) or every beginning, for --labels rollouts", "binary")
    .option("-m, --model <spec>", "the model for --data, --embed, --states and --labels rollouts", "default")
    .option("--json", "print the training report as JSON")
    .addHelpText("after", trainExamples)
    .action(async (flags: TrainFlags & ModelFlags) => {
      const [{ trainCommand }, { policySpec }] = [await import("../verifier.ts"), await import("../experiment.ts")];
      const known = await catalogue();
      await withTools(true, async ({ open, sandbox }) => {
        const tools = { catalogue: known, open, sandbox, model: policySpec(reached(flags.model, flags)) };
        done(await trainCommand(terminal, flags, tools));
      });
    });
}

function addEval(verifier: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  addReachFlags(verifier.command("eval"))
    .description("put a verifier to the test on labelled solutions")
    .requiredOption("-v, --verifier <kind=name...>", "outcome=NAME or process=NAME")
    .requiredOption("--benchmark <name>", "processbench, prmbench, bigbench-mistake, rewardmath …")
    .requiredOption("--data <file>", "the benchmark's file")
    .option("--aggregation <name>", "how step scores become one")
    .option("--limit <n>", "so many items, drawn by --seed")
    .option("--seed <n>", "of the draw", "0")
    .option("--out <folder>", "where the report goes")
    .option("--concurrency <n>", "items in work at a time")
    .option("--robustness", "judge again under other names, wording, length, order and place")
    .option("--calibrate <method>", "fit and save a calibration: isotonic, platt or temperature")
    .option("-m, --model <spec>", "the model that verifiers ask", "default")
    .option("--json", "print report.json")
    .action(async (flags: EvalFlags & ModelFlags) => {
      const { evalCommand } = await import("../verifier.ts");
      const known = await catalogue();
      await withTools(true, async ({ open, sandbox }) => {
        const tools = { catalogue: known, open: () => open(reached(flags.model, flags)), sandbox };
        done(await evalCommand(terminal, flags, tools));
      });
    });
}

const labelExamples = `
Examples:
  ruminate verifier label --run runs/gsm8k --by binary --form processbench --out labels.jsonl
  ruminate verifier label --run runs/gsm8k --by rollouts judge -v process=step-judge --out labels.jsonl.gz`;

function addLabel(verifier: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  addReachFlags(verifier.command("label"))
    .description("label the steps of a run's solutions by machine: rollouts, binary search, a judge")
    .requiredOption("--run <folder>", "the run whose solutions are labelled")
    .option("--by <methods...>", "rollouts, binary, judge; of several the solutions on which they agree", ["binary"])
    .option("--form <name>", "processbench or prm800k", "processbench")
    .requiredOption("--out <file>", "where the rows go; compressed where it ends in .gz")
    .option("-v, --verifier <kind=name...>", "process=NAME, for --by judge", [])
    .option("--threshold <score>", "a step that a judge scores below it is wrong", "0.5")
    .option("--rollouts <n>", "completions of each beginning", "4")
    .option("--temperature <t>", "of completions", "0.8")
    .option("--disagreed", "write the solutions on which the methods differ too, by the first method")
    .option("--limit <n>", "the first n solutions")
    .option("--seed <seed>", "of completions", "1")
    .option("-m, --model <spec>", "the model that completes and judges", "default")
    .option("--json", "print the counts as JSON")
    .addHelpText("after", labelExamples)
    .action(async (flags: LabelFlags & ModelFlags) => {
      const { labelCommand } = await import("../verifier-label.ts");
      const known = await catalogue();
      await withTools(true, async ({ open, sandbox }) => {
        const tools = { catalogue: known, open: () => open(reached(flags.model, flags)), sandbox };
        done(await labelCommand(terminal, flags, tools));
      });
    });
}

function addCompare(verifier: Command, { terminal, done }: CommandContext): void {
  verifier
    .command("compare")
    .description("evaluated verifiers side by side, and whether they agree")
    .argument("<folders...>", "folders that verifier eval wrote, of one benchmark")
    .option("--seed <seed>", "of the intervals", "1")
    .option("--out <file>", "write the page there too")
    .option("--json", "print the comparison as JSON")
    .action(async (folders: string[], flags: CompareFlags) => {
      const { compareCommand } = await import("../verifier.ts");
      done(compareCommand(terminal, folders, flags));
    });
}
