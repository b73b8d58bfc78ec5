import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate doctor`. */
export function addDoctor(program: Command, { terminal, done, withTools }: CommandContext): void {
  program
    .command("doctor")
    .description("what this machine offers and what is missing")
    .option("--json", "print JSON")
    .action(async ({ json }: { readonly json?: boolean }) => {
      const [{ doctorCommand }, { installedDefault }] = await Promise.all([
        import("../doctor.ts"),
        import("../models.ts"),
      ]);
      await withTools(false, async ({ sandbox }) =>
        done(await doctorCommand(terminal, json === true, { sandbox, defaultModel: installedDefault })),
      );
    });
}
