import type { Command } from "commander";
import { InvalidOptionError } from "../../core/errors.ts";
import type { RegradeFlags } from "../regrade.ts";
import type { ReportFlags } from "../report.ts";
import type { CommandContext } from "./context.ts";

const examples = `
Examples:
  ruminate report runs/quickstart
  ruminate --plugin examples/grader.ts report runs/quickstart --regrade --grader nearest --grader-option within=0.01
  ruminate report runs/quickstart --regrade --grader reference`;

/** `ruminate report FOLDER`, also as `ruminate experiment report FOLDER`. */
export function addReport(program: Command, context: CommandContext): void {
  addGraderFlags(program.command("report"))
    .description("make the report of a run again: report.html, report.md, report.json")
    .argument("<folder>", "the folder of a run, such as runs/quickstart")
    .option("--regrade", "grade the stored answers again first, from the folder alone; no arm's model is asked")
    .option("--data <file>", "the dataset's file, where it has moved")
    .option("--json", "print report.json")
    .addHelpText("after", examples)
    .action(async (folder: string, flags: ReportFlags & RegradeFlags & { readonly regrade?: boolean }) => {
      const { terminal, done } = context;
      if (flags.regrade === true) {
        const { regradeRunCommand } = await import("../regrade.ts");
        const catalogue = await context.catalogue();
        await context.withTools(true, (tools) => regradeRunCommand(terminal, folder, flags, { catalogue, tools }));
      } else if (flags.grader !== undefined || flags.graderOption !== undefined)
        throw new InvalidOptionError("--grader", "goes with --regrade.");
      const { reportCommand } = await import("../report.ts");
      done(await reportCommand(terminal, folder, flags));
    });
}

/** Which grader grades again. */
export const addGraderFlags = (command: Command): Command =>
  command
    .option("--grader <name>", "with --regrade: grade by this one (see `ruminate graders`)")
    .option("--grader-option <name=value...>", "with --grader: its options");
