import type { Command } from "commander";
import type { CommandContext } from "./context.ts";

interface JsonFlags {
  readonly json?: boolean;
}

/** `ruminate strategies [show NAME|page]`. */
export function addStrategies(program: Command, { terminal, catalogue }: CommandContext): void {
  const strategies = program.command("strategies").description("list the strategies").option("--json", "print JSON");
  strategies.action(async (flags: JsonFlags) => {
    const { listStrategies } = await import("../catalogue.ts");
    listStrategies(terminal, await catalogue(), flags.json === true);
  });
  strategies
    .command("show")
    .description("options and papers of one strategy")
    .argument("<name>")
    .option("--json", "print JSON")
    .action(async (name: string, _flags: JsonFlags, command: Command) => {
      const { showStrategy } = await import("../catalogue.ts");
      showStrategy(terminal, await catalogue(), name, command.optsWithGlobals<JsonFlags>().json === true);
    });
  strategies
    .command("page")
    .description("all of the catalogue as Markdown (docs/strategies.md)")
    .option("--docs <folder>", "folder with measured.json", "docs")
    .option("--write", "write strategies.md there instead of printing it")
    .action(async (flags: { readonly docs: string; readonly write?: boolean }) => {
      const { pageOfStrategies } = await import("../catalogue.ts");
      pageOfStrategies(terminal, await catalogue(), flags.docs, flags.write === true);
    });
}
