import type { ProblemRow } from "../../../src/core/problem.ts";
import type { Random } from "../../../src/core/random.ts";
import { letterOf, letters, stemOf } from "../choices.ts";
import { rougeL } from "../contamination/rouge.ts";
import { type Perturbation, sentences } from "./perturbation.ts";

const optionPrompt =
  "Fill in the [MASK] in option {LETTER} from your knowledge of this benchmark. Reply with the text of the option only.";
const wordPrompt = "Fill in the [MASK] in this question from your knowledge of this benchmark. Reply with one word.";

/**
 * A masked word must be at least this long, a masked question at least so many words, as the paper passes over short
 * ones.
 */
const leastLetters = 5;
const leastWords = 12;
/** Options nearer to each other than this ROUGE-L can be guessed. */
const alike = 0.65;

/**
 * TS-Guessing (Deng et al. 2023, arXiv:2311.09783), a probe for contamination: hide one wrong option, or else one word
 * of the question, and see whether the model knows what stood there. Exact matches above what an unseen set gives speak
 * for leakage. The paper picks the word with a part-of-speech tagger; here it is a longest word of the last sentence,
 * which no formula holds. Yes/no options, options too alike, and short questions are left out.
 */
export const tsGuessing: Perturbation = {
  name: "ts-guessing",
  summary: "a hidden wrong option or word, to probe for contamination",
  variants(problem, random) {
    if (problem.kind === "code") return [];
    return problem.choices === undefined ? maskedWord(problem, random) : maskedOption(problem, problem.choices, random);
  },
};

function maskedOption(problem: ProblemRow, choices: readonly string[], random: Random): readonly ProblemRow[] {
  const right = letters.indexOf(letterOf(problem.reference.answer, choices.length) ?? "?");
  const others = (index: number) => choices.filter((_, other) => other !== index);
  const eligible = choices.flatMap((choice, index) => {
    const plain = choice.trim().toLowerCase();
    const guessable =
      /^(?:yes|no|true|false|none.*|all.*)$/.test(plain) || others(index).some((other) => rougeL(plain, other) > alike);
    return index === right || guessable ? [] : [index];
  });
  if (choices.length < 3 || eligible.length === 0) return [];
  const masked = random.choice(eligible);
  const shown = choices.map((choice, index) => `(${letters[index]}) ${index === masked ? "[MASK]" : choice}`);
  const prompt = optionPrompt.replace("{LETTER}", letters[masked] ?? "");
  const text = `${prompt}\n\n${stemOf(problem)}\nOptions:\n${shown.join("\n")}\nThe right answer is (${letters[right]}).`;
  return [probe(problem, text, choices[masked] ?? "")];
}

function maskedWord(problem: ProblemRow, random: Random): readonly ProblemRow[] {
  const all = sentences(problem.text);
  const last = all.at(-1) ?? "";
  if (problem.text.split(/\s+/).length < leastWords || last.includes("$")) return [];
  const found = [...last.matchAll(/(?<![\w\\-])[a-z]{5,}(?![\w-])/g)].filter(([word]) => word.length >= leastLetters);
  const longest = Math.max(0, ...found.map(([word]) => word.length));
  const candidates = found.filter(([word]) => word.length === longest);
  if (candidates.length === 0) return [];
  const word = random.choice(candidates);
  const question = `${all.slice(0, -1).join("")}${last.slice(0, word.index)}[MASK]${last.slice(word.index + word[0].length)}`;
  return [probe(problem, `${wordPrompt}\n\n${question}`, word[0])];
}

function probe({ id, group, tags, difficulty }: ProblemRow, text: string, answer: string): ProblemRow {
  return {
    id,
    text,
    kind: "text",
    reference: { answer },
    group,
    tags,
    difficulty,
  };
}
