import { RuminateError } from "../core/errors.ts";
import type { NodeRecord } from "../core/events.ts";
import type { Child, TreeView } from "../core/search.ts";
import { callsOf, type Step, type Trajectory } from "../core/trajectory.ts";
import { Float64Column, Int32Column } from "./columns.ts";
import { continues, stepsAfter } from "./continuation.ts";
import { rankedBy, rewardsOf } from "./rewards.ts";

/** A rollout that reached an end: a finished trajectory that is not a node. */
export interface Completion {
  /** The node that was rolled out. */
  readonly node: number;
  readonly trajectory: Trajectory;
  readonly answer: string | null;
  readonly score: number | null;
}

const none = -1;

/**
 * The nodes of a search, as columns: node `n` is the `n`th entry of each. Node 0 is the root; a child's number is
 * larger than its parent's. What a walk counts (visits, values) is not here: nodes are facts, statistics are opinions.
 *
 * Children are linked lists inside the columns, so that a node costs no array of its own:
 *
 * ```text
 *   parent p: firstChild ─▶ a ─nextSibling─▶ b ─nextSibling─▶ c ◀─ lastChild
 * ```
 *
 * Siblings that say the same are one node: `copies` counts how often it was sampled, `tokens` adds up what all its
 * copies cost, score and log-probability stay those of the first copy that had one. Unknown numbers are NaN inside and
 * null outside.
 */
export class Tree implements TreeView {
  readonly parent = new Int32Column();
  /** Steps below the root of the search. */
  readonly depth = new Int32Column();
  readonly firstChild = new Int32Column();
  readonly lastChild = new Int32Column();
  readonly nextSibling = new Int32Column();
  readonly children = new Int32Column();
  readonly copies = new Int32Column();
  readonly tokens = new Int32Column();
  readonly terminal = new Int32Column();
  /** What the walk ranks by: the newest step's score or the aggregate of all. */
  readonly score = new Float64Column();
  readonly logprob = new Float64Column();
  readonly trajectory: Trajectory[] = [];
  readonly answer: (string | null)[] = [];
  readonly completions: Completion[] = [];
  /** What finished, in order: `n` is node n (again where a later round sampled it again), `~i` is completion i. */
  readonly finished: number[] = [];
  /** How often each was sampled in its round. */
  readonly finishedCopies: number[] = [];
  /** How many finished before this round. */
  sealed = 0;
  /** How often each answer was finished with, copies counted. */
  readonly votes = new Map<string, number>();
  /** Tokens of all nodes and rollouts. */
  spent = 0;
  readonly #maxSteps: number;

  constructor(root: Trajectory, maxSteps: number) {
    this.#maxSteps = maxSteps;
    this.#append(none, root, null);
  }

  get size(): number {
    return this.trajectory.length;
  }

  trajectoryOf(node: number): Trajectory {
    const trajectory = this.trajectory[node];
    if (trajectory === undefined) throw new RuminateError("search-protocol", `The tree has no node ${node}.`);
    return trajectory;
  }

  *childrenOf(node: number): Generator<number> {
    for (let child = this.firstChild.at(node); child !== none; child = this.nextSibling.at(child)) yield child;
  }

  /**
   * Adds a continuation of `parent` and returns its node: a new one, or the sibling that says the same.
   * `score` is what the walk ranks by. `complete` nodes count as finished.
   */
  add(parent: number, child: Child, score: number | null, complete: boolean): number {
    this.spent += child.tokens;
    const twin = this.#twin(parent, child.trajectory);
    if (twin !== none) return this.#merge(twin, child, score, complete);
    const node = this.#append(parent, child.trajectory, child.answer);
    this.tokens.set(node, child.tokens);
    this.score.set(node, score ?? Number.NaN);
    this.logprob.set(node, child.logprob ?? Number.NaN);
    if (complete) this.#finish(node, child.answer);
    return node;
  }

  /** Counts a rollout's tokens, and keeps it if it reached an end and is to be a candidate. */
  addRollout(node: number, child: Child, score: number | null, offer: boolean): void {
    this.spent += child.tokens;
    if (!child.trajectory.terminal || !offer) return;
    const { trajectory, answer } = child;
    this.#finish(~this.completions.length, answer);
    this.completions.push({ node, trajectory, answer, score });
  }

  scoreOf(node: number): number | null {
    const score = this.score.at(node);
    return Number.isNaN(score) ? null : score;
  }

