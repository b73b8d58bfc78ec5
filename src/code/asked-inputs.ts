import type { Policy } from "../core/policy.ts";
import type { Problem } from "../core/problem.ts";
import { Random } from "../core/random.ts";
import { assemble, extractProgram } from "./programs.ts";

/** A model that is asked, and the word that its seeds are made from. */
export interface Asked {
  readonly policy: Policy;
  readonly seed: string;
  readonly signal?: AbortSignal;
}

/** The demands that EvalPlus draws from (Liu et al. 2023, arXiv:2305.01210, section 2.1; `chatgpt_gen.py`). */
const demands = [
  "Please generate complex inputs to test the function.",
  "Please generate corner case inputs to test the function.",
  "Please generate difficult inputs to test the function.",
];

const form = "Write each input on a line of its own in one code block: the arguments as literals, separated by commas.";

/** A line of the first block longer than this is no input to be kept. */
const longestLine = 2_000;

/**
 * Inputs that a model proposes for a Python function, as texts of arguments: it sees the reference and some of the
 * inputs of the tests. Nothing is checked here. Cost: one call for each of three demands.
 */
export async function askedInputs(
  { policy, seed, signal }: Asked,
  problem: Problem,
  examples: readonly string[],
): Promise<readonly string[]> {
  const shown = `These are some example inputs used to test the function:\n\`\`\`\n${examples.join("\n")}\n\`\`\`\n`;
  const texts = await Promise.all(
    demands.map((demand) => {
      const text = `${functionOf(problem)}\n${examples.length === 0 ? "" : shown}${demand} ${form}`;
      return ask(policy, text, { seed: `${seed} ${problem.question.id} ${demand}`, maxTokens: 512 }, signal);
    }),
  );
  return [...new Set(texts.flatMap(inputsIn))];
}

/** The lines of the first block, as EvalPlus reads them. */
function inputsIn(text: string): readonly string[] {
  const block = /```[^`\n]*\n([\s\S]*?)(?:```|$)/.exec(text)?.[1] ?? "";
  return block
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && line.length <= longestLine);
}

/** What EvalPerf asks for, without its worked examples (`sas.py`). */
const generatorDemand = `Write a self-contained Python function \`perf_input_gen(scale: int)\` that returns a tuple of arguments for the function above, which exercise its performance: a larger scale makes a larger input, and of the inputs of that size one that takes long. It must keep to what the function expects of its arguments. First say in a few lines what the function's complexity is and which inputs take long; then give the code in one \`\`\`python block.`;

/**
 * Programs that make a costly input of a given scale, as a model writes them (EvalPerf, Liu et al. 2024,
 * arXiv:2408.06450, section 3.1). Cost: `n` samples of one call.
 */
export async function askedGenerators(
  { policy, seed, signal }: Asked,
  problem: Problem,
  n: number,
): Promise<readonly string[]> {
  const text = `${functionOf(problem)}\n${generatorDemand}`;
  const texts = await Promise.all(
    Array.from({ length: n }, (_, i) =>
      ask(policy, text, { seed: `${seed} ${problem.question.id} scale ${i}`, maxTokens: 768 }, signal),
    ),
  );
  return [...new Set(texts.flatMap((one) => extractProgram(one, "def perf_input_gen") ?? []))].filter((one) =>
    one.includes("def perf_input_gen"),
  );
}

function functionOf({ question: { code }, reference: { answer, tests } }: Problem): string {
  const source = assemble(answer, tests?.prefix ?? "", code?.entryPoint ?? "");
  return `Here is a function that we want to test:\n\`\`\`python\n${source.trimEnd()}\n\`\`\`\n`;
}

async function ask(
  policy: Policy,
  content: string,
  { seed, maxTokens }: { readonly seed: string; readonly maxTokens: number },
  signal?: AbortSignal,
): Promise<string> {
  const seeds = [new Random(seed).bits()];
  const request = { messages: [{ role: "user" as const, content }], n: 1, seeds, temperature: 0.8, maxTokens };
  const [sample] = await policy.sample({ ...request, purpose: "inputs" }, { signal });
  return sample?.text ?? "";
}
