import type { Command } from "commander";
import { addReachFlags } from "../model-flags.ts";
import type { SolveFlags } from "../solve.ts";
import type { CommandContext } from "./context.ts";

const examples = `
Examples:
  ruminate solve "A farmer has 17 sheep and buys 5 more pens of 4 sheep each. How many sheep?"
  ruminate solve "What is 15 % of 240?" -s best-of-n -o n=8 -v outcome=judge --budget 20k
  ruminate solve - -s program-aided --json < question.txt
  ruminate solve "…" --model http://localhost:8000/v1#my-model --stop adaptive-consistency`;

const models =
  "default, default:threads=2, local:NAME, simulated, openai:MODEL, a base URL#MODEL, several URLs with commas";

/** `ruminate solve QUESTION`. */
export function addSolve(program: Command, { terminal, done, catalogue, withTools }: CommandContext): void {
  addReachFlags(program.command("solve"))
    .description("solve one question")
    .argument("<question>", 'the question, or "-" to read it from standard input')
    .option(
      "-s, --strategy <name>",
      "see `ruminate strategies`; with options and in chains: 'best-of-n(n=8)', 'a & b' (b if a is not sure), 'a | b' (both). Default: self-consistency that ends when the leading answer surely leads",
    )
    .option("-o, --option <name=value...>", "options of the strategy, such as n=8", [])
    .option("-m, --model <spec>", models, "default")
    .option("--models <part=model...>", "further models by the part they play, such as judge=openai:MODEL", [])
    .option("-v, --verifier <kind=name...>", "outcome=NAME and process=NAME, see `ruminate verifiers`", [])
    .option("--aggregation <name>", "how step scores become one: last, min, product, mean …")
    .option("--select <rule>", "another rule to pick: majority, best, weighted …")
    .option("--stop <rule>", "adaptive-consistency, early-stopping-window=5, confident=0.9, at-most=8")
    .option("-b, --budget <tokens>", "token limit for everything, verifiers included, such as 20k")
    .option("--max-calls <n>", "limit on completions")
    .option("--max-seconds <s>", "limit on time")
    .option("--max-dollars <d>", "limit on cost")
    .option("--prompts <price>", "count a prompt once for all samples drawn from it, or with each: once, each")
    .option("--max-tokens <n>", "length limit of one answer", "1024")
    .option("--choices <text...>", "options of a multiple-choice question")
    .option("--seed <seed>", "same seed, same answer", "1")
    .option("--trace <file>", "write every event as a JSON line")
    .option("--show", "print the picked solution in full (the default on a terminal)")
    .option("--no-show", "print the answer only")
    .option("--no-store", "neither read nor keep samples")
    .option("--json", "print one JSON object")
    .addHelpText("after", examples)
    .action(async (question: string, flags: SolveFlags & { readonly store: boolean }) => {
      const { solveCommand } = await import("../solve.ts");
      const known = await catalogue();
      await withTools(flags.store, async ({ open, sandbox }) =>
        done(await solveCommand(terminal, question, flags, { catalogue: known, open, sandbox })),
      );
    });
}
