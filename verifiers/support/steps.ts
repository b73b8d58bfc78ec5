import type { Trajectory } from "../../src/core/trajectory.ts";

/** The texts of a trajectory's steps, what they printed included. */
export const stepTexts = ({ steps }: Trajectory): string[] =>
  steps.map(({ text, observation }) => text + (observation ?? ""));

/** Steps between numbered tags, counted from 0 as ProcessBench does. */
export const taggedParagraphs = (steps: readonly string[]): string =>
  steps.map((step, t) => `<paragraph_${t}>\n${step.trim()}\n</paragraph_${t}>`).join("\n\n");

/** "Step k: …", counted from 1; a step's own number is taken off first. */
export const numberedSteps = (steps: readonly string[]): string =>
  steps.map((step, t) => `Step ${t + 1}: ${step.trim().replace(/^step\s*\d+\s*:\s*/i, "")}`).join("\n\n");
