/**
 * What each search is run with: small, as real models on a machine without an accelerator are slow, and with one
 * temperature, so that searches which draw the same step take it from the store.
 */
export const searches: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "self-consistency": { n: 3, temperature: 0.8 },
  "beam-search": { width: 2, branching: 1, maxSteps: 12 },
  mcts: { simulations: 2, branching: 2, maxSteps: 12 },
  dvts: { trees: 1, branching: 2, maxSteps: 12 },
  "best-first": { expansions: 8, branching: 2, maxSteps: 12 },
  rebase: { width: 2, temperature: 0.8, maxSteps: 12 },
  "particle-filter": { particles: 2, maxSteps: 12 },
  lookahead: { width: 1, branching: 2, maxSteps: 12 },
  "tree-of-thoughts": {
    actions: "reasoning-steps",
    temperature: 0.8,
    width: 1,
    branching: 2,
    votes: 1,
    judgeTokens: 16,
    maxSteps: 8,
  },
  "alpha-math": { simulations: 6, branching: 2, temperature: 0.8, maxSteps: 12 },
};

/** The same model's plain solutions, whose paragraphs the steps are compared with. */
export const plain = "self-consistency";
/** Length limits of a step and of a whole solution, in tokens. */
export const stepTokens = 128;
export const solutionTokens = 384;
