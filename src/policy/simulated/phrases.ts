import type { Operation } from "./word-problem.ts";

/**
 * The sentences of the word problems. `{Name}`, `{She}`, `{her}`, `{items}` and `{k}` are filled in; each sentence
 * occurs under one operation only, so that reading one gives the operation back.
 */
export const startSentences = [
  "{Name} has {k} {items} in the morning.",
  "{Name} starts the week with {k} {items}.",
  "There are {k} {items} on {Name}'s shelf.",
  "At first {Name} owns {k} {items}.",
] as const;

export const operationSentences: Readonly<Record<Operation["operator"], readonly string[]>> = {
  "+": [
    "{She} buys {k} more {items} at the market.",
    "A neighbour brings {her} another {k} {items}.",
    "{She} finds {k} {items} in an old box and adds them.",
    "For {her} birthday {she} is given {k} {items}.",
  ],
  "-": [
    "{She} gives {k} of the {items} to a friend.",
    "{She} sells {k} {items} at the fair.",
    "On the way home {k} of the {items} get lost.",
    "{She} donates {k} {items} to the school.",
  ],
  "*": [
    "{She} trades each of them for {k} smaller ones.",
    "By the next month the number of {items} has grown to {k} times what it was.",
    "A collector swaps every one of {her} {items} for {k} others.",
  ],
  "/": [
    "{She} shares them equally among {k} people, {herself} included, and keeps {her} own share.",
    "{She} packs them evenly into {k} boxes and keeps only one box.",
    "{She} splits the {items} into {k} equal piles and stores all but one pile elsewhere.",
  ],
};

/** Sentences with a number that does not matter. */
export const idleSentences = [
  "{She} is {k} years old.",
  "{Her} street has {k} houses.",
  "It takes {her} {k} minutes to walk to school.",
] as const;

export const questionSentences = [
  "How many {items} does {Name} have in the end?",
  "How many {items} does {she} have now?",
  "How many {items} are left with {Name}?",
] as const;

export const names: readonly (readonly [name: string, pronoun: "she" | "he"])[] = [
  ["Mia", "she"],
  ["Omar", "he"],
  ["Priya", "she"],
  ["Lucas", "he"],
  ["Hana", "she"],
  ["Diego", "he"],
  ["Amara", "she"],
  ["Felix", "he"],
  ["Ingrid", "she"],
  ["Kofi", "he"],
];

export const nouns = [
  "marbles",
  "stamps",
  "apples",
  "pencils",
  "shells",
  "cards",
  "stickers",
  "coins",
  "buttons",
  "beads",
  "books",
  "cookies",
] as const;

export interface Filling {
  readonly name: string;
  readonly pronoun: "she" | "he";
  readonly noun: string;
}

export function fill(template: string, { name, pronoun, noun }: Filling, k: number): string {
  const she = pronoun === "she";
  return template
    .replaceAll("{Name}", name)
    .replaceAll("{She}", she ? "She" : "He")
    .replaceAll("{she}", pronoun)
    .replaceAll("{herself}", she ? "herself" : "himself")
    .replaceAll("{Her}", she ? "Her" : "His")
    .replaceAll("{her}", she ? "her" : template.startsWith("It") || template.includes("brings {her}") ? "him" : "his")
    .replaceAll("{items}", noun)
    .replaceAll("{k}", String(k));
}

const gaps: Readonly<Record<string, string>> = {
  Name: "(?<name>[A-Z][a-z]+)",
  She: "(?:She|He)",
  she: "(?:she|he)",
  herself: "(?:herself|himself)",
  Her: "(?:Her|His)",
  her: "(?:her|his|him)",
  items: "(?<noun>[a-z]+)",
  k: "(?<k>\\d+)",
};

/**
 * Matches a template's sentences, whole but for a label or bullet before ("Problem:", "-") and marks after; groups `k`,
 * and `name` and `noun` where the template has them.
 */
export function patternOf(template: string): RegExp {
  const body = template.replace(/[.?]/g, "\\$&").replace(/\{(\w+)\}/g, (_, gap: string) => gaps[gap] ?? "");
  return new RegExp(`(?:^|[-:*>"“(\\]]\\s*)${body}[\\s"”*)]*$`);
}