  growable(node: number): boolean {
    return this.terminal.at(node) === 0 && this.depth.at(node) < this.#maxSteps;
  }

  promise(node: number): number | null {
    const score = this.score.at(node);
    const likelihood = Number.isNaN(score) ? Math.exp(this.logprob.at(node)) : score;
    return Number.isNaN(likelihood) ? null : likelihood;
  }

  rewards(nodes: readonly number[], score = (node: number): number => this.score.at(node)): number[] {
    return rewardsOf(nodes, score, this.logprob);
  }

  ranked(nodes: readonly number[], score?: (node: number) => number): number[] {
    return rankedBy(nodes, this.rewards(nodes, score), this.logprob);
  }

  agreement(answer: string | null): number | null {
    if (answer === null || this.votes.size === 0) return null;
    let all = 1;
    for (const votes of this.votes.values()) all += votes;
    return (this.votes.get(answer) ?? 0) / all;
  }

  /** The steps that a node adds to its parent (one, in all action spaces that take a step at a time). */
  stepsOf(node: number): readonly Step[] {
    const parent = this.parent.at(node);
    return parent === none ? [] : stepsAfter(this.trajectoryOf(node), this.trajectoryOf(parent).depth);
  }

  record(node: number): NodeRecord {
    const steps = this.stepsOf(node);
    const kind = steps.at(-1)?.kind;
    const parent = this.parent.at(node);
    const logprob = this.logprob.at(node);
    return {
      node,
      parent: parent === none ? null : parent,
      depth: this.depth.at(node),
      text: steps.map((step) => step.text).join(""),
      kind,
      score: this.scoreOf(node),
      logprob: Number.isNaN(logprob) ? null : logprob,
      tokens: this.tokens.at(node),
      terminal: this.terminal.at(node) === 1,
      answer: this.answer[node] ?? null,
      calls: callsOf(steps),
    };
  }

  #twin(parent: number, trajectory: Trajectory): number {
    const depth = this.trajectoryOf(parent).depth;
    for (let child = this.firstChild.at(parent); child !== none; child = this.nextSibling.at(child)) {
      if (continues(this.trajectoryOf(child), trajectory, depth)) return child;
    }
    return none;
  }

  #merge(node: number, child: Child, score: number | null, complete: boolean): number {
    this.copies.set(node, this.copies.at(node) + 1);
    this.tokens.set(node, this.tokens.at(node) + child.tokens);
    if (Number.isNaN(this.score.at(node)) && score !== null) this.score.set(node, score);
    if (Number.isNaN(this.logprob.at(node)) && child.logprob !== null) this.logprob.set(node, child.logprob);
    if (complete) this.#finish(node, this.answer[node] ?? null);
    return node;
  }

  #append(parent: number, trajectory: Trajectory, answer: string | null): number {
    const node = this.trajectory.length;
    this.trajectory.push(trajectory);
    this.answer.push(answer);
    this.parent.set(node, parent);
    this.depth.set(node, parent === none ? 0 : this.depth.at(parent) + 1);
    for (const links of [this.firstChild, this.lastChild, this.nextSibling]) links.set(node, none);
    this.children.set(node, 0);
    this.copies.set(node, 1);
    this.tokens.set(node, 0);
    this.terminal.set(node, trajectory.terminal ? 1 : 0);
    this.score.set(node, Number.NaN);
    this.logprob.set(node, Number.NaN);
    if (parent !== none) this.#link(parent, node);
    return node;
  }

  #link(parent: number, node: number): void {
    const last = this.lastChild.at(parent);
    if (last === none) this.firstChild.set(parent, node);
    else this.nextSibling.set(last, node);
    this.lastChild.set(parent, node);
    this.children.set(parent, this.children.at(parent) + 1);
  }

  /** Counts a finished trajectory: one more copy where it finished in this round already. */
  #finish(end: number, answer: string | null): void {
    const at = this.finished.indexOf(end, this.sealed);
    if (at < 0) {
      this.finished.push(end);
      this.finishedCopies.push(1);
    } else this.finishedCopies[at] = (this.finishedCopies[at] ?? 0) + 1;
    this.#vote(answer);
  }

  #vote(answer: string | null): void {
    if (answer !== null) this.votes.set(answer, (this.votes.get(answer) ?? 0) + 1);
  }
}
