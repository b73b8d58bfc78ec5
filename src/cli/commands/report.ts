import type { Command } from "commander";
import type { ReportFlags } from "../report.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate report FOLDER`. */
export function addReport(program: Command, { terminal, done }: CommandContext): void {
  program
    .command("report")
    .description("make the report of a run again: report.html, report.md, report.json")
    .argument("<folder>", "the folder of a run, such as runs/quickstart")
    .option("--json", "print report.json")
    .action(async (folder: string, flags: ReportFlags) => {
      const { reportCommand } = await import("../report.ts");
      done(await reportCommand(terminal, folder, flags));
    });
}
