import type { Command } from "commander";
import type { PaperFlags } from "../paper.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate paper FOLDER`. */
export function addPaper(program: Command, { terminal, done, catalogue }: CommandContext): void {
  program
    .command("paper")
    .description("figures, LaTeX and Markdown tables, data, methods and references of a run, for a paper")
    .argument("<folder>", "the folder of a run, such as runs/quickstart")
    .option("--out <folder>", "where they go (default: the run's folder, paper/)")
    .action(async (folder: string, flags: PaperFlags) => {
      const { paperCommand } = await import("../paper.ts");
      done(await paperCommand(terminal, folder, flags, await catalogue()));
    });
}
