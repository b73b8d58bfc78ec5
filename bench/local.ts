import type { Sample, SampleRequest } from "../src/core/policy.ts";
import { Random } from "../src/core/random.ts";
import { type LocalPolicy, openLocalPolicy } from "../src/policy/local/index.ts";
import { installedPath } from "../src/policy/local/library.ts";
import { defaultModel } from "../src/policy/local/manifest.ts";
import type { Measurement } from "./sandbox.ts";

const stepEnd = "\n";
const maxTokens = 48;
const messages = [
  {
    role: "user" as const,
    content:
      "A bakery bakes 12 trays of 15 rolls in the morning and half as many in the afternoon. It sells 210 rolls for 2 " +
      "dollars each and gives the rest away in bags of 5. How many bags does it give away, and what does it earn? " +
      "Reason step by step, one step per line.",
  },
];

export interface LocalBenchOptions {
  readonly model?: string;
  readonly threads?: number;
}

/**
 * A local model's speed, and what a search tree costs on it. `prefix cost` is evaluated tokens for each distinct token
 * of the tree, where tokens are distinct when anything before them differs: the strictest count there is.
 * RUMINATE_BENCH_MODEL and RUMINATE_BENCH_THREADS choose others than the default.
 */
export async function localBench(options: LocalBenchOptions = {}): Promise<Measurement[]> {
  const model = options.model ?? process.env.RUMINATE_BENCH_MODEL ?? defaultModel;
  const threads = options.threads ?? (Number(process.env.RUMINATE_BENCH_THREADS) || undefined);
  if ((await installedPath(model)) === null) {
    return [{ name: `skipped: ${model} is not installed (ruminate models pull ${model})`, figure: 0, unit: "" }];
  }
  const name = (text: string) => `${model}: ${text}`;
  const opening = performance.now();
  const policy = await openLocalPolicy(model, { threads });
  try {
    const openMs = performance.now() - opening;
    const prompt = await promptSpeed(policy);
    const single = await decodeSpeed(policy, 1);
    const batched = await decodeSpeed(policy, 8);
    const reuse = await promptReuse(policy);
    return [
      { name: name("opening"), figure: openMs, unit: "ms" },
      { name: name("prompt"), figure: prompt, unit: "tokens/s" },
      { name: name("1 sample"), figure: single, unit: "tokens/s" },
      { name: name("8 samples"), figure: batched, unit: "tokens/s" },
      { name: name("8 samples' prompt, evaluated of what they hold"), figure: reuse, unit: "" },
      { name: name("prefix cost, beam 4 x 4, depth 5 (bar 1.10)"), figure: await beamCost(policy), unit: "" },
      { name: name("prefix cost, MCTS, 20 expansions of 3 (bar 1.10)"), figure: await mctsCost(policy), unit: "" },
    ];
  } finally {
    await policy.dispose?.();
  }
}

function request(fields: Partial<SampleRequest> & { readonly seeds: readonly number[] }): SampleRequest {
  return { messages, n: fields.seeds.length, temperature: 0.8, maxTokens, purpose: "step", ...fields };
}

async function perSecond(work: () => Promise<number>): Promise<number> {
  const start = performance.now();
  return ((await work()) * 1000) / (performance.now() - start);
}

function promptSpeed(policy: LocalPolicy): Promise<number> {
  return perSecond(async () => {
    const long = [{ role: "user" as const, content: messages[0]?.content.repeat(3) ?? "" }];
    const [sample] = await policy.sample(request({ messages: long, seeds: [1], maxTokens: 1 }));
    return sample?.promptTokens ?? 0;
  });
}

/** With the prompt resident, and without stop texts, so that each sample has its full length. */
async function decodeSpeed(policy: LocalPolicy, samples: number): Promise<number> {
  await policy.sample(request({ seeds: [1], maxTokens: 1 }));
  return perSecond(async () => {
    const drawn = await policy.sample(request({ seeds: Array.from({ length: samples }, (_, i) => i + 10) }));
    return drawn.reduce((sum, { completionTokens }) => sum + completionTokens, 0);
  });
}

async function promptReuse(policy: LocalPolicy): Promise<number> {
  const fresh = [{ role: "user" as const, content: `Another question. ${messages[0]?.content ?? ""}` }];
  const before = policy.stats().evaluatedTokens;
  const [sample] = await policy.sample(request({ messages: fresh, seeds: [1, 2, 3, 4, 5, 6, 7, 8], maxTokens: 1 }));
  return (policy.stats().evaluatedTokens - before) / (8 * (sample?.promptTokens ?? 1));
}

interface Node {
  readonly prefix: string;
  readonly tokens: readonly string[];
  readonly finished: boolean;
}

/** Draws steps of a tree and counts its distinct tokens. */
function treeOf(policy: LocalPolicy, key: string) {
  // A system message of its own, so that nothing of an earlier tree is resident.
  const own = [{ role: "system" as const, content: `You solve problems (${key}).` }, ...messages];
  const distinct = new Set<string>();
  const before = policy.stats().evaluatedTokens;
  const root: Node = { prefix: "", tokens: [], finished: false };
  const rootTokens = policy.countPromptTokens?.({ messages: own }) ?? 0;
  let draws = 0;
  const childOf = (parent: Node, sample: Sample): Node => {
    const drawn = sample.logprobs?.map(({ token }) => token) ?? [];
    const finished = sample.stoppedBy === undefined;
    const closed = finished || drawn.at(-1)?.endsWith(stepEnd) ? drawn : [...drawn, stepEnd];
    const tokens = [...parent.tokens, ...closed];
    for (let length = 1; length <= tokens.length; length++) distinct.add(JSON.stringify(tokens.slice(0, length)));
    return { prefix: `${parent.prefix}${sample.text}${finished ? "" : stepEnd}`, tokens, finished };
  };
  return {
    root,
    async expand(parent: Node, count: number): Promise<Node[]> {
      const seeds = Array.from({ length: count }, () => ++draws);
      const step = request({ messages: own, prefix: parent.prefix, seeds, stop: [stepEnd], logprobs: 0 });
      const children = (await policy.sample(step)).map((sample) => childOf(parent, sample));
      return [...new Map(children.map((child) => [child.prefix, child])).values()];
    },
    cost: () => (policy.stats().evaluatedTokens - before) / (rootTokens + distinct.size),
  };
}

async function beamCost(policy: LocalPolicy): Promise<number> {
  const tree = treeOf(policy, "beam");
  let beams = [tree.root];
  for (let depth = 0; depth < 5 && beams.length > 0; depth++) {
    const grown = await Promise.all(beams.map((beam) => tree.expand(beam, 4)));
    const open = grown.flat().filter(({ finished }) => !finished);
    beams = new Random("beam").fork(depth).shuffle(open).slice(0, 4);
  }
  return tree.cost();
}

async function mctsCost(policy: LocalPolicy): Promise<number> {
  const tree = treeOf(policy, "mcts");
  const random = new Random("mcts");
  let leaves = [{ node: tree.root, value: 0.5 }];
  for (let expansion = 0; expansion < 20 && leaves.length > 0; expansion++) {
    const [best, ...others] = leaves.toSorted((a, b) => b.value - a.value);
    if (best === undefined) break;
    const children = (await tree.expand(best.node, 3)).filter(({ finished }) => !finished);
    leaves = [...others, ...children.map((node) => ({ node, value: (best.value + random.uniform()) / 2 }))];
  }
  return tree.cost();
}
