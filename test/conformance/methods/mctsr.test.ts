import { describe, expect, it } from "vitest";
import { AnswerTree } from "../../../strategies/search/mctsr/answer-tree.ts";
import { recorded, reportsAgreement, uniform } from "./world.ts";

interface Case {
  readonly seed: number;
  readonly simulations: number;
  /** Answers that were refined, in order; "a.0" is the first refinement of "a". */
  readonly order: readonly string[];
  readonly visits: Readonly<Record<string, number>>;
  readonly bounds: Readonly<Record<string, number>>;
}

/** The tree after these refinements, with the names of its answers and of those refined. */
function grown({ seed, simulations }: Case) {
  const tree = new AnswerTree({ branching: 3, exploration: 1.4, cap: 95, capped: 50 });
  const names: string[] = [];
  const order: string[] = [];
  const visit = (node: number) => {
    const reward = uniform(`m/${seed}/${names[node]}/${tree.visits(node)}`) * 200 - 100;
    tree.reward(node, Number(reward.toFixed(3)));
  };
  const add = (parent: number | null, name: string) => {
    names.push(name);
    visit(tree.add(parent));
  };
  add(null, "a");
  add(null, "b");
  for (let i = 0; i < simulations; i++) {
    const node = tree.next();
    if (node === null) throw new Error("there is always an answer to refine");
    const name = names[node] ?? "";
    order.push(name);
    visit(node);
    add(node, `${name}.${order.filter((each) => each === name).length - 1}`);
  }
  tree.next();
  return { tree, names, order };
}

describe("MCTSr beside trotsky1997/MathBlackBox, 7768f9d", () => {
  it("refines the same answers in the same order, with the same bounds", () => {
    const cases = recorded<Case>("mctsr");
    const share = reportsAgreement("mctsr", cases, (each) => {
      const { tree, names, order } = grown(each);
      const same = names.every(
        (name, node) =>
          tree.visits(node) === each.visits[name] && Math.abs(tree.bound(node) - (each.bounds[name] ?? 0)) < 1e-9,
      );
      return same && JSON.stringify(order) === JSON.stringify(each.order);
    });
    expect(cases.length).toBeGreaterThanOrEqual(200);
    expect(share).toBe(1);
  });
});

describe("an answer of MCTSr", () => {
  const options = { branching: 2, exploration: 0, cap: 95, capped: 50 };

  it("is valued at the middle of its lowest and its mean reward, praise cut", () => {
    const tree = new AnswerTree(options);
    const node = tree.add(null);
    expect([tree.value(node), tree.next()]).toEqual([null, null]);
    for (const reward of [20, 100, null, -10]) tree.reward(node, reward);
    // Lowest -10, mean (20 + 50 - 10) / 3.
    expect([tree.value(node), tree.visits(node)]).toEqual([5, 3]);
  });

  it("is left when it was refined often enough and a refinement is better", () => {
    const tree = new AnswerTree(options);
    const [first, other] = [tree.add(null), tree.add(null)];
    tree.reward(first, 30);
    tree.reward(other, -100);
    for (const reward of [10, 20]) tree.reward(tree.add(first), reward);
    expect(tree.next()).toBe(first);
    tree.reward(tree.add(first), 40);
    expect(tree.next()).toBe(4);
  });
});
