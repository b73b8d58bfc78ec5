import { readRating } from "../../../src/answer/verdicts/ratings.ts";
import type { TokenLimits } from "../../../src/core/action.ts";
import type { Candidate } from "../../../src/core/candidate.ts";
import type { Message } from "../../../src/core/policy.ts";
import type { Run } from "../../../src/core/run.ts";
import { solutionCandidate, solutionMessages } from "../../../src/engine/sampling.ts";
import type { AnswerTree } from "./answer-tree.ts";

const REWARD_INSTRUCTION =
  'Examine this answer strictly: find every flaw in it, however small, and take something off for each. Be harsh, and never give the full mark. Rate it from -100 (worthless) to 100 (flawless), and end with a last line "Rating: " and the number.';

const CRITICISE_INSTRUCTION =
  "This answer may be weak. Check it step by step, and point out every error and imperfection in it, so that it can be written better. Do not write it again now.";

const REFINE_INSTRUCTION =
  "Write a better answer by this criticism, whole and from the start. Reason step by step, check the result, and put your final answer within \\boxed{}.";

/** What stands as second root: refining it is a fresh attempt. */
const NOTHING = "I do not know.";

/** How texts are drawn. */
interface Drawing extends TokenLimits {
  readonly temperature: number;
}

/** The answers in a tree, and the calls that write and reward them. One for each solve. */
export class Refining {
  readonly #run: Run;
  readonly #tree: AnswerTree;
  readonly #drawing: Drawing;
  readonly #answers: (Candidate | null)[] = [];

  constructor(run: Run, tree: AnswerTree, drawing: Drawing) {
    this.#run = run;
    this.#tree = tree;
    this.#drawing = drawing;
  }

  async first(): Promise<Candidate | null> {
    return await this.#written(solutionMessages(this.#run.question), "solve");
  }

  /** An answer criticised, and written again by the criticism. */
  async refined(node: number): Promise<Candidate | null> {
    const task = [...solutionMessages(this.#run.question), { role: "assistant", content: this.#text(node) }] as const;
    const criticism = await this.#written([...task, { role: "user", content: CRITICISE_INSTRUCTION }], "feedback");
    const content = `Criticism:\n${criticism?.text.trim() ?? ""}\n\n${REFINE_INSTRUCTION}`;
    return await this.#written([...task, { role: "user", content }], "revise");
  }

  /** A new answer, rewarded; null stands for none. */
  async add(parent: number | null, candidate: Candidate | null): Promise<void> {
    const node = this.#tree.add(parent);
    this.#answers.push(candidate);
    await this.visit(node);
    this.#report(node, parent, candidate);
  }

  /** Rewards an answer once more: by the verifiers, else by the policy. */
  async visit(node: number): Promise<void> {
    const { outcome, process } = this.#run.verifiers;
    const candidate = this.#answers[node] ?? null;
    if (!outcome && !process) this.#tree.reward(node, await this.#ownReward(node));
    else if (candidate === null) this.#tree.reward(node, -100);
    else {
      const value = (await this.#run.score([candidate]))[0]?.value ?? null;
      this.#tree.reward(node, value === null ? null : 200 * value - 100);
    }
  }

  #text(node: number): string {
    return this.#answers[node]?.text ?? NOTHING;
  }

  async #written(messages: readonly Message[], purpose: string): Promise<Candidate | null> {
    const [sample] = await this.#run.sample({ messages, ...this.#drawing, purpose });
    return sample === undefined ? null : solutionCandidate(this.#run, sample);
  }

  async #ownReward(node: number): Promise<number | null> {
    const content = `Problem:\n${this.#run.question.text}\n\nAnswer:\n${this.#text(node).trim()}\n\n${REWARD_INSTRUCTION}`;
    const messages = [{ role: "user" as const, content }];
    const [reply] = await this.#run.sample({ messages, ...this.#drawing, purpose: "judge" });
    return readRating(reply ?? "", { min: -100, max: 100 });
  }

  #report(node: number, parent: number | null, candidate: Candidate | null): void {
    const value = this.#tree.value(node);
    const child = {
      ...{ node: node + 1, parent: (parent ?? -1) + 1, depth: 1 + this.#tree.depth(node), text: this.#text(node) },
      ...{ score: value === null ? null : (value + 100) / 200, logprob: null, terminal: false },
      tokens: candidate?.trajectory.steps.reduce((sum, { tokens = 0 }) => sum + tokens, 0) ?? 0,
      answer: candidate?.answer?.text ?? null,
      calls: candidate?.trajectory.steps.slice(0, 1).flatMap(({ call }) => call ?? []) ?? [],
    };
    this.#run.emit({ type: "node-expanded", node: child.parent, children: [child] });
  }
}
