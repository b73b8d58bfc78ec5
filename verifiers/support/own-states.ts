import { statesOfSteps } from "../../src/core/line-states.ts";
import type { LineState } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import type { Trajectory } from "../../src/core/trajectory.ts";
import { solutionMessages } from "../../src/engine/sampling.ts";

/**
 * What the policy held at the ends of the lines of each step: what came with the samples; else what it holds when it
 * reads the text as its own answer to the plain question (one call, paid as a prompt). Null where neither is to be had,
 * and for a text that an interpreter wrote parts of.
 */
export async function ownStates(
  run: Run,
  { steps, text }: Trajectory,
): Promise<readonly (readonly LineState[])[] | null> {
  if (steps.every(({ states }) => states !== undefined)) return steps.map(({ states = [] }) => states);
  if (run.policy.capabilities.states === undefined || text.trim() === "") return null;
  if (steps.some(({ observation = "" }) => observation !== "")) return null;
  const [sample] = await run.sample({
    messages: solutionMessages(run.question),
    prefix: text,
    prefixStates: true,
    temperature: 0,
    from: 0,
    maxTokens: 1,
    purpose: "read",
  });
  return statesOfSteps(
    steps.map((step) => step.text),
    sample?.prefixStates ?? [],
  );
}
