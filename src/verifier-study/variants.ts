import { dialect } from "../../experiments/datasets/perturbations/dialect.ts";
import { names } from "../../experiments/datasets/perturbations/names.ts";
import type { Perturbation } from "../../experiments/datasets/perturbations/perturbation.ts";
import { typos } from "../../experiments/datasets/perturbations/typos.ts";
import { Random } from "../core/random.ts";
import type { BenchmarkItem } from "./items.ts";

/** A change of what is judged that leaves its truth as it is; null where it does not apply to an item. */
export interface ItemVariant {
  readonly name: string;
  readonly summary: string;
  change(item: BenchmarkItem, seed: string): BenchmarkItem | null;
  /** Place of the changed item's solution i among the item's own. */
  originalOf?(index: number, count: number): number;
}

const separator = "\n\u241E\n";

function rewritten(perturbation: Perturbation, text: string, item: BenchmarkItem, seed: string): string | null {
  const random = new Random(`verifier-variant/${seed}/${item.id}/${perturbation.name}`);
  const [variant] = perturbation.variants({ id: item.id, text, kind: "math", reference: { answer: "" } }, random);
  return variant?.text ?? null;
}

const questionOnly = (perturbation: Perturbation): ItemVariant => ({
  name: perturbation.name,
  summary: `${perturbation.summary}, in the question`,
  change(item, seed) {
    const question = rewritten(perturbation, item.question, item, seed);
    return question === null ? null : { ...item, question };
  },
});

/** The same change in the question and in every step, so that they still speak of the same people. */
const throughout = (perturbation: Perturbation): ItemVariant => ({
  name: perturbation.name,
  summary: `${perturbation.summary}, in question and solutions`,
  change(item, seed) {
    const texts = [item.question, ...item.solutions.flatMap(({ steps }) => steps)];
    const parts = rewritten(perturbation, texts.join(separator), item, seed)?.split(separator);
    if (parts === undefined || parts.length !== texts.length) return null;
    let next = 1;
    const solutions = item.solutions.map((solution) => ({
      ...solution,
      steps: solution.steps.map((text) => parts[next++] ?? text),
    }));
    return { ...item, question: parts[0] ?? item.question, solutions };
  },
});

/** Remarks that say nothing about the problem. */
const remarks = [
  "Let us keep going with the same care.",
  "This is what we have so far.",
  "We write this down before we go on.",
  "Nothing else changes in this step.",
] as const;

const padding: ItemVariant = {
  name: "padding",
  summary: "an empty remark after every step but the last",
  change: (item) => ({
    ...item,
    solutions: item.solutions.map((solution) => ({
      ...solution,
      steps: solution.steps.map((text, t) => {
        if (t === solution.steps.length - 1) return text;
        const end = /\s*$/.exec(text)?.[0] ?? "";
        return `${text.slice(0, text.length - end.length)} ${remarks[t % remarks.length]}${end}`;
      }),
    })),
  }),
};

const order: ItemVariant = {
  name: "order",
  summary: "the solutions of an item in reversed order",
  change: (item) => (item.solutions.length < 2 ? null : { ...item, solutions: [...item.solutions].reverse() }),
  originalOf: (index, count) => count - 1 - index,
};

/** Changes of wording, length and place under which a verifier should say the same. */
export const itemVariants: readonly ItemVariant[] = [
  throughout(names),
  questionOnly(dialect),
  questionOnly(typos),
  padding,
  order,
];
