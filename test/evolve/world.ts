import { Random } from "../../src/core/random.ts";
import { generateProblem, wordProblem } from "../../src/policy/simulated/problem.ts";
import { truthOf } from "../../src/policy/simulated/truth.ts";
import type { ChatBody } from "../fakes/server.ts";

/** Chances of what the world's model writes. */
export const chances = {
  chain: 0.6,
  program: 0.7,
  /** A question of the test set, the seed unchanged, one that asks nothing. */
  leak: 0.1,
  same: 0.1,
  blank: 0.05,
} as const;

export const answerTo = (question: string): number => truthOf(question)?.values.at(-1) ?? Number.NaN;

/** The right answer with this chance, else one of two wrong ones. */
function drawn(right: number, chance: number, random: Random): number {
  return random.uniform() < chance ? right : right + 1 + random.integer(2);
}

/** A model of known truth that makes questions, chains and programs, and errs with known chances. */
export function world(test: readonly string[]): (body: ChatBody, index: number) => string {
  return ({ messages, seed = 0 }, index) => {
    const { content = "" } = messages.at(-1) ?? {};
    const random = new Random(JSON.stringify([content, seed, index]));
    const question = content.slice(content.lastIndexOf("Question: ") + "Question: ".length);
    if (content.startsWith("Name what")) {
      const { operations = [] } = truthOf(question)?.problem ?? {};
      return `**Topics:** counting; arithmetic\n**Knowledge points:** ${operations.map(({ operator }) => `use of ${operator}`).join("; ")}`;
    }
    if (content.startsWith("Write a Python function solution(")) return parametrised(question, random);
    if (content.includes("Python function solution()")) {
      const value = drawn(answerTo(content), chances.program, random);
      return `\`\`\`python\ndef solution():\n    total = ${value}\n    return total\n\`\`\``;
    }
    if (content.includes("Reason step by step")) {
      const value = drawn(answerTo(content), chances.chain, random);
      return `We count (${random.integer(1_000)}). The answer is \\boxed{${value}}.`;
    }
    return rewritten(content, question, test, random);
  };
}

function parametrised(question: string, random: Random): string {
  const { operations = [] } = truthOf(question)?.problem ?? {};
  const names = ["number_1", ...operations.map((_, i) => `number_${i + 2}`)];
  const lines = operations.map(({ operator }, i) => `    total = total ${operator} number_${i + 2}`);
  if (random.uniform() > chances.program) lines.pop();
  return `\`\`\`python\ndef solution(${names.join(", ")}):\n    total = number_1\n${lines.join("\n")}\n    return total\n\`\`\``;
}

function rewritten(content: string, seed: string, test: readonly string[], random: Random): string {
  const lot = random.uniform();
  const { leak, same, blank } = chances;
  if (lot < leak) return `New question: ${random.choice(test)}`;
  if (lot < leak + same) return content.includes("Topics:") ? random.choice(test) : seed;
  if (lot < leak + same + blank) return "I would rather talk about the weather.";
  const problem = truthOf(seed)?.problem;
  if (content.startsWith("Translate") && problem !== undefined) return `**Question:** ${wordProblem(problem, random)}`;
  return generateProblem(`world/${random.bits()}`, 0, { minSteps: 3, maxSteps: 6 }).text;
}
