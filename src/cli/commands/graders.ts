import type { Command } from "commander";
import type { Catalogue } from "../../core/catalogue.ts";
import type { Terminal } from "../terminal.ts";

interface JsonFlag {
  readonly json?: boolean;
}

/** `ruminate graders [show NAME]`. */
export function addGraders(
  program: Command,
  { terminal, catalogue }: { readonly terminal: Terminal; readonly catalogue: () => Promise<Catalogue> },
): void {
  const graders = program.command("graders").description("list the graders").option("--json", "print JSON");
  graders.action(async (flags: JsonFlag) => {
    const { listGraders } = await import("../graders.ts");
    listGraders(terminal, await catalogue(), flags.json === true);
  });
  graders
    .command("show")
    .description("the options of one grader")
    .argument("<name>")
    .option("--json", "print JSON")
    .action(async (name: string, _flags: JsonFlag, command: Command) => {
      const { showGrader } = await import("../graders.ts");
      showGrader(terminal, await catalogue(), name, command.optsWithGlobals<JsonFlag>().json === true);
    });
}
