import type { Run } from "../core/run.ts";
import type { Trajectory } from "../core/trajectory.ts";
import { solutionMessages } from "../engine/sampling.ts";

export interface RolloutOptions {
  /** Completions per prefix. */
  readonly n: number;
  readonly temperature: number;
  readonly model?: string;
  /** The answer is asked for at once, in place of the rest of the solution. */
  readonly forced?: boolean;
  /** Is this answer right? Null means that there is none. */
  readonly isRight: (answer: string | null) => boolean;
}

/** What completions of one prefix showed. */
export interface RolloutValue {
  /** Share that ended right (soft estimate). */
  readonly soft: number;
  /** Did any end right? (Hard estimate: 1 or 0.) */
  readonly hard: number;
  readonly completions: number;
}

/** What makes a model answer now (MRT, Qu et al. 2025, arXiv:2503.07572, section 5: accuracy after each episode). */
const forcing = "The answer is \\boxed{";

/**
 * The value of a prefix by Monte Carlo: `n` completions from it and whether they end right (Math-Shepherd, Wang et al.
 * 2023, arXiv:2312.08935, section 3.3). A terminal trajectory needs no completion: its own answer decides. Cost: `n`
 * calls, none for a terminal one. The same prefix is paid for once in a solve.
 */
export async function rolloutValue(run: Run, prefix: Trajectory, options: RolloutOptions): Promise<RolloutValue> {
  if (prefix.terminal) {
    const right = Number(options.isRight(run.extract(prefix.text)?.text ?? null));
    return { soft: right, hard: right, completions: 0 };
  }
  const { n, temperature, model, isRight, forced = false } = options;
  const before = forced ? `${prefix.text.trimEnd()}\n\n${forcing}` : prefix.text;
  const samples = await run.sample({
    messages: solutionMessages(run.question),
    ...(before === "" ? {} : { prefix: before }),
    n,
    from: 0,
    temperature,
    purpose: "rollout",
    branch: "rollout",
    model,
    ...(forced && { maxTokens: 48 }),
  });
  const right = samples.filter(({ text }) => isRight(run.extract(before + text)?.text ?? null)).length;
  return { soft: right / samples.length, hard: right > 0 ? 1 : 0, completions: samples.length };
}

/** The prefixes of a trajectory, shortest first; the last is the whole. */
export function prefixes(path: Trajectory): Trajectory[] {
  const nodes: Trajectory[] = [];
  for (let node: Trajectory | null = path; node !== null && node.depth > 0; node = node.parent) nodes.push(node);
  return nodes.reverse();
}

export interface FirstError {
  /** Index of the first step from which no completion ends right; null where the whole has value. */
  readonly step: number | null;
  /** Prefixes that were asked about. */
  readonly rounds: number;
  /** Values found on the way, by step index. */
  readonly values: ReadonlyMap<number, RolloutValue>;
}

/**
 * The first wrong step by binary search (OmegaPRM, Luo et al. 2024, arXiv:2406.06592, section 3.2): a step is wrong
 * from the first prefix on whose completions all fail, and errors are taken to stay. The empty prefix is taken to have
 * value.
 *
 *     value > 0   ●──●──●──○──○──○   none
 *                       lo hi          lo has value, hi has none: they meet at the first error
 *
 * At most ceil(log2(steps)) + 1 rounds: one for the whole, then halving.
 */
export async function firstErrorByRollouts(run: Run, path: Trajectory, options: RolloutOptions): Promise<FirstError> {
  const nodes = prefixes(path);
  const values = new Map<number, RolloutValue>();
  const hasValue = async (step: number) => {
    const node = nodes[step];
    if (node === undefined) return true;
    const found = await rolloutValue(run, node, options);
    values.set(step, found);
    return found.hard > 0;
  };
  if (nodes.length === 0 || (await hasValue(nodes.length - 1))) return { step: null, rounds: values.size, values };
  let [low, high] = [-1, nodes.length - 1];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (await hasValue(middle)) low = middle;
    else high = middle;
  }
  return { step: high, rounds: values.size, values };
}
