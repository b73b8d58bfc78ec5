import type { Random } from "../core/random.ts";
import { asShown, asUser } from "./asking.ts";
import type { OperationName } from "./operations.ts";

/** Operations that are one request about one problem (`suggest` is two). */
export type Rewriting = Exclude<OperationName, "concepts" | "variation">;

export const onlyTheQuestion = "Reply with the new question alone.";

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

/** What is shown before the problem itself: one problem, and what becomes of it. */
const shown = "A baker fills 6 trays with 8 rolls each and sells 31 rolls. How many rolls are left?";
const shownWithOptions =
  "A baker fills 6 trays with 8 rolls each and sells 31 rolls. How many rolls are left? (A) 14 (B) 17 (C) 23";
const shownDetails: Details = {
  persona: "a bee keeper",
  language: "French",
  suggestion: "Let some of the rolls be burnt before they are sold.",
};
const examples: Readonly<Record<Rewriting, string>> = {
  numbers: "A baker fills 9 trays with 12 rolls each and sells 45 rolls. How many rolls are left?",
  fractions: "A baker fills 6 trays with 8 rolls each and sells three quarters of the rolls. How many rolls are left?",
  combine:
    "A baker fills 6 trays with 8 rolls each and sells 31 rolls for 2 dollars each. What goes into the rolls costs 20 dollars. How many dollars does the baker earn?",
  condition:
    "A baker fills 6 trays with 8 rolls each and sells 31 rolls. If more than 15 rolls are left, the baker gives 5 of them away. How many rolls are left in the end?",
  harder:
    "A baker fills 6 trays with 8 rolls each and twice as many trays with 5 rolls each. The baker sells 32 rolls in the morning and half of the others in the afternoon. How many rolls are left?",
  persona: "A bee keeper fills 6 boxes with 8 jars of honey each and sells 31 jars. How many jars are left?",
  suggest:
    "A baker fills 6 trays with 8 rolls each. Of every tray 4 rolls are burnt, and the baker sells 13 of the others. How many good rolls are left?",
  open: "A baker fills 6 trays with 8 rolls each and sells 31 rolls. How many rolls are left?",
  translate:
    "Un boulanger remplit 6 plaques de 8 petits pains chacune et vend 31 petits pains. Combien de petits pains reste-t-il ?",
};

/** What a writer that copies would give. */
export const shownQuestions: readonly string[] = [shown, ...Object.values(examples)];

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
  const request = (text: string, own: Details) => {
    const task = tasks[operation].replace(/\{(\w+)\}/g, (_, name: keyof Details) => own[name] ?? "");
    return `${task} ${onlyTheQuestion}\n\nQuestion: ${text}`;
  };
  const example = request(operation === "open" ? shownWithOptions : shown, shownDetails);
  return asShown(example, examples[operation], request(question, details));
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
