import type { ActionSpec } from "../../core/action.ts";
import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run } from "../../core/run.ts";
import { codeSteps } from "./code-steps.ts";
import { humanActions } from "./human-actions.ts";
import { planSteps } from "./plan-steps.ts";
import { proposedSteps } from "./proposed-steps.ts";
import { reasoningSteps } from "./reasoning-steps.ts";
import { splitter } from "./splitting.ts";
import { thoughtSteps } from "./thought-steps.ts";
import { wholeSolutions } from "./whole-solutions.ts";

/** The action space of this name. `messages` is the task as it is put to the policy, its last message the question. */
export function actionSpace(
  { kind, stepTokens, split = "blank-line", counts }: ActionSpec,
  messages: (run: Run) => readonly Message[],
): ActionSpace {
  switch (kind) {
    case "reasoning-steps":
      return reasoningSteps({ messages, split: splitter(split, stepTokens), stepTokens });
    case "plan-steps":
      return planSteps({ messages, stepTokens });
    case "code-steps":
      return codeSteps({ stepTokens });
    case "human-actions":
      return humanActions({ messages, stepTokens, counts });
    case "whole-solutions":
      return wholeSolutions({ messages });
    case "proposed-steps":
      return proposedSteps({ messages, stepTokens });
    case "thought-steps":
      return thoughtSteps({ messages, stepTokens });
  }
}
