import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate shadow report FILE`. */
export function addShadow(program: Command, { terminal, done }: CommandContext): void {
  const shadow = program.command("shadow").description("does thinking help? What `serve --shadow` found");
  shadow
    .command("report")
    .description("how often thinking changed an answer, for the better or the worse, and what it cost, by day")
    .argument("<file>", "the file of `serve --shadow-file`")
    .option("--json", "print JSON")
    .action(async (file: string, flags: { readonly json?: boolean }) => {
      const { shadowReportCommand } = await import("../shadow.ts");
      done(shadowReportCommand(terminal, file, flags.json === true));
    });
}
