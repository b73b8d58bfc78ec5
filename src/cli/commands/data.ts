import type { Command } from "commander";
import type { DataLawFlags } from "../data-law.ts";
import type { EvolveFlags } from "../evolve.ts";
import { addReachFlags } from "../model-flags.ts";
import type { CommandContext } from "./context.ts";

const examples = `
Examples:
  ruminate data evolve gsm8k_train.jsonl --questions 200 --against gsm8k_test.jsonl
  ruminate data evolve arithmetic --limit 20 --operations numbers persona variation -m simulated --out evolved/trial
  ruminate data evolve evolve.yaml --budget 500k`;

const lawExamples = `
Examples:
  ruminate data law 1000=runs/on-1k 2000=runs/on-2k 4000=runs/on-4k --arm chain-of-thought --at 8k
  ruminate data law 1k=0.41 2k=0.45 4k=0.52`;

/** `ruminate data evolve` and `ruminate data law`. */
export function addData(program: Command, context: CommandContext): void {
  const data = program.command("data").description("make training data of problems");
  addEvolve(data, context);
  data
    .command("law <points...>")
    .description("how accuracy grows with the rows that a model was trained on: a log-linear law")
    .option("--arm <label>", "the arm of the runs")
    .option("--at <rows...>", "what the law says for so many rows")
    .option("--json", "print it as JSON")
    .addHelpText("after", lawExamples)
    .action(async (points: string[], flags: DataLawFlags) => {
      const { dataLawCommand } = await import("../data-law.ts");
      context.done(dataLawCommand(context.terminal, points, flags));
    });
}

function addEvolve(data: Command, { terminal, catalogue, done, withTools }: CommandContext): void {
  addReachFlags(data.command("evolve <source>"))
    .description("new questions of a set of problems, with answers that chains agree on and programs confirm")
    .option("-m, --model <spec>", "the model that writes and answers (default: default)")
    .option("--solvers <spec...>", "models that answer instead, several for agreement among models")
    .option("--operations <name...>", "ways to make a question (default: all)")
    .option("--questions <n>", "questions to make (default: one of every operation and problem)")
    .option("--chains <n>", "chains of thought about each (default: 4)")
    .option("--programs <n>", "programs for each (default: 2)")
    .option("--agreement <share>", "share of the chains that must end in the answer (default: 0.75)")
    .option("--confirm <n>", "programs that must give it (default: 1)")
    .option("--against <file...>", "test sets, as files or names, that no question may be of")
    .option("--overlap <words>", "words in a row that a question may not share with one of them (default: 13)")
    .option("--near <share>", "shared word trigrams that make a near duplicate (default: 0.7)")
    .option("--dataset <name>", "the dataset that the source is one of (default: by the file's name, else generic)")
    .option("--options <yaml>", "its options, as in an experiment")
    .option("--limit <n>", "the first n problems of it")
    .option("--personas <file>", "personas, a line each, instead of the built-in ones")
    .option("--languages <name...>", "languages to translate into (default: Spanish, French, German)")
    .option("--temperature <t>", "of questions and answers (default: 0.7)")
    .option("--max-tokens <n>", "tokens of an answer at most (default: 512)")
    .option("--question-tokens <n>", "tokens of a question at most (default: 256)")
    .option("--dedupe <by>", "solutions that are the same: text, steps or none (default: steps)")
    .option("--paths <n>", "solutions of a question in the training set at most (default: all)")
    .option("--budget <tokens>", "token limit for everything, prompts included, such as 500k")
    .option("--seed <seed>", "of what is drawn (default: 1)")
    .option("--out <folder>", "where it goes (default: evolved/NAME of the source)")
    .option("--dry-run", "what it would take at most; no model is asked")
    .option("--json", "print the card as JSON")
    .addHelpText("after", examples)
    .action(async (source: string, flags: EvolveFlags) => {
      const { evolveCommand } = await import("../evolve.ts");
      const known = await catalogue();
      await withTools(true, async (tools) => {
        done(await evolveCommand(terminal, known, source, flags, tools));
      });
    });
}
