export interface AnswerTreeOptions {
  /** Refinements of an answer before it is left, unless it is better than all of them. */
  readonly branching: number;
  /** c of UCT, on rewards from -100 to 100. */
  readonly exploration: number;
  /** Rewards from here on count as `capped`. */
  readonly cap: number;
  readonly capped: number;
}

interface Node {
  readonly parent: number | null;
  readonly children: number[];
  /** Every visit adds one. */
  readonly rewards: number[];
  /** Of UCT; stands until it is worked out again. */
  bound: number;
}

/** The answers of MCTSr with their rewards, and which of them is refined next. Nothing here makes calls. */
export class AnswerTree {
  readonly #options: AnswerTreeOptions;
  readonly #nodes: Node[] = [];

  constructor(options: AnswerTreeOptions) {
    this.#options = options;
  }

  /** The number of a new answer; `parent` is the one that it refines. */
  add(parent: number | null): number {
    const node = this.#nodes.length;
    this.#nodes.push({ parent, children: [], rewards: [], bound: Number.NEGATIVE_INFINITY });
    if (parent !== null) this.#at(parent)?.children.push(node);
    return node;
  }

  /** A reward from -100 to 100; null, where it could not be read, adds none. */
  reward(node: number, reward: number | null): void {
    const { cap, capped } = this.#options;
    if (reward !== null) this.#at(node)?.rewards.push(reward >= cap ? capped : reward);
  }

  visits(node: number): number {
    return this.#at(node)?.rewards.length ?? 0;
  }

  /** Answers above it. */
  depth(node: number): number {
    const parent = this.#at(node)?.parent ?? null;
    return parent === null ? 0 : 1 + this.depth(parent);
  }

  /** Q: the middle of the lowest reward and the mean of all; null before there is any. */
  value(node: number): number | null {
    const rewards = this.#at(node)?.rewards ?? [];
    if (rewards.length === 0) return null;
    const mean = rewards.reduce((sum, reward) => sum + reward, 0) / rewards.length;
    return (Math.min(...rewards) + mean) / 2;
  }

  /** As of the last choice. */
  bound(node: number): number {
    return this.#at(node)?.bound ?? Number.NEGATIVE_INFINITY;
  }

  /** The answer of highest bound among those that are not fully refined, the first of equals; null for none. */
  next(): number | null {
    this.#update();
    const open = [...this.#nodes.keys()].filter((node) => this.#isOpen(node));
    return open.reduce<number | null>(
      (best, node) => (best === null || this.bound(node) > this.bound(best) ? node : best),
      null,
    );
  }

  #at(node: number): Node | undefined {
    return this.#nodes[node];
  }

  #isOpen(node: number): boolean {
    const value = this.value(node);
    const children = this.#at(node)?.children ?? [];
    if (value === null) return false;
    return children.length < this.#options.branching || this.#highest(children) < value;
  }

  #highest(children: readonly number[]): number {
    return Math.max(...children.map((child) => this.value(child) ?? Number.NEGATIVE_INFINITY));
  }

  /** Leaves are bounded by their own Q, their parents by the middle of theirs and the best child's; others stand. */
  #update(): void {
    const leaves = this.#nodes.filter(({ children }) => children.length === 0);
    const parents = new Set(leaves.flatMap(({ parent }) => parent ?? []));
    for (const [index, node] of this.#nodes.entries()) {
      const own = this.value(index);
      if (own === null || (node.children.length > 0 && !parents.has(index))) continue;
      const best = this.#highest(node.children);
      const value = Number.isFinite(best) ? (own + best) / 2 : own;
      const above = node.parent === null ? 0 : this.visits(node.parent);
      node.bound = value + this.#options.exploration * Math.sqrt(Math.log(above + 1) / (node.rewards.length + 1e-5));
    }
  }
}
