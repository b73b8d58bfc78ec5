import { z } from "zod";
import type { Message } from "../src/core/policy.ts";
import { Random } from "../src/core/random.ts";
import { roleOption } from "../src/core/roles.ts";
import type { Run } from "../src/core/run.ts";
import type { Score } from "../src/core/score.ts";
import { defineVerifier } from "../src/core/verifier.ts";

const INSTRUCTION =
  "One number of the problem is hidden as X. Use the given answer to work out X. Reason step by step, and put the value of X within \\boxed{}.";

/** A number of the question, with the question in which X stands for it. */
interface Masked {
  readonly text: string;
  readonly hidden: string;
}

/** Each number of the question masked in turn; numbers inside words are none. */
export function maskedQuestions(question: string): Masked[] {
  return [...question.matchAll(/(?<![\w.])\d+(?:,\d{3})*(?:\.\d+)?(?![\w]|\.\d)/g)].map((match) => ({
    text: `${question.slice(0, match.index)}X${question.slice(match.index + match[0].length)}`,
    hidden: match[0],
  }));
}

const messagesFor = (text: string, answer: string, instruction: string): Message[] => [
  { role: "user", content: `Problem:\n${text}\n\nThe answer to the problem is ${answer}.\n\n${instruction}` },
];

const optionsSchema = z.strictObject({
  masks: z.int().min(1).default(2).describe("numbers of the question to hide, one at a time"),
  n: z.int().min(1).default(1).describe("tries per hidden number"),
  temperature: z.number().min(0).default(0.2),
  maxTokens: z.int().min(1).default(512),
  instruction: z.string().min(1).default(INSTRUCTION).describe("what is asked after problem and answer"),
  model: roleOption("judge", "part of the model that is asked"),
});
type Options = z.output<typeof optionsSchema>;

async function check(run: Run, answer: string, masked: readonly Masked[], options: Options): Promise<Score> {
  const { n, temperature, maxTokens, instruction, model } = options;
  const tries = await Promise.all(
    masked.map(async ({ text, hidden }) => {
      const messages = messagesFor(text, answer, instruction);
      const asked = { messages, n, from: 0, temperature, maxTokens, purpose: "answer-check", model };
      const found = (await run.sample(asked)).map((sample) => run.extract(sample.text)?.text ?? null);
      const [truth, ...classes] = run.classes([hidden, ...found]);
      return classes.filter((index) => index >= 0).map((index) => index === truth);
    }),
  );
  const known = tries.flat();
  if (known.length === 0) return { value: null, reason: "no hidden number could be read" };
  const right = known.filter(Boolean).length;
  return { value: right / known.length, reason: `${right} of ${known.length} hidden numbers follow from the answer` };
}

/**
 * The answer substituted back: a number of the question is hidden, the answer is given, and the model has to work the
 * hidden number out. The score is the share that it recovers (self-verification, Weng et al. 2022, arXiv:2212.09561,
 * condition mask verification). Equal answers are checked once.
 *
 * Cost: `masks` × `n` calls per distinct answer. Null for a candidate without an answer, a question without numbers, or
 * replies that cannot be read.
 */
export const answerCheck = defineVerifier({
  name: "answer-check",
  summary: "hides a number of the question and works it out from the answer",
  paper: "Weng et al. 2022, arXiv:2212.09561",
  options: optionsSchema,
  outcome: (options) => ({
    score: async (question, candidates, run) => {
      const all = new Random(`answer-check/${question.id}/${question.text}`).shuffle(maskedQuestions(question.text));
      const masked = all.slice(0, options.masks);
      const answers = candidates.map(({ answer }) => answer?.text ?? null);
      const classes = run.classes(answers);
      const checks = new Map<number, Promise<Score>>();
      const checkOf = (index: number, answer: string) => {
        const known = checks.get(index) ?? check(run, answer, masked, options);
        checks.set(index, known);
        return known;
      };
      return await Promise.all(
        answers.map((answer, i): Score | Promise<Score> => {
          if (answer === null) return { value: null, reason: "no answer to check" };
          if (masked.length === 0) return { value: null, reason: "the question has no number to hide" };
          return checkOf(classes[i] ?? -1, answer);
        }),
      );
    },
  }),
});
