import type { Run } from "../../../src/core/run.ts";
import type { Trajectory } from "../../../src/core/trajectory.ts";
import type { ActionSpace } from "../../../src/search/actions/action-space.ts";

const END_INSTRUCTION =
  "Is every step that the problem needs already there, so that only the final answer has to be stated? Reply with Yes or No and nothing else.";

/**
 * An action space with a self-critic (ReST-MCTS*, Zhang et al. 2024, arXiv:2406.03816, section 3.2): before a trajectory is grown, the policy is asked
 * whether only the answer is missing; where it says so, the next step is the last. Anything but a clear yes is a no. Cost: one call an
 * expansion below the root.
 */
export function endTested(actions: ActionSpace): ActionSpace {
  return {
    ...actions,
    name: `${actions.name} with end test`,
    grow: async (run, path, request) => {
      const last = request.last || (path.depth > 0 && (await seemsDone(run, path)));
      return await actions.grow(run, path, { ...request, last });
    },
  };
}

async function seemsDone(run: Run, path: Trajectory): Promise<boolean> {
  const [reply] = await run.sample({
    messages: [
      {
        role: "user",
        content: `Problem:\n${run.question.text}\n\nSolution so far:\n${path.text.trim()}\n\n${END_INSTRUCTION}`,
      },
    ],
    temperature: 0,
    maxTokens: 4,
    purpose: "end-test",
  });
  return /^\W*yes\b/i.test(reply?.text ?? "");
}
