import type { LineState, TokenLogprob } from "./policy.ts";

/**
 * One unit of reasoning: a paragraph, a plan item, a code cell, a whole solution. What a step is, the action space
 * says.
 */
export interface Step {
  /** The exact text, separators included: the steps of a trajectory joined with nothing between give its text. */
  readonly text: string;
  /** What kind of step, in action spaces that have several ("thought", "subquestion", "code" …). */
  readonly kind?: string;
  /** What the policy thought before it. Shown to the policy alone: verifiers and judges do not read it. */
  readonly thought?: string;
  /** Sum of the log-probabilities of its tokens, where the policy gives them. */
  readonly logprob?: number;
  /** Those of its tokens one by one, where something reads them of whole texts and the policy gives them. */
  readonly tokenLogprobs?: readonly TokenLogprob[];
  /** Tokens that sampling it took. */
  readonly tokens?: number;
  /** What the model held at the ends of its lines, where that was asked for and the policy gives it. */
  readonly states?: readonly LineState[];
  /** The call that wrote it, by its number in the solve (`call` of a sample). */
  readonly call?: number;
  /** Share of the samples that agree with it, in (0, 1], where several were drawn and voted. */
  readonly support?: number;
  /** What running the step printed or returned, for steps with code. Shown to the policy, never attributed to it. */
  readonly observation?: string;
}

/**
 * A path of steps from the question, partial or complete. Immutable: `extend` returns a new node whose parent is this
 * one, so a thousand branches share their prefix.
 */
export class Trajectory {
  readonly parent: Trajectory | null;
  /** Null at the root only. */
  readonly step: Step | null;
  /** Number of steps. */
  readonly depth: number;
  /** True when nothing may follow: an answer was found, the text ended, or the step limit was reached. */
  readonly terminal: boolean;

  private constructor(parent: Trajectory | null, step: Step | null, terminal: boolean) {
    this.parent = parent;
    this.step = step;
    this.depth = parent === null ? 0 : parent.depth + 1;
    this.terminal = terminal;
  }

  static root(): Trajectory {
    return new Trajectory(null, null, false);
  }

  /** A trajectory with these steps; the last one is terminal if `terminal`. */
  static of(steps: readonly Step[], terminal = true): Trajectory {
    return steps.reduce<Trajectory>(
      (path, step, index) => path.extend(step, terminal && index === steps.length - 1),
      Trajectory.root(),
    );
  }

  extend(step: Step, terminal = false): Trajectory {
    if (this.terminal) throw new RangeError("Trajectory.extend: a terminal trajectory cannot grow");
    return new Trajectory(this, step, terminal);
  }

  /** All steps, first to last. */
  get steps(): readonly Step[] {
    const steps: Step[] = [];
    for (let node: Trajectory | null = this; node?.step; node = node.parent) steps.push(node.step);
    return steps.reverse();
  }

  /** The text so far: what a policy continues. Observations are included where a step has one. */
  get text(): string {
    return this.steps.map((step) => step.text + (step.observation ?? "")).join("");
  }
}

/** Steps of a text that is not split into any: its non-empty lines. */
export const countLines = (text: string): number => text.split("\n").filter((line) => line.trim() !== "").length;

/** The calls that wrote these steps or samples, each once, in their order. */
export const callsOf = (written: readonly Pick<Step, "call">[]): number[] => [
  ...new Set(written.flatMap(({ call }) => (call === undefined ? [] : [call]))),
];
