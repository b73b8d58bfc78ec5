import { z } from "zod";
import type { Question } from "../../src/core/question.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import {
  type Asking,
  ask,
  askingCost,
  askingOptions,
  askingRewards,
  prologueCost,
  questionWith,
} from "./kit/asking.ts";

/** Version 1: the paper's alignment and solving turns, shortened. */
const TRANSLATE = (language: string) =>
  `Put the following problem into ${language}, keep every fact and every number, and do not solve it.`;
const THINK = (language: string) => `Think and write in ${language}. Write the final answer with Western digits.`;

/**
 * Multilingual diversity: sample i is reasoned in language i (in turn), and the answers vote across languages
 * (cross-lingual self-consistent prompting: Qin et al. 2023, arXiv:2310.14799, section 4). `translate` puts the
 * question into the language first, in a call of its own.
 */
export const multilingual = defineStrategy({
  name: "multilingual",
  summary: "each answer reasoned in another language, and the answers vote",
  paper: "Qin et al. 2023, arXiv:2310.14799",
  family: "prompting",
  how:
    "Multilingual diversity: sample i is reasoned in language i (in turn), and the answers vote across languages " +
    "(cross-lingual self-consistent prompting: Qin et al. 2023, arXiv:2310.14799, section 4). `translate` puts the " +
    "question into the language first, in a call of its own.",
  costNote: "`n` calls; `2n` with `translate`.",
  departures: ["Every language gets equally many samples and votes equally."],
  rewards: askingRewards,
  options: z.strictObject({
    ...askingOptions,
    languages: z
      .array(z.string().min(1))
      .min(1)
      .default(["English", "Chinese", "Spanish", "French", "German"])
      .describe("dealt out in turn"),
    translate: z.boolean().default(false).describe("put the question into the language first"),
  }),
  candidates: (run, { languages, translate, ...choice }) =>
    ask(
      run,
      languages.map((language) => asking(run.question, language, translate)),
      choice,
    ),
  select: () => bestOrMajority(),
  cost: ({ translate, ...choice }) => (translate ? prologueCost : askingCost)(choice),
});

function asking(question: Question, language: string, translate: boolean): Asking {
  if (!translate) return { label: language, messages: () => questionWith(question, { after: THINK(language) }) };
  return {
    label: language,
    prologue: {
      messages: [{ role: "user", content: `${TRANSLATE(language)}\n\n${question.text}` }],
      purpose: "rephrase",
    },
    messages: (written) => questionWith(question, { after: `${written}\n\n${THINK(language)}` }),
  };
}
