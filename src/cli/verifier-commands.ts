import type { Command } from "commander";
import { catalogueOf } from "./plugins.ts";
import type { Terminal } from "./terminal.ts";

/** `ruminate verifiers` lists; `ruminate verifier train|eval` learns a verifier from finished runs and puts verifiers to the test. */
export function addVerifierCommands(program: Command, terminal: Terminal, done: (code: number) => void): void {
  const verifier = program.command("verifier").description("learn a verifier, put one to the test, compare several");
  verifier
    .command("train")
    .description("learn a verifier from the traces of a finished run")
    .requiredOption("--from <run...>", "the folder of a run, or of several")
    .requiredOption("--kind <kind>", "outcome or process")
    .requiredOption("--out <file>", "where the verifier goes; use it with --verifier outcome=file:FILE")
    .option("--seed <seed>", "which problems are held out")
    .option("--embed", "read the model's embeddings too")
    .option("--labels <source>", "outcomes (graded), or rollouts for a process verifier", "outcomes")
    .option("--rollouts <n>", "completions of each beginning, for --labels rollouts", "4")
    .option("--search <how>", "binary (to the first error) or every beginning, for --labels rollouts", "binary")
    .option("-m, --model <spec>", "the model for --embed and --labels rollouts", "default")
    .option("--json", "print the training report as JSON")
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.opts();
      const [{ trainCommand }, { openTools }] = await Promise.all([import("./verifier.ts"), import("./tools.ts")]);
      const tools = openTools(terminal, { store: true, sandbox: program.opts().sandbox });
      try {
        done(await trainCommand(terminal, flags as never, () => tools.open(String(flags.model))));
      } finally {
        await tools.close();
      }
    });
  verifier
    .command("eval")
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
    .action(async (_flags: unknown, command: Command) => {
      const flags = command.opts();
      const [{ evalCommand }, { openTools }] = await Promise.all([import("./verifier.ts"), import("./tools.ts")]);
      const catalogue = await catalogueOf(program.opts().plugin, terminal);
      const tools = openTools(terminal, { store: true, sandbox: program.opts().sandbox });
      try {
        const open = () => tools.open(String(flags.model));
        done(await evalCommand(terminal, flags as never, { catalogue, open, sandbox: tools.sandbox }));
      } finally {
        await tools.close();
      }
    });
  verifier
    .command("compare")
    .description("evaluated verifiers side by side, and whether they agree")
    .argument("<folders...>", "folders that verifier eval wrote, of one benchmark")
    .option("--seed <seed>", "of the intervals", "1")
    .option("--out <file>", "write the page there too")
    .option("--json", "print the comparison as JSON")
    .action(async (folders: string[], _flags: unknown, command: Command) => {
      const { compareCommand } = await import("./verifier.ts");
      done(compareCommand(terminal, folders, command.opts()));
    });
}
