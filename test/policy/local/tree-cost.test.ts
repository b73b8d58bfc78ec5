import { describe, expect, it } from "vitest";
import { Random } from "../../../src/core/random.ts";
import { createScheduler } from "../../../src/policy/local/scheduler.ts";
import { toyDecoder } from "./toy-decoder.ts";

const stepTokens = 12;
const rootOf = (tree: number) => Array.from({ length: 60 }, (_, i) => 1 + ((i * (tree + 1) + tree) % 23));
const root = rootOf(0);
const letters = (text: string) => [...text].map((letter) => letter.charCodeAt(0) - 96);

/** A scheduler over the toy, how a node of the tree is expanded, and what that has cost. */
function treeOn({ seats = 8, kept = 16, roots = [root] } = {}) {
  const scheduler = createScheduler(toyDecoder({ streams: seats + kept, streamTokens: 512, batchTokens: 128 }), seats);
  const distinct = new Set<string>();
  let draws = 0;
  const remember = (tokens: readonly number[]) => {
    for (let length = 1; length <= tokens.length; length++) distinct.add(tokens.slice(0, length).join());
  };
  for (const one of roots) remember(one);
  return {
    /** Children are the parent's tokens and a step of the samples' own. */
    async expand(parent: readonly number[], count: number): Promise<number[][]> {
      const samplers = Array.from({ length: count }, () => ({ temperature: 0.8, seed: ++draws }));
      const request = { prompt: parent, samplers, maxTokens: stepTokens, stop: [], logprobs: null };
      const { drawn } = await scheduler.run(request);
      const children = drawn.map(({ text }) => [...parent, ...letters(text)]);
      for (const child of children) remember(child);
      return children;
    },
    /** Evaluated tokens for each distinct token of the tree. */
    cost: () => scheduler.stats().evaluatedTokens / distinct.size,
  };
}

describe("the cost of a search tree", () => {
  it("is at most 1.1 evaluated tokens a distinct one for beam search", async () => {
    const tree = treeOn();
    let beams: number[][] = [root];
    for (let depth = 0; depth < 8; depth++) {
      const grown = await Promise.all(beams.map((beam) => tree.expand(beam, depth === 0 ? 16 : 4)));
      beams = new Random(depth).shuffle(grown.flat()).slice(0, 4);
    }
    expect(tree.cost()).toBeLessThanOrEqual(1.1);
  });

  it.each([2, 10, 40])("is as little where %i beam searches share the streams", async (count) => {
    const roots = Array.from({ length: count }, (_, i) => rootOf(i));
    const trees = treeOn({ seats: 8, kept: 8, roots });
    await Promise.all(
      roots.map(async (one, i) => {
        let beams: number[][] = [one];
        for (let depth = 0; depth < 8; depth++) {
          const grown = await Promise.all(beams.map((beam) => trees.expand(beam, depth === 0 ? 4 : 2)));
          beams = new Random(`${i}/${depth}`).shuffle(grown.flat()).slice(0, 2);
        }
      }),
    );
    expect(trees.cost()).toBeLessThanOrEqual(1.1);
  });

  it.each([1, 4])(
    "is at most 1.1 evaluated tokens a distinct one for MCTS with %i leaves at a time",
    async (leaves) => {
      const tree = treeOn();
      const random = new Random("mcts");
      const nodes = [{ tokens: root, children: 0, depth: 0, value: 0.5 }];
      for (let round = 0; round < 64 / leaves; round++) {
        const open = nodes.filter((node) => node.children === 0 && node.depth < 8);
        const picked = open.sort((a, b) => b.value - a.value).slice(0, leaves);
        await Promise.all(
          picked.map(async (node) => {
            node.children = 3;
            for (const tokens of await tree.expand(node.tokens, 3)) {
              nodes.push({ tokens, children: 0, depth: node.depth + 1, value: (node.value + random.uniform()) / 2 });
            }
          }),
        );
      }
      expect(tree.cost()).toBeLessThanOrEqual(1.1);
    },
  );
});
