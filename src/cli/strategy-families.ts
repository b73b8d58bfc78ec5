/** Strategies by what they do with their compute, in the order of the printed catalogue. One that is not listed stands under "Further strategies". */
export const strategyFamilies: readonly (readonly [title: string, names: readonly string[]])[] = [
  [
    "Sampling and voting",
    [
      "chain-of-thought",
      "self-consistency",
      "best-of-n",
      "weighted-vote",
      "complexity-vote",
      "universal-self-consistency",
      "multilingual",
      "persona",
    ],
  ],
  ["Spending well", ["threshold-stop", "early-drop", "cascade", "route"]],
  [
    "Searching over steps",
    [
      "beam-search",
      "lookahead",
      "dvts",
      "rebase",
      "best-first",
      "tree-of-thoughts",
      "particle-filter",
      "mcts",
      "alpha-math",
      "rest-mcts",
      "budget-mcts",
      "ab-mcts",
      "plan-mcts",
      "rstar",
      "rstar-math",
      "critical-token",
      "entropy-branching",
    ],
  ],
  [
    "Self-correction",
    [
      "self-refine",
      "reflexion",
      "critic-correction",
      "step-correction",
      "backtrack",
      "template-correction",
      "diverse-correction",
      "budget-forcing",
      "debate",
      "mixture-of-agents",
      "chain-of-verification",
    ],
  ],
  [
    "Grounding and prompting",
    [
      "sticker",
      "rephrase-then-solve",
      "step-back",
      "least-to-most",
      "self-ask",
      "analogical",
      "plan-and-solve",
      "hint",
      "thought-template",
      "few-shot",
      "tactic-router",
    ],
  ],
  [
    "Programs and tools",
    [
      "program-aided",
      "program-of-thoughts",
      "pal-vote",
      "cross-check",
      "exec-refine",
      "tool-integrated",
      "tool-modules",
      "decompose-code-correct",
    ],
  ],
  ["Writing code", ["generated-tests", "repair", "plan-search", "class-level", "self-invoking"]],
  ["Combining strategies", ["ensemble"]],
];

const further = "Further strategies";

export const familyOf = (name: string): string =>
  strategyFamilies.find(([, names]) => names.includes(name))?.[0] ?? further;

export const familyTitles: readonly string[] = [...strategyFamilies.map(([title]) => title), further];
