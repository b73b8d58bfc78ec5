import type { Task } from "./reasoning.ts";
import { type ReadStep, readBox, readSteps } from "./steps.ts";

/** A solution found in a conversation, as it is judged. */
export interface Draft {
  readonly text: string;
  readonly steps: readonly ReadStep[];
  /** The boxed number, else the last running value; null when nothing was computed. */
  readonly answer: number | null;
  /** What is said after it. */
  readonly after: string;
  /** Is the whole solution there? */
  readonly complete: boolean;
}

/** The solutions of a conversation in order: each begins where step numbers start again. */
export function readDrafts(conversation: string): Draft[] {
  const groups: ReadStep[][] = [];
  for (const step of readSteps(conversation)) {
    const open = groups.at(-1);
    const last = open?.at(-1);
    if (open === undefined || last === undefined || step.label <= last.label) groups.push([step]);
    else open.push(step);
  }
  return groups.map((steps, i) => {
    const start = steps[0]?.start ?? 0;
    const whole = conversation.slice(start, groups[i + 1]?.[0]?.start);
    const stepsEnd = (steps.at(-1)?.end ?? 0) - start;
    const box = readBox(whole.slice(0, stepsEnd + 120));
    const end = box === null ? stepsEnd : Math.max(box.end, stepsEnd);
    return {
      text: whole.slice(0, end),
      steps,
      answer: box?.value ?? steps.at(-1)?.value ?? null,
      after: whole.slice(end),
      complete: box !== null,
    };
  });
}

/** The solution that was written last; null when there is none. */
export const lastDraft = (conversation: string): Draft | null => readDrafts(conversation).at(-1) ?? null;

/** Is everything right so far: the answer of a whole solution, the last running value of a partial one? */
export function isRight({ truth }: Task, { steps, answer, complete }: Draft): boolean {
  const last = steps.at(-1);
  return answer === truth[complete ? truth.length - 1 : (last?.label ?? 0)];
}

/** The first step whose running value is wrong, from 1; null when none is. */
export function firstWrongStep({ truth }: Task, { steps }: Pick<Draft, "steps">): number | null {
  return steps.find(({ label, value }) => truth[label] !== value)?.label ?? null;
}
