import type { Command } from "commander";
import type { AdviseFlags } from "../advise.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate advise RUN`. */
export function addAdvise(program: Command, { terminal, done }: CommandContext): void {
  program
    .command("advise")
    .description("from a run: which strategy for which difficulty and budget, as settings of a server")
    .argument("<folder>", "the folder of a run with several arms, one of them self-consistency")
    .option("--out <file>", "write the settings, for `ruminate serve --settings`")
    .option("--tokens <list>", "budgets in tokens a problem on average, such as 500,2000; default: what each arm takes")
    .option("--probe <n>", "candidates that difficulty is read from; default: 4")
    .option("--probe-arm <label>", "whose candidates; default: the first arm of self-consistency")
    .option("--bins <n>", "difficulties that are told apart, at most; default: 4")
    .option("--folds <n>", "parts of the problems, each read with what was fitted on the others; default: 5")
    .option("--answer <kind>", "kind of the answers for the server; default: the run's own, else math")
    .option("--json", "print JSON")
    .action(async (folder: string, flags: AdviseFlags) => {
      const { adviseCommand } = await import("../advise.ts");
      done(adviseCommand(terminal, folder, flags));
    });
}
