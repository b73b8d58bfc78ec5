import type { ExecutionResult } from "../../core/execution.ts";
import type { Message, Sample } from "../../core/policy.ts";
import type { Run } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";
import {
  type ActionSpace,
  completeByGrowing,
  drawSpec,
  endedItself,
  type Grown,
  type GrowRequest,
  stepOf,
} from "./action-space.ts";

const CODE_STEPS_SYSTEM =
  "You solve problems by writing one Python script, step by step. Every step begins with a comment that says what it does and why, followed by a few lines of code; put one blank line after each step and none inside it. Use only the standard library. The last step prints the answer, and nothing else is printed.";

/** The policy's turn begins inside a fence, so that what it writes is code. */
const OPENING = "```python\n";

const EXAMPLE: readonly Message[] = [
  {
    role: "user",
    content:
      "A baker fills 6 trays with 8 rolls each. She sells 31 rolls and gives the rest away. How many rolls does she give away?",
  },
  {
    role: "assistant",
    content: `${OPENING}# Step 1: the rolls that were baked
baked = 6 * 8

# Step 2: those that were not sold are given away
given_away = baked - 31

# Step 3: print the answer
print(given_away)
\`\`\``,
  },
];

export interface CodeStepsOptions {
  /** Length limit of one step in tokens. Default 256. */
  readonly stepTokens?: number;
  /** Wall time of one program. Default 5,000. */
  readonly timeoutMs?: number;
}

/**
 * One step is a comment with the code that does what it says, and a step counts only if it runs after all steps before it (rStar-Math,
 * Guan et al. 2025, arXiv:2501.04519, section 3.2: code-augmented chains of thought). Steps that fail are dropped: they never become nodes.
 *
 * The trajectory ends where the script does: at the closing fence, at the first print, or at the last step allowed. The answer is the last line that the
 * whole script prints; a script that prints nothing is a candidate without an answer. Departures: blank lines end steps instead of the
 * paper's tags, which models must be trained for; a single failing step is dropped where the paper allows two in a row while sampling.
 *
 * Cost: one call and one sandbox run for each continuation; completions grow step after step.
 */
export function codeSteps({ stepTokens = 256, timeoutMs = 5000 }: CodeStepsOptions = {}): ActionSpace {
  const grow = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    const samples = await run.sample({
      ...drawSpec(run, request),
      messages: [
        { role: "system", content: CODE_STEPS_SYSTEM },
        ...EXAMPLE,
        { role: "user", content: run.question.text },
      ],
      prefix: OPENING + path.text,
      stop: request.last ? ["\n```"] : ["\n\n", "\n```"],
      ...(request.last ? {} : { maxTokens: stepTokens }),
      purpose: "code-step",
    });
    const grown = await Promise.all(samples.map((sample) => codeStep(run, path, sample, request.last, timeoutMs)));
    return grown.filter((one) => one !== null);
  };
  return { name: "code-steps", grow, complete: (run, path, request) => completeByGrowing(grow, run, path, request) };
}

/** Null when the step fails to run. */
async function codeStep(
  run: Run,
  path: Trajectory,
  sample: Sample,
  last: boolean,
  wallMs: number,
): Promise<Grown | null> {
  const code = sample.text.replace(/\n?```[\s\S]*$/, "").replace(/^```(?:python)?\n/, "");
  const closed = sample.stoppedBy === "\n```" || code.length < sample.text.length || endedItself(run, sample);
  const terminal = last || closed || /^print\(/m.test(code);
  const source = `${path.steps.map(({ text }) => text).join("")}${code}\n`;
  const result = await run.execute({ language: "python", source }, { wallMs });
  if (result.verdict !== "ok") return null;
  const step: Step = stepOf(sample, `${code.trimEnd()}\n\n`, {
    kind: "code",
    ...(terminal ? { observation: printed(result) } : {}),
  });
  return { steps: [step], terminal, complete: sample.finish === "stop" };
}

/** What the script printed, as the trajectory shows it: the last line boxed, so that the answer is read from there. */
function printed({ stdout }: ExecutionResult): string {
  const last = stdout.trim().split("\n").at(-1)?.trim() ?? "";
  return last === "" ? "" : `Output: \\boxed{${last}}\n`;
}
