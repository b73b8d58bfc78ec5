import { Command, CommanderError, Option } from "commander";
import { RuminateError } from "../core/errors.ts";
import { listDatasets, listStrategies, listVerifiers, pageOfStrategies, showStrategy } from "./catalogue.ts";
import { addMetrics } from "./commands/metrics.ts";
import type { CompareFlags } from "./compare.ts";
import type { ExportFlags } from "./experiment-files.ts";
import { catalogueOf } from "./plugins.ts";
import { addServingCommands } from "./serving-commands.ts";
import type { Terminal } from "./terminal.ts";
import { addVerifierCommands } from "./verifier-commands.ts";
import { parseCount } from "./verifier-flags.ts";

/**
 * Exit codes: 0 done; 1 done but without an answer (solve) or with something missing (doctor); 2 bad input or a broken set-up, told
 * in one message; 130 interrupted.
 */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  let code = 0;
  const program = buildProgram(terminal, (result) => {
    code = result;
  });
  try {
    await program.parseAsync([...args], { from: "user" });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (terminal.signal.aborted) return 130;
    if (!(error instanceof RuminateError)) throw error;
    terminal.err(`${error.message}\n`);
    return 2;
  }
}

function buildProgram(terminal: Terminal, done: (code: number) => void): Command {
  const program = new Command("ruminate");
  program
    .description(
      "Gives a language model time to think: test-time-compute strategies, verifiers and honest experiments.",
    )
    .option(
      "--plugin <file>",
      "a TypeScript or JavaScript module that adds strategies, verifiers or datasets; may be given several times",
      (file: string, files: readonly string[]) => [...files, file],
      [] as readonly string[],
    )
    .addOption(
      new Option(
        "--sandbox <name>",
        "what runs Python programs: wasi anywhere; native has NumPy and SymPy (Linux, bubblewrap); auto takes native for programs that import them",
      )
        .choices(["auto", "wasi", "native"])
        .default("auto"),
    )
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) })
    .showSuggestionAfterError()
    .action(async () => {
      const { startCommand } = await import("./start.ts");
      done(await startCommand(terminal, await catalogueOf(program, terminal)));
    });

  program
    .command("solve")
    .description("solve one question")
    .argument("<question>", 'the question, or "-" to read it from standard input')
    .option("-s, --strategy <name>", "see `ruminate strategies`", "self-consistency")
    .option("-o, --option <name=value...>", "options of the strategy, such as n=8", [])
    .option(
      "-m, --model <spec>",
      "default, default:threads=2, local:NAME, simulated, openai:MODEL, a base URL#MODEL",
      "default",
    )
    .option("-v, --verifier <kind=name...>", "outcome=NAME and process=NAME, see `ruminate verifiers`", [])
    .option("--aggregation <name>", "how step scores become one: last, min, product, mean …")
    .option("--select <rule>", "another rule to pick: majority, best, weighted …")
    .option("--stop <rule>", "adaptive-consistency, early-stopping-window=5, confident=0.9, at-most=8")
    .option("-b, --budget <tokens>", "token limit for everything, verifiers included, such as 20k")
    .option("--max-calls <n>", "limit on completions")
    .option("--max-seconds <s>", "limit on time")
    .option("--max-dollars <d>", "limit on cost")
    .option("--max-tokens <n>", "length limit of one answer", "1024")
    .option("--choices <text...>", "options of a multiple-choice question")
    .option("--seed <seed>", "same seed, same answer", "1")
    .option("--trace <file>", "write every event as a JSON line")
    .option("--show", "print the picked solution in full")
    .option("--no-store", "neither read nor keep samples")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      `
Examples:
  ruminate solve "A farmer has 17 sheep and buys 5 more pens of 4 sheep each. How many sheep?"
  ruminate solve "What is 15 % of 240?" -s best-of-n -o n=8 -v outcome=judge --budget 20k
  ruminate solve - -s program-aided --json < question.txt
  ruminate solve "…" --model http://localhost:8000/v1#my-model --stop adaptive-consistency`,
    )
    .action(async (question: string, _flags: unknown, command: Command) => {
      const flags = command.opts();
      const [{ solveCommand }, { openTools }] = await Promise.all([import("./solve.ts"), import("./tools.ts")]);
      const catalogue = await catalogueOf(program, terminal);
      const tools = openTools(terminal, { store: flags.store !== false, sandbox: program.opts().sandbox });
      try {
        done(
          await solveCommand(terminal, question, flags as never, {
            catalogue,
            open: () => tools.open(String(flags.model)),
            sandbox: tools.sandbox,
          }),
        );
      } finally {
        await tools.close();
      }
    });

  const experiment = program.command("experiment").description("compare strategies");
  experiment
    .command("run")
    .description("run an experiment, or go on with one that was stopped")
    .argument("<file>", "a YAML file, see experiments/, or a TypeScript module, see examples/experiment.ts")
    .option("--data <file>", "the dataset's file")
    .option("--limit <n>", "the first n problems")
    .option("--out <folder>", "where results go; default: runs/NAME")
    .option("-m, --model <spec>", "another model than the file's")
    .option("--concurrency <n>", "problems in work at a time")
    .option("--retry-failed", "do again what ended in an error")
    .option("--resume", "go on with the run in the folder; always done, for scripts that want to say so")
    .option("--dry-run", "print what it would cost at most, and ask no model")
    .option("--rescore", "score and pick anew from the stored candidates: no policy call")
    .option("--regrade", "grade the stored answers again first")
    .option("--json", "print summary.json instead of the table")
    .addHelpText(
      "after",
      `
Examples:
  ruminate experiment run experiments/quickstart.yaml
  ruminate experiment run experiments/gsm8k.yaml --data gsm8k_test.jsonl --limit 50`,
    )
    .action(async (file: string, _flags: unknown, command: Command) => {
      const flags = command.opts();
      const [{ experimentCommand }, { openTools }] = await Promise.all([
        import("./experiment.ts"),
        import("./tools.ts"),
      ]);
      const catalogue = await catalogueOf(program, terminal, file);
      if (flags.dryRun === true) {
        const { dryRunCommand } = await import("./experiment-files.ts");
        done(await dryRunCommand(terminal, file, flags, catalogue));
        return;
      }
      const tools = openTools(terminal, { store: true, sandbox: program.opts().sandbox });
      try {
        if (flags.regrade === true) {
          const { regradeCommand } = await import("./experiment-files.ts");
          await regradeCommand(terminal, file, flags, { catalogue, sandbox: tools.sandbox() });
        }
        done(await experimentCommand(terminal, file, flags, { catalogue, open: tools.open, sandbox: tools.sandbox() }));
      } finally {
        await tools.close();
      }
    });

  experiment
    .command("compare")
    .description("arms of several runs in one table, paired by problem")
    .argument("<folders...>", "the folders of the runs")
    .option("--tokens <n>", "every problem as it stood when so many tokens were spent on it")
    .option("--baseline <arm>", "the arm that the others are compared with (default: the first run's)")
    .option("--markdown", "as a Markdown table")
    .option("--json", "every figure as JSON")
    .addHelpText(
      "after",
      `
Examples:
  ruminate experiment compare runs/prompting runs/self-correction --tokens 1600`,
    )
    .action(async (folders: string[], flags: CompareFlags) => {
      const { compareCommand } = await import("./compare.ts");
      done(compareCommand(terminal, folders, flags));
    });
  experiment
    .command("export")
    .description("results as a table, one row a trial")
    .argument("<folder>", "the folder of a run")
    .option("--csv", "comma-separated values on standard output (default)")
    .option("--parquet", "a Parquet file with typed columns, for DuckDB, pandas and pyarrow")
    .option("--candidates", "one row a candidate instead")
    .option("--metrics", "one row a metric of an arm instead")
    .option("--out <file>", "where the Parquet file goes (default: trials.parquet in the run's folder)")
    .action(async (folder: string, flags: ExportFlags) => {
      const { exportCommand } = await import("./experiment-files.ts");
      done(await exportCommand(terminal, folder, flags));
    });
  experiment
    .command("schema")
    .description("the JSON Schema of experiment files, for editors")
    .action(async () => {
      const { schemaCommand } = await import("./experiment-files.ts");
      done(schemaCommand(terminal));
    });

  program
    .command("report")
    .description("make the report of a run again: report.html, report.md, report.json")
    .argument("<folder>", "the folder of a run, such as runs/quickstart")
    .option("--json", "print report.json")
    .action(async (folder: string, flags: { json?: boolean }) => {
      const { reportCommand } = await import("./report.ts");
      done(await reportCommand(terminal, folder, flags));
    });

  program
    .command("view")
    .description("look at runs in a browser: comparisons, problems, candidates, search trees")
    .argument("[folder]", "a run's folder, or one that holds runs; default: runs")
    .option("--port <n>", "default: any free port")
    .action(async (folder: string | undefined, flags: { port?: string }) => {
      const { viewCommand } = await import("./view.ts");
      done(await viewCommand(terminal, folder, flags));
    });

  program
    .command("tree")
    .description("print the search tree of a trace that `solve --trace` wrote")
    .argument("<trace>")
    .option("--width <n>", "columns; default: the terminal's")
    .option("--depth <n>", "levels to show")
    .action(async (file: string, flags: { width?: string; depth?: string }) => {
      const { treeCommand } = await import("./tree.ts");
      const width = flags.width === undefined ? {} : { width: parseCount("--width", flags.width) };
      const depth = flags.depth === undefined ? {} : { depth: parseCount("--depth", flags.depth) };
      done(treeCommand(terminal, file, { ...width, ...depth }));
    });

  addVerifierCommands(program, terminal, done);
  addServingCommands(program, terminal, done);

  const strategies = program.command("strategies").description("list the strategies").option("--json", "print JSON");
  strategies.action(async (flags: { json?: boolean }) =>
    listStrategies(terminal, await catalogueOf(program, terminal), flags.json === true),
  );
  strategies
    .command("show")
    .description("options and papers of one strategy")
    .argument("<name>")
    .option("--json", "print JSON")
    .action(async (name: string, _flags: unknown, command: Command) =>
      showStrategy(terminal, await catalogueOf(program, terminal), name, command.optsWithGlobals().json === true),
    );
  strategies
    .command("page")
    .description("all of the catalogue as Markdown (docs/strategies.md)")
    .option("--docs <folder>", "folder with measured.json", "docs")
    .option("--write", "write strategies.md there instead of printing it")
    .action(async (flags: { docs: string; write?: boolean }) =>
      pageOfStrategies(terminal, await catalogueOf(program, terminal), flags.docs, flags.write === true),
    );
  program
    .command("verifiers")
    .description("list the verifiers")
    .option("--json", "print JSON")
    .action(async (flags: { json?: boolean }) =>
      listVerifiers(terminal, await catalogueOf(program, terminal), flags.json === true),
    );
  program
    .command("datasets")
    .description("list the datasets")
    .option("--json", "print JSON")
    .action(async (flags: { json?: boolean }) =>
      listDatasets(terminal, await catalogueOf(program, terminal), flags.json === true),
    );

  addMetrics(program, { terminal, catalogue: () => catalogueOf(program, terminal) });
  const models = program.command("models").description("local models").option("--json", "print JSON");
  models.action(async (flags: { json?: boolean }) => {
    const { listModels } = await import("./models.ts");
    await listModels(terminal, flags.json === true);
  });
  models
    .command("list")
    .description("models in the manifest and which are installed")
    .option("--json", "print JSON")
    .action(async (_flags: unknown, command: Command) => {
      const { listModels } = await import("./models.ts");
      await listModels(terminal, command.optsWithGlobals().json === true);
    });
  models
    .command("pull")
    .description("fetch a model (resumable, checked by SHA-256)")
    .argument("[name]", "default: the default model")
    .action(async (name: string | undefined) => {
      const { pullCommand } = await import("./models.ts");
      await pullCommand(terminal, name);
    });
  models
    .command("rm")
    .description("remove a model's file")
    .argument("<name>")
    .action(async (name: string) => {
      const { removeCommand } = await import("./models.ts");
      await removeCommand(terminal, name);
    });
  program
    .command("doctor")
    .description("what this machine offers and what is missing")
    .option("--json", "print JSON")
    .action(async (flags: { json?: boolean }) => {
      const [{ doctorCommand }, { openTools }, { installedDefault }] = await Promise.all([
        import("./doctor.ts"),
        import("./tools.ts"),
        import("./models.ts"),
      ]);
      const tools = openTools(terminal, { store: false, sandbox: program.opts().sandbox });
      done(
        await doctorCommand(terminal, flags.json === true, { sandbox: tools.sandbox, defaultModel: installedDefault }),
      );
    });
  return program;
}
