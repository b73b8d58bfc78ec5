import type { ExecutionResult } from "../../src/core/execution.ts";
import type { Run, RunSession } from "../../src/core/run.ts";
import type { Step, Trajectory } from "../../src/core/trajectory.ts";
import { plainValues } from "./plain-values.ts";

/** What running one step's code did. */
export interface CellRun {
  readonly verdict: ExecutionResult["verdict"];
  readonly error: string;
  /** Plain variables after the step, by name, as canonical text; null when the step failed. */
  readonly variables: ReadonlyMap<string, string> | null;
}

/** The interpreter after a path. */
interface State {
  readonly session: RunSession;
  readonly cell: CellRun | null;
}

/** Behind a step's code: the plain variables there are, as JSON. */
const TELL = `
${plainValues}
told_state = __import__("json").dumps({name: plain_text(value) for name, value in list(globals().items()) if plain_name(name) and plain_text(value) is not None})
`;

/**
 * The code of a step: of a code step all of it, else what stands in its closed Python fences; null where it has none.
 */
export function codeOf({ kind, text }: Step): string | null {
  if (kind === "code") return text;
  const blocks = [...text.matchAll(/```(?:python|py)[ \t]*\n([\s\S]*?)```/gi)].map(([, code = ""]) => code);
  return blocks.length === 0 ? null : blocks.join("\n");
}

/**
 * Runs the code of steps, each once in a solve: a path goes on in a fork of the state that an earlier path left at its
 * end.
 */
export class CellRunner {
  /** By the solve's signal, as a verifier outlives the solves that it judges. */
  readonly #solves = new WeakMap<AbortSignal, Map<string, Promise<State>>>();

  /**
   * cells[t] belongs to step t; null where that step has no code. Cost: one sandbox run for each step with code that
   * was not run before.
   */
  async run(run: Run, path: Trajectory, wallMs: number): Promise<(CellRun | null)[]> {
    const states = this.#solves.get(run.signal) ?? new Map<string, Promise<State>>();
    this.#solves.set(run.signal, states);
    const cells: (CellRun | null)[] = [];
    let key = "";
    let state: Promise<State> | null = null;
    for (const step of path.steps) {
      const code = codeOf(step);
      if (code === null) {
        cells.push(null);
        continue;
      }
      key += `\u0000${code}`;
      const before: Promise<State> | null = state;
      state = states.get(key) ?? advance(run, before, code, wallMs);
      states.set(key, state);
      cells.push((await state).cell);
    }
    return cells;
  }
}

async function advance(run: Run, before: Promise<State> | null, code: string, wallMs: number): Promise<State> {
  const session = before === null ? run.openSession() : await (await before).session.fork();
  const result = await session.run({ source: `${code}\n${TELL}`, result: { variable: "told_state" } }, { wallMs });
  const { verdict, error } = result;
  return { session, cell: { verdict, error, variables: verdict === "ok" ? readVariables(result.value) : null } };
}

/** Programs can write their own variables, so what they tell is checked. */
function readVariables(value: string | null): ReadonlyMap<string, string> | null {
  try {
    const printed: unknown = JSON.parse(value ?? "null");
    if (typeof printed !== "object" || printed === null) return null;
    return new Map(Object.entries(printed).filter((entry): entry is [string, string] => typeof entry[1] === "string"));
  } catch {
    return null;
  }
}
