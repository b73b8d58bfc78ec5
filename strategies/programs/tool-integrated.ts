import { z } from "zod";
import type { Message } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import { chosenExemplars, exemplarOptions } from "../../src/engine/sampling.ts";
import { toolDialogues } from "./kit/tool-dialogue.ts";

const SYSTEM =
  "Please integrate natural language reasoning with programs to solve the problem, and put your final answer within \\boxed{}. Wherever something is to be computed, write a short ```python block that prints it. The block is run as soon as it ends, its variables stay for later blocks, and what it prints is shown below it in an ```output block, which you never write yourself. Use only the standard library.";

const EXAMPLE = {
  question:
    "A baker fills 6 trays with 8 rolls each. She sells 31 rolls at 2 dollars each and gives the rest away. How many rolls does she give away?",
  solution: `The baker gives away what she bakes but does not sell.

\`\`\`python
rolls_baked = 6 * 8
rolls_given_away = rolls_baked - 31
print(rolls_given_away)
\`\`\`
\`\`\`output
17
\`\`\`
She gives away \\boxed{17} rolls.`,
};

const optionsSchema = z.strictObject({
  n: z.int().min(1).default(5).describe("dialogues"),
  temperature: z.number().min(0).default(0.7).describe("0 for a single greedy dialogue"),
  programs: z.int().min(1).max(32).default(4).describe("programs that a dialogue may run"),
  turnTokens: z.int().min(1).optional().describe("length of a turn at most; default the length of an answer"),
  outputCharacters: z.int().min(2).default(400).describe("of an output that the model is shown, half from each end"),
  timeoutMs: z.int().min(100).max(60_000).default(5_000).describe("wall time for one program"),
  together: z.int().min(1).default(4).describe("dialogues at a time; under a budget fewer end more of them"),
  continuation: z
    .enum(["auto", "prefix", "turns"])
    .default("auto")
    .describe(
      "go on within the assistant's turn, or send the output as a user's turn; auto: within where the policy can",
    ),
  ...exemplarOptions,
  exemplars: exemplarOptions.exemplars.describe("worked dialogues in place of the built-in one"),
  shots: z.int().min(0).default(1).describe("worked dialogues to show; 0 is zero-shot"),
});
type Options = z.output<typeof optionsSchema>;

function messagesFor({ question }: Run, { exemplars, shots, choose }: Options): readonly Message[] {
  const dialogues = exemplars.length > 0 ? exemplars : [EXAMPLE];
  const shown = chosenExemplars({ exemplars: dialogues, shots, choose });
  return [{ role: "system", content: SYSTEM }, ...shown, { role: "user", content: question.text }];
}

/**
 * Tool-integrated reasoning: words, a program, its output, on to a boxed answer, in one interpreter that keeps its
 * state (ToRA: Gou et al. 2023, arXiv:2309.17452; the loop of Qwen2.5-Math, arXiv:2409.12122, and MuMath-Code,
 * arXiv:2405.07551: 4 programs, 400 characters of an output, 5 seconds). `n` dialogues vote.
 */
export const toolIntegrated = defineStrategy({
  name: "tool-integrated",
  summary: "reasoning in words with an interpreter at hand, turn by turn",
  paper: "Gou et al. 2023, arXiv:2309.17452; Yang et al. 2024, arXiv:2409.12122",
  family: "programs",
  how:
    "Tool-integrated reasoning: words, a program, its output, on to a boxed answer, in one interpreter that keeps its " +
    "state (ToRA: Gou et al. 2023, arXiv:2309.17452; the loop of Qwen2.5-Math, arXiv:2409.12122, and MuMath-Code, " +
    "arXiv:2405.07551: 4 programs, 400 characters of an output, 5 seconds). `n` dialogues vote.",
  costNote:
    "at most `n · (programs + 1)` calls, each of which pays for the dialogue so far, and `n · programs` runs. What " +
    "the interpreter prints is an observation: never counted as the model's tokens, never read for an answer, and " +
    "fenced as output wherever a verifier sees it. A dialogue that runs out of programs may still say an answer in " +
    "words; one that is cut has none.",
  departures: [
    "a turn ends at its closing fence and not only at an output fence, as models not trained for the loop go on to " +
      "invent an output; the state stays in the interpreter instead of running earlier blocks again, so a failed " +
      "block keeps what it did before it failed; one worked dialogue is shown, for the same models.",
  ],
  rewards: {
    outcome: "weighs the votes of the dialogues",
    process: "the same, aggregated (a turn is a step)",
    none: "the dialogues vote",
  },
  options: optionsSchema,
  candidates: (run, options) => {
    const { continuation, n, together, ...rules } = options;
    const within = continuation === "auto" ? run.policy.capabilities.prefix === "native" : continuation === "prefix";
    return toolDialogues(
      run,
      { ...rules, messages: messagesFor(run, options), continuation: within ? "prefix" : "turns" },
      { n, together },
    );
  },
  select: () => weighted(),
  cost: ({ n, programs }) => ({ calls: n * (programs + 1), scored: n, runs: n * programs }),
});
