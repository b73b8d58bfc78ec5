import type { Command } from "commander";
import { addReachFlags, type ReachFlags, reached } from "../model-flags.ts";
import type { CompareFlags, EvalFlags, TrainFlags } from "../verifier.ts";
import type { CommandContext } from "./context.ts";

type ModelFlags = ReachFlags & { readonly model: string };

/** `ruminate verifier train|eval|compare`. */
export function addVerifier(program: Command, context: CommandContext): void {
  const verifier = program.command("verifier").description("learn a verifier, put one to the test, compare several");
  addTrain(verifier, context);
  addEval(verifier, context);
  addCompare(verifier, context);
}

function addTrain(verifier: Command, { terminal, done, withTools }: CommandContext): void {
  addReachFlags(verifier.command("train"))
    .description("learn a verifier from the traces of a finished run")
    .requiredOption("--from <run...>", "the folder of a run, or of several")
    .requiredOption("--kind <kind>", "outcome or process")
    .requiredOption("--out <file>", "where the verifier goes; use it with --verifier outcome=file:FILE")
    .option("--seed <seed>", "which problems are held out")
    .option("--embed", "read the model's embeddings too")
    .option("--states", "read the model's hidden states too: what a local model held at the end of each line")
    .option("--labels <source>", "outcomes (graded), or rollouts for a process verifier", "outcomes")
    .option("--rollouts <n>", "completions of each beginning, for --labels rollouts", "4")
    .option("--search <how>", "binary (to the first error) or every beginning, for --labels rollouts", "binary")
    .option("-m, --model <spec>", "the model for --embed, --states and --labels rollouts", "default")
    .option("--json", "print the training report as JSON")
    .action(async (flags: TrainFlags & ModelFlags) => {
      const { trainCommand } = await import("../verifier.ts");
      await withTools(true, async ({ open }) =>
        done(await trainCommand(terminal, flags, () => open(reached(flags.model, flags)))),
      );
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
