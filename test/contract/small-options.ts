/**
 * Small configurations for suites that run every strategy thousands of times. A strategy that is not listed runs with
 * its defaults; list it here when those are slow.
 */
export const smallOptions: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  "self-consistency": { n: 5 },
  "best-of-n": { n: 5 },
  "weighted-vote": { n: 5 },
  "threshold-stop": { n: 5 },
  "early-drop": { n: 5 },
  "program-aided": { n: 4 },
  "pal-vote": { n: 4 },
  "program-of-thoughts": { n: 4 },
  "cross-check": { n: 4, together: 3 },
  "decompose-code-correct": { n: 3 },
  "tactic-router": { n: 3, requests: 4 },
  "tool-modules": { n: 3 },
  "tool-integrated": { n: 4, together: 3 },
  "generated-tests": { n: 5 },
  "plan-search": { n: 5 },
  "class-level": { n: 5, order: "holistic" },
  "self-invoking": { n: 5 },
  "complexity-vote": { n: 8 },
  "least-to-most": { n: 3, most: 4 },
  "self-ask": { n: 3, most: 3 },
  "critical-token": { samples: 3, rollouts: 2, tokens: 8, branches: 3 },
  "entropy-branching": { n: 6 },
  "beam-search": { width: 2, branching: 2, maxSteps: 8 },
  lookahead: { width: 2, branching: 2, maxSteps: 8 },
  dvts: { trees: 2, branching: 2, maxSteps: 8 },
  rebase: { width: 4, maxSteps: 8 },
  "best-first": { expansions: 8, branching: 2, maxSteps: 8 },
  "tree-of-thoughts": { width: 2, branching: 2, maxSteps: 8, votes: 1 },
  "particle-filter": { particles: 4, maxSteps: 8 },
  mcts: { simulations: 5, branching: 2, leaves: 2, maxSteps: 8 },
  "rest-mcts": { simulations: 5, branching: 2, maxSteps: 8 },
  "budget-mcts": { simulations: 5, branching: 2, widest: 3, maxSteps: 8 },
  "ab-mcts": { expansions: 6, maxSteps: 4 },
  "plan-mcts": { simulations: 4, rootBranching: 2, branching: 2, maxSteps: 8 },
  rstar: { simulations: 4, branching: 3, maxSteps: 3, prefixes: 2 },
  "rstar-math": { simulations: 3, branching: 2, maxSteps: 8 },
  cascade: {
    stages: [
      { name: "self-consistency", options: { n: 2 } },
      { name: "best-of-n", options: { n: 5 } },
    ],
  },
  ensemble: {
    members: [
      { name: "self-consistency", options: { n: 3 } },
      { name: "program-aided", options: { n: 3 } },
    ],
  },
  route: {
    probe: { name: "self-consistency", options: { n: 2 } },
    members: ["chain-of-thought", { name: "best-of-n", options: { n: 5 } }],
    bounds: [0.9],
  },
};
