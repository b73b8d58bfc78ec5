import type { Random } from "../core/random.ts";
import { asUser } from "./asking.ts";
import type { OperationName } from "./operations.ts";

/** Operations that are one request about one problem (`suggest` is two). */
export type Rewriting = Exclude<OperationName, "concepts" | "variation">;

const onlyTheQuestion = "Reply with the new question alone: no answer, no comment.";

/** What the writer is to do; `{…}` is filled in. The ideas are those of the papers, the words are ours. */
const tasks: Readonly<Record<Rewriting, string>> = {
  numbers: "Write this math question again with other numbers. Keep the story, and choose numbers that work out.",
  fractions: "Change this math question so that it needs a fraction or a percentage.",
  combine: "Change this math question so that it needs one more idea of mathematics beside its own.",
  condition: 'Change this math question so that it has a condition, such as "if … then", that matters to the answer.',
  harder: "Make this math question harder: it should take one or two steps more, and still have one answer.",
  persona: "Rewrite this math question as one that {persona} would ask, with things of that person's life.",
  suggest: "Rewrite this math question by this suggestion, so that it has one answer.\n\nSuggestion: {suggestion}",
  open: "Rewrite this question with options as one without, that has the right option as its only answer.",
  translate: "Translate this math question into {language}. Keep every number.",
};

const suggestion =
  "Suggest in one sentence how this math question could be made harder, without writing the question.\n\nQuestion: ";

export const suggestionMessages = (question: string) => asUser(suggestion + question);

export interface Details {
  readonly persona?: string;
  readonly language?: string;
  readonly suggestion?: string;
}

/** The prompt of an operation. */
export function rewritingMessages(operation: Rewriting, question: string, details: Details) {
  const task = tasks[operation].replace(/\{(\w+)\}/g, (_, name: keyof Details) => details[name] ?? "");
  return asUser(`${task} ${onlyTheQuestion}\n\nQuestion: ${question}`);
}

/** What an operation draws beside the problem. */
export function detailsOf(
  operation: Rewriting,
  { personas, languages }: { readonly personas: readonly string[]; readonly languages: readonly string[] },
  random: Random,
): Details {
  if (operation === "persona") return { persona: random.choice(personas) };
  return operation === "translate" ? { language: random.choice(languages) } : {};
}

/** The question in a reply, without a label before it, marks around it, and an answer after it. Null: it is blank. */
export function questionIn(reply: string): string | null {
  const [before = ""] = reply.split(/\n\s*(?:\*\*|#+\s*)?(?:answer|solution|explanation|note)\b/i);
  const text = before
    .trim()
    .replace(
      /^(?:#+\s*|\*\*)?(?:(?:the )?(?:new|rewritten|revised|translated|harder)\s+)?(?:math\s+)?question\s*:?(?:\*\*)?:?\s*/i,
      "",
    )
    .replace(/^["“]([\s\S]*)["”]$/, "$1")
    .trim();
  return text === "" ? null : text;
}

/** Personas that are at hand without a file. */
export const personas: readonly string[] = [
  "a baker who opens before dawn",
  "a nurse on the night shift",
  "a bee keeper",
  "a bus driver",
  "a retired ship's captain",
  "a student who repairs bicycles",
  "a marathon runner",
  "a landscape gardener",
  "a librarian in a small town",
  "a stage designer",
  "a marine biologist",
  "a carpenter who builds stairs",
  "a football referee",
  "a street musician",
  "a pharmacist",
  "an airport controller",
  "a cheese maker in the mountains",
  "a data analyst of a power company",
  "a primary school teacher",
  "a photographer of birds",
  "a farmer with an orchard",
  "a chess coach",
  "an archaeologist",
  "a tailor of wedding dresses",
];
