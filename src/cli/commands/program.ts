import { Command, Option } from "commander";
import type { Catalogue } from "../../core/catalogue.ts";
import { UnknownNameError } from "../../core/errors.ts";
import { packageVersion } from "../../runs/versions.ts";
import type { Terminal } from "../terminal.ts";
import { addAdvise } from "./advise.ts";
import type { CommandContext, GlobalFlags } from "./context.ts";
import { addData } from "./data.ts";
import { addDatasets } from "./datasets.ts";
import { addDoctor } from "./doctor.ts";
import { addExperiment } from "./experiment.ts";
import { addGraders } from "./graders.ts";
import { addInit } from "./init.ts";
import { addMcp } from "./mcp.ts";
import { addMetrics } from "./metrics.ts";
import { addModels } from "./models.ts";
import { addPaper } from "./paper.ts";
import { addQueue, addWorker } from "./queue.ts";
import { addReport } from "./report.ts";
import { addServe } from "./serve.ts";
import { addShadow } from "./shadow.ts";
import { addSolve } from "./solve.ts";
import { addStore } from "./store.ts";
import { addStrategies } from "./strategies.ts";
import { addTree } from "./tree.ts";
import { addVerifier } from "./verifier.ts";
import { addVerifiers } from "./verifiers.ts";
import { addView } from "./view.ts";

const described =
  "Gives a language model time to think: test-time-compute strategies, verifiers and honest experiments.";
const plugins =
  "a TypeScript or JavaScript module that adds strategies, verifiers, datasets, metrics or graders, and runs with all your " +
  "rights; may be given several times";
const sandboxes =
  "what runs Python programs: wasi anywhere; native has NumPy and SymPy (Linux, bubblewrap); " +
  "auto takes native for programs that import them";
const stores =
  "where samples are kept: a file, redis://… (?expire=SECONDS) or postgres://…, which several machines may share; " +
  "default: RUMINATE_STORE of the environment, or a file in the cache folder";

/** In the order of the help text. */
const commands: readonly ((program: Command, context: CommandContext) => void)[] = [
  addSolve,
  addInit,
  addExperiment,
  addWorker,
  addQueue,
  addReport,
  addPaper,
  addView,
  addTree,
  addAdvise,
  addVerifier,
  addServe,
  addShadow,
  addMcp,
  addStrategies,
  addVerifiers,
  addDatasets,
  addData,
  addMetrics,
  addGraders,
  addModels,
  addStore,
  addDoctor,
];

/** `ruminate` with all its commands. Without one it starts the worked example. */
export function buildProgram(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command("ruminate");
  const context = contextOf(program, terminal, done);
  program
    .description(described)
    .version(packageVersion())
    .option("--plugin <file>", plugins, (file: string, files: readonly string[]) => [...files, file], [] as string[])
    .option("--store <address>", stores)
    .addOption(new Option("--sandbox <name>", sandboxes).choices(["auto", "wasi", "native"]).default("auto"))
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showSuggestionAfterError()
    .helpCommand(true)
    .allowExcessArguments()
    .action(async () => {
      const [given] = program.args;
      if (given !== undefined) {
        throw new UnknownNameError("command", given, ["help", ...program.commands.map((command) => command.name())]);
      }
      const { startCommand } = await import("../start.ts");
      await context.withTools(true, async (tools) =>
        done(await startCommand(terminal, await context.catalogue(), tools)),
      );
    });
  for (const add of commands) add(program, context);
  return program;
}

function contextOf(program: Command, terminal: Terminal, done: (code: number) => void): CommandContext {
  return {
    terminal,
    done,
    catalogue: async (experiment): Promise<Catalogue> => {
      const { catalogueOf } = await import("../plugins.ts");
      return await catalogueOf(program.opts<GlobalFlags>().plugin, terminal, experiment);
    },
    withTools: async (store, work) => {
      const { openTools } = await import("../tools.ts");
      const { store: address = terminal.env.RUMINATE_STORE || true, sandbox } = program.opts<GlobalFlags>();
      const tools = openTools(terminal, { store: store && address, sandbox });
      try {
        return await work(tools);
      } finally {
        await tools.close();
      }
    },
  };
}
