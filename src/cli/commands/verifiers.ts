import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate verifiers`. */
export function addVerifiers(program: Command, { terminal, catalogue }: CommandContext): void {
  program
    .command("verifiers")
    .description("list the verifiers")
    .option("--json", "print JSON")
    .action(async (flags: { readonly json?: boolean }) => {
      const { listVerifiers } = await import("../catalogue.ts");
      listVerifiers(terminal, await catalogue(), flags.json === true);
    });
}
