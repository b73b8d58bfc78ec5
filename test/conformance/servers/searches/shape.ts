import type { RunEvent } from "../../../../src/core/events.ts";
import type { Solution } from "../../../../src/core/solution.ts";
import { apart, splitter } from "../../../../src/search/actions/splitting.ts";

/** A finished trajectory in figures. */
export interface TrajectoryShape {
  readonly steps: number;
  /** Pieces between blank lines of its whole text; code and displayed equations are not cut. */
  readonly paragraphs: number;
  /** Steps of nothing but white space. */
  readonly empty: number;
  /** Steps that do not begin on a line of their own. */
  readonly glued: number;
  /** Steps that hold more than one paragraph. */
  readonly several: number;
  /** Does a separator stand at its end, though it counts as complete, so that something blank came last? */
  readonly blankEnd: boolean;
  readonly complete: boolean;
  readonly answer: string | null;
}

const paragraphs = splitter("blank-line", 0);

export function shapesOf({ candidates }: Pick<Solution, "candidates">): TrajectoryShape[] {
  return candidates.map(({ trajectory, text, complete, answer }) => {
    const steps = trajectory.steps.map((step) => step.text);
    const before = steps.map((_, index) => steps.slice(0, index).join(""));
    return {
      steps: steps.length,
      paragraphs: apart(text, paragraphs).length,
      empty: steps.filter((step) => step.trim() === "").length,
      glued: before.filter((path) => path !== "" && !/\n[ \t]*$/.test(path)).length,
      several: steps.filter((step, index) => apart(step, paragraphs, before[index]).length > 1).length,
      blankEnd: complete && /\n[ \t]*\n[ \t]*$/.test(text),
      complete,
      answer: answer?.text ?? null,
    };
  });
}

/** Blank steps of the whole tree, those that were not taken included; the root, which has no text, is none. */
export const emptyNodes = (events: readonly RunEvent[]): number =>
  events
    .flatMap((event) => (event.type === "node-expanded" && event.node >= 0 ? event.children : []))
    .filter(({ text }) => text.trim() === "").length;
