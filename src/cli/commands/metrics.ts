import type { Command } from "commander";
import type { Catalogue } from "../../core/catalogue.ts";
import type { Terminal } from "../terminal.ts";

interface JsonFlag {
  readonly json?: boolean;
}

/** `ruminate metrics [show NAME]`. */
export function addMetrics(
  program: Command,
  { terminal, catalogue }: { readonly terminal: Terminal; readonly catalogue: () => Promise<Catalogue> },
): void {
  const metrics = program.command("metrics").description("list the metrics").option("--json", "print JSON");
  metrics.action(async (flags: JsonFlag) => {
    const { listMetrics } = await import("../metrics.ts");
    listMetrics(terminal, await catalogue(), flags.json === true);
  });
  metrics
    .command("show")
    .description("what one metric needs, its options and its paper")
    .argument("<name>")
    .option("--json", "print JSON")
    .action(async (name: string, _flags: JsonFlag, command: Command) => {
      const { showMetric } = await import("../metrics.ts");
      showMetric(terminal, await catalogue(), name, command.optsWithGlobals<JsonFlag>().json === true);
    });
}
