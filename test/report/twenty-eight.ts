/** Two models, two budgets, seven strategies. */
export const twentyEight = {
  name: "twenty-eight",
  dataset: { name: "arithmetic", options: { count: 4 } },
  policies: [
    { name: "simulated:stepError=0.1", label: "strong" },
    { name: "simulated:stepError=0.3", label: "weak" },
  ],
  budgets: [{ tokens: 1000 }, { tokens: 3000 }],
  baselines: false,
  verifiers: { outcome: "simulated", process: "simulated" },
  strategies: [
    "chain-of-thought",
    { name: "self-consistency", options: { n: 8 } },
    { name: "best-of-n", options: { n: 8 } },
    { name: "weighted-vote", options: { n: 8 } },
    { name: "beam-search", options: { width: 4 } },
    { name: "rebase", options: { width: 8 } },
    { name: "mcts", options: { simulations: 8 } },
  ],
};
