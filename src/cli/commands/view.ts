import type { Command } from "commander";
import type { ViewFlags } from "../view.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate view [FOLDER]`. */
export function addView(program: Command, { terminal, done }: CommandContext): void {
  program
    .command("view")
    .description("look at runs in a browser: comparisons, problems, candidates, search trees")
    .argument("[folder]", "a run's folder, or one that holds runs; default: runs")
    .option("--port <n>", "default: any free port")
    .action(async (folder: string | undefined, flags: ViewFlags) => {
      const { viewCommand } = await import("../view.ts");
      done(await viewCommand(terminal, folder, flags));
    });
}
