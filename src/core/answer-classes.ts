import type { Answer } from "./candidate.ts";
import type { Run } from "./run.ts";

/** Anything that may have an answer: a candidate, a voice, a rollout. */
interface Answered {
  readonly answer: Answer | null;
}

/** Items with equal answers. */
export interface AnswerClass<T> {
  /** In their order; never empty. */
  readonly members: readonly T[];
  /** The answer of the first member. */
  readonly answer: string;
}

/**
 * Items grouped by equal answers, classes in order of first appearance: the one place where votes are counted. Items
 * without an answer belong to no class: they are counted, and vote for nothing.
 */
export class AnswerClasses<T extends Answered> {
  readonly items: readonly T[];
  readonly classes: readonly AnswerClass<T>[];
  /** Class of items[i], as an index of `classes`; -1 where it has no answer. */
  readonly classOf: readonly number[];

  private constructor(items: readonly T[], classOf: readonly number[]) {
    const members: T[][] = [];
    for (const [i, item] of items.entries()) {
      const index = classOf[i] ?? -1;
      if (index < 0) continue;
      members[index] ??= [];
      members[index].push(item);
    }
    this.items = items;
    this.classOf = classOf;
    this.classes = members.map((group) => ({ members: group, answer: group[0]?.answer?.text ?? "" }));
  }

  static of<T extends Answered>(run: Pick<Run, "classes">, items: readonly T[]): AnswerClasses<T> {
    return new AnswerClasses(items, run.classes(items.map(({ answer }) => answer?.text ?? null)));
  }

  /** Items with an answer. */
  get answered(): number {
    return this.classes.reduce((sum, { members }) => sum + members.length, 0);
  }

  /** Votes of the largest class; 0 when there is none. */
  get mostVotes(): number {
    return Math.max(0, ...this.classes.map(({ members }) => members.length));
  }

  /** Votes for the answer of items[i], its own included; 0 where it has none. */
  votesFor(i: number): number {
    return this.classes[this.classOf[i] ?? -1]?.members.length ?? 0;
  }

  /** Do all items have one and the same answer? */
  get unanimous(): boolean {
    return this.classOf.every((index) => index === 0);
  }
}
