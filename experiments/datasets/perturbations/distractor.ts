import { rewriting, sentences } from "./perturbation.ts";

/** Clauses that hold numbers, ask for nothing, and are about nothing a question could count. */
const clauses: readonly ((number: number) => string)[] = [
  (number) => `The nearest train station is ${number} kilometers away.`,
  (number) => `It had rained for ${number} hours the night before.`,
  (number) => `A clock on the wall is ${number} minutes slow.`,
  (number) => `The house across the street was built ${number} years ago.`,
  (number) => `A radio in the next room has ${number} preset channels.`,
  (number) => `The weather report gave a wind speed of ${number} kilometers per hour.`,
  (number) => `A neighbor's cat is ${number} years old.`,
  (number) => `The street has ${number} lamp posts, none of which matters here.`,
];

/**
 * Inserts one clause of no consequence before the last sentence, as GSM-Symbolic's NoOp (Mirzadeh et al. 2024,
 * arXiv:2410.05229, section 4.4) and the distractor kinds of GSM-Plus and MathCheck do. Theirs are about the question's
 * own objects and were written by a model; these are drawn from a fixed list, so they distract less.
 */
export const distractor = rewriting("distractor", "one clause of no consequence", (text, random) => {
  const clause = random.choice(clauses)(2 + random.integer(40));
  const all = sentences(text);
  return [...all.slice(0, -1), `${clause} `, ...all.slice(-1)].join("");
});
