import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

/** `ruminate verifiers` and `ruminate verifiers show NAME`. */
export function addVerifiers(program: Command, { terminal, catalogue }: CommandContext): void {
  const verifiers = program
    .command("verifiers")
    .description("list the verifiers")
    .option("--json", "print JSON")
    .action(async (flags: { readonly json?: boolean }) => {
      const { listVerifiers } = await import("../catalogue.ts");
      listVerifiers(terminal, await catalogue(), flags.json === true);
    });
  verifiers
    .command("show <name>")
    .description("a verifier's options, or a reward model's preset: what is sent, how it is read and served")
    .option("--json", "print JSON")
    .action(async (name: string, _own: unknown, command: Command) => {
      const { showVerifier } = await import("../catalogue.ts");
      showVerifier(terminal, await catalogue(), name, command.optsWithGlobals().json === true);
    });
}
