import type { Command } from "commander";
import { addReachFlags, type ReachFlags, reached } from "../model-flags.ts";
import type { CommandContext } from "./context.ts";

/** `ruminate doctor`. */
export function addDoctor(program: Command, { terminal, done, withTools }: CommandContext): void {
  addReachFlags(program.command("doctor"))
    .description("what this machine offers and what is missing; what a model's server does")
    .option(
      "-m, --model <spec>",
      "ask the server of URL#MODEL or openai:MODEL what it does, by some fifteen small requests",
    )
    .option("--json", "print JSON")
    .action(async (flags: ReachFlags & { readonly json?: boolean; readonly model?: string }) => {
      const { json, model } = flags;
      if (model !== undefined) {
        const { doctorModelCommand } = await import("../doctor-model.ts");
        done(await doctorModelCommand(terminal, json === true, reached(model, flags)));
        return;
      }
      const [{ doctorCommand }, { installedDefault }] = await Promise.all([
        import("../doctor.ts"),
        import("../models.ts"),
      ]);
      await withTools(false, async ({ sandbox }) =>
        done(await doctorCommand(terminal, json === true, { sandbox, defaultModel: installedDefault })),
      );
    });
}
