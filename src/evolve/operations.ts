/** A way to make a question. */
interface OperationEntry {
  readonly summary: string;
  readonly paper: string;
}

const muggle = "MuggleMath, Li et al. 2023, arXiv:2310.05506";

/** The operations, in the order in which they take turns. */
export const operations = {
  numbers: { summary: "other numbers", paper: muggle },
  fractions: { summary: "fractions or percentages", paper: muggle },
  combine: { summary: "one more concept", paper: muggle },
  condition: { summary: "a condition", paper: muggle },
  harder: { summary: "more difficult", paper: muggle },
  persona: { summary: "in the world of a persona", paper: "PersonaMath, Luo et al. 2024, arXiv:2410.01504" },
  suggest: {
    summary: "a suggestion to make it harder, carried out",
    paper: "Orca-Math, Mitra et al. 2024, arXiv:2402.14830",
  },
  concepts: {
    summary: "of topics and knowledge points that a walk in their graph visits",
    paper: "MathScale, Tang et al. 2024, arXiv:2403.02884",
  },
  variation: {
    summary: "other numbers in a program without numbers, which gives the answer",
    paper: "InfinityMATH, Zhang et al. 2024, arXiv:2408.07089",
  },
  open: {
    summary: "a question with options as one without",
    paper: "Big-Math, Albalak et al. 2025, arXiv:2502.17387",
  },
  translate: { summary: "in another language", paper: "MathOctopus, Chen et al. 2023, arXiv:2310.20246" },
} as const satisfies Readonly<Record<string, OperationEntry>>;

export type OperationName = keyof typeof operations;

export const operationNames = Object.keys(operations) as [OperationName, ...OperationName[]];
