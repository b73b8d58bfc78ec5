/** A file that `ruminate init` writes. */
export interface Template {
  readonly file: string;
  readonly text: string;
}

const strategy = `import { defineStrategy, majority, sampleSolutions } from "ruminate";
import { z } from "zod";

/**
 * A strategy is a stream of candidates and a rule that picks among them. This one draws \`n\` solutions and takes a
 * vote; change what it asks, how it picks, or when it stops.
 */
export const myVote = defineStrategy({
  name: "my-vote",
  summary: "a vote over n solutions",
  family: "sampling",
  how: "It draws n solutions and takes the answer that most of them give.",
  costNote: "n calls.",
  departures: [],
  rewards: { outcome: "not used", process: "not used", none: "votes" },
  // What -o n=8 and configurations may set; each with a default.
  options: z.strictObject({ n: z.int().min(1).default(4).describe("solutions to draw") }),
  candidates: (run, { n }) => sampleSolutions(run, { n, temperature: 0.7 }),
  select: () => majority(),
  // The most that it may call: budgets and servers are checked against it before anything is spent.
  cost: ({ n }) => ({ calls: n }),
});
`;

const verifier = `import { defineVerifier } from "ruminate";
import { z } from "zod";

/**
 * A verifier scores candidates with the chance of being right, from 0 to 1; null says that it cannot tell, which is not
 * 0. It never sees the right answer. This one trusts short solutions.
 */
export const myBrevity = defineVerifier({
  name: "my-brevity",
  summary: "shorter solutions score higher",
  options: z.strictObject({ characters: z.int().min(1).default(400).describe("length that scores one half") }),
  outcome: ({ characters }) => ({
    score: async (_question, candidates) =>
      candidates.map(({ answer, text }) => ({ value: answer === null ? null : characters / (characters + text.length) })),
  }),
});
`;

const pluginReadme = `# A plug-in for ruminate

\`\`\`
npx ruminate --plugin plugin.ts strategies show my-vote
npx ruminate --plugin plugin.ts solve "Felix has 20 cards in the morning. A collector swaps every one of his cards for 6 others. How many cards are left with Felix?" --model simulated --strategy my-vote -o n=8
npx ruminate --plugin plugin.ts solve "Felix has 20 cards in the morning. A collector swaps every one of his cards for 6 others. How many cards are left with Felix?" --model simulated --strategy best-of-n --verifier outcome=my-brevity
\`\`\`

\`--model simulated\` understands problems of this kind alone; leave it out to ask a real model. What \`plugin.ts\` exports is what a plug-in adds: strategies, verifiers,
datasets (\`defineDataset\`) and metrics (\`defineMetric\`). \`ruminate\` and \`zod\` must be installed beside it.
`;

const experiment = `# What is better: one answer, or a vote over several? And what does it cost?
#   npx ruminate experiment run experiment.yaml
#   npx ruminate report runs/first
name: first
description: Does a vote over several solutions beat one?

# The problems: a built-in dataset (ruminate datasets), or a file of your own, one {"question", "answer"} a line:
# dataset: { name: generic, path: problems.jsonl }
dataset: { name: arithmetic, options: { count: 40 } }

# The model. "simulated" needs none and costs nothing; "default" is a small one on this machine; "openai:gpt-4o-mini" or
# an address such as "http://127.0.0.1:8000/v1" are servers.
policy: simulated

# What is compared: ruminate strategies lists them, ruminate strategies show NAME has their options.
strategies:
  - chain-of-thought
  - { name: self-consistency, matrix: { n: [4, 16] } }
  - { name: best-of-n, options: { n: 4 }, verifiers: { outcome: judge } }

# Each problem is tried once for every seed; more seeds, narrower intervals.
seeds: [1]
maxTokens: 512
`;

const server = `# An OpenAI-compatible server whose models think.
#   npx ruminate serve --config serve.yaml
#   curl http://127.0.0.1:8420/v1/models
host: 127.0.0.1 # other addresses need keys, see below
port: 8420

upstreams:
  # The model behind: simulated (for trying out), default, openai:gpt-4o-mini, or a server of your own:
  # small: { name: "http://127.0.0.1:8000/v1", model: qwen, options: { apiKeyEnv: MY_KEY } }
  small: simulated

models:
  # Names that clients ask for. Any strategy on any upstream has one anyway: "self-consistency/small".
  thinker:
    upstream: small
    strategy: self-consistency
    options: { n: 8 }
    stop: { rule: adaptive-consistency } # ends early where the answers agree
    answer: math
    budget: { tokens: 20000 }

limits:
  concurrency: 32
  requestSeconds: 120

# Who may ask, and how much. The environment variable holds the key.
# keys:
#   - { name: shop, env: SHOP_KEY, requestsPerMinute: 60, perDay: { tokens: 5000000 } }

# Does thinking help? Answer a tenth of the requests the other way too: ruminate shadow report shadow.jsonl
# shadow: { share: 0.1, file: shadow.jsonl, check: judge }
`;

export const templates: Readonly<Record<string, readonly Template[]>> = {
  plugin: [
    { file: "plugin.ts", text: `export * from "./strategy.ts";\nexport * from "./verifier.ts";\n` },
    { file: "strategy.ts", text: strategy },
    { file: "verifier.ts", text: verifier },
    { file: "README.md", text: pluginReadme },
  ],
  experiment: [{ file: "experiment.yaml", text: experiment }],
  server: [{ file: "serve.yaml", text: server }],
};

/** What to do with what was written. */
export const nextSteps: Readonly<Record<string, string>> = {
  plugin: "ruminate --plugin plugin.ts strategies show my-vote      # README.md has more",
  experiment: "ruminate experiment run experiment.yaml",
  server: "ruminate serve --config serve.yaml",
};
