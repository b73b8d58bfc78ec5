import type { Grown, GrowRequest } from "../../core/action.ts";
import type { ExecutionResult } from "../../core/execution.ts";
import type { Message } from "../../core/policy.ts";
import type { ActionSpace, Run, RunSession } from "../../core/run.ts";
import type { Step, Trajectory } from "../../core/trajectory.ts";
import { completeByGrowing, drawSpec } from "./action-space.ts";
import { drawPieces, isBlank, type Piece } from "./drawing.ts";
import { splitter } from "./splitting.ts";

const CODE_STEPS_SYSTEM =
  "You solve problems by writing one Python script, step by step. Every step begins with a comment that says what it does and why, followed by a few lines of code; put one blank line after each step and none inside it. Use only the standard library. The last step prints the answer, and nothing else is printed.";

/** The policy's turn begins inside a fence, so that what it writes is code. */
const OPENING = "```python\n";
const FENCE = "\n```";
const codeCells = splitter("blank-line", 0);

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
  /** Length limit of one step in tokens. */
  readonly stepTokens: number;
}

/**
 * One step is a comment with the code that does what it says, and a step counts only if it runs after all steps before
 * it (rStar-Math, Guan et al. 2025, arXiv:2501.04519, section 3.2: code-augmented chains of thought). Steps that fail
 * are dropped: they never become nodes.
 *
 * The trajectory ends where the script does: at the closing fence, at the first print, or at the last step allowed. The
 * answer is the last line that the whole script prints; a script that prints nothing is a candidate without an answer.
 * Departures: blank lines end steps instead of the paper's tags, which models must be trained for; a single failing
 * step is dropped where the paper allows two in a row while sampling.
 *
 * Steps are cells of an interpreter that keeps its state: the state after each step is kept, and every continuation
 * runs in a fork of it, so that the path before a step is not run again. A path that came from elsewhere (a resumed
 * search) is run once, together with its first continuation.
 *
 * Cost: one call and one sandbox run for each continuation; completions grow step after step.
 */
export function codeSteps({ stepTokens }: CodeStepsOptions): ActionSpace {
  const states = new Map<string, State>();
  const grow = async (run: Run, path: Trajectory, request: GrowRequest): Promise<Grown[]> => {
    const pieces = await drawPieces(run, {
      ...drawSpec(run, request),
      messages: [
        { role: "system", content: CODE_STEPS_SYSTEM },
        ...EXAMPLE,
        { role: "user", content: run.question.text },
      ],
      prefix: OPENING + path.text,
      stop: request.last ? [FENCE] : ["\n\n", FENCE],
      ...(request.last ? {} : { maxTokens: stepTokens }),
      purpose: "code-step",
      before: path.text,
      split: codeCells,
    });
    const grown = await Promise.all(pieces.map((piece) => codeStep(run, states, path, piece, request.last)));
    return grown.filter((one) => one !== null);
  };
  return { name: "code-steps", grow, complete: (run, path, request) => completeByGrowing(grow, run, path, request) };
}

/** The interpreter after a path, and the last line that the path printed. */
interface State {
  readonly session: RunSession;
  readonly printed: string;
}

const textOf = (path: Trajectory): string => path.steps.map(({ text }) => text).join("");

/** A fork of the state after this path, with what is still to be run in it: nothing where the path was grown here. */
async function stateAt(
  run: Run,
  states: ReadonlyMap<string, State>,
  path: Trajectory,
): Promise<State & { before: string }> {
  const text = textOf(path);
  const known = states.get(text);
  if (known !== undefined) return { ...known, session: await known.session.fork(run), before: "" };
  return { session: run.openSession(), printed: "", before: text };
}

/** Null when the step fails to run. Where only the fence is left to write, the fence is the step. */
async function codeStep(
  run: Run,
  states: Map<string, State>,
  path: Trajectory,
  piece: Piece,
  last: boolean,
): Promise<Grown | null> {
  const { stoppedBy, ending, tokens, logprob, call, states: held } = piece;
  const code = piece.text.replace(/\n?```[\s\S]*$/, "").replace(/^```(?:python)?\n/, "");
  const closed = stoppedBy === FENCE || code.length < piece.text.length || ending === "text";
  if (code.trim() === "" && !closed) return null;
  const terminal = last || closed || /^print\(/m.test(code);
  const { session, printed, before } = await stateAt(run, states, path);
  const result = await session.run({ source: before + code }, { wallMs: 5000 });
  if (result.verdict !== "ok") return null;
  const text = isBlank({ text: code }) ? "```\n" : `${code.trimEnd()}\n\n`;
  const line = lastLine(result) || printed;
  if (!terminal) states.set(textOf(path) + text, { session, printed: line });
  const step: Step = {
    text,
    tokens,
    logprob,
    call,
    states: held,
    kind: "code",
    ...(terminal ? { observation: shown(line) } : {}),
  };
  return { steps: [step], terminal, complete: ending === "separator" || ending === "text" };
}

const lastLine = ({ stdout }: ExecutionResult): string => stdout.trim().split("\n").at(-1)?.trim() ?? "";

/** The last line that the script printed, as the trajectory shows it: boxed, so that the answer is read from there. */
const shown = (line: string): string => (line === "" ? "" : `Output: \\boxed{${line}}\n`);
