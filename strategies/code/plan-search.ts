import { z } from "zod";
import { codeSystem } from "../../src/answer/languages.ts";
import type { Message, Sample } from "../../src/core/policy.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { solutionCandidate } from "../../src/engine/sampling.ts";
import { codeTask, plainInstead } from "./kit/task.ts";

const OBSERVE_SYSTEM =
  "You are an expert programmer who thinks about a task before writing any code. You make short observations that help to solve it: a property, an invariant, an edge case, a data structure, an algorithm.";
const observe = (count: number): string =>
  `Make ${count} different observations about this task that could help to solve it. One a line, numbered, no code.`;
const derive = (count: number): string =>
  `Make ${count} new observations that follow from the ones above or go beyond them. One a line, numbered, no code.`;
const EXPLAIN =
  "Using the observations above, describe in words, step by step, how to solve the task. Be exact about edge cases. No code.";
const CRITIQUE =
  "Someone says that the plan above is wrong. Find its weakest point, then describe in words, step by step, a different plan that avoids it. No code.";
const IMPLEMENT = "Write the program that carries out this plan.";

interface Settings {
  readonly observations: number;
  readonly temperature: number;
  readonly topP: number;
}

const taskWith = (run: Run, parts: readonly string[]): readonly Message[] => [
  { role: "system", content: OBSERVE_SYSTEM },
  { role: "user", content: [run.question.text, ...parts].join("\n\n") },
];

const listed = (observations: readonly string[]): string =>
  observations.length === 0
    ? "Observations: none."
    : `Observations:\n${observations.map((text, i) => `${i + 1}. ${text}`).join("\n")}`;

async function draw(
  run: Run,
  messages: readonly Message[],
  settings: Settings,
  purpose: string,
): Promise<Sample | undefined> {
  const { temperature, topP } = settings;
  const [sample] = await run.sample({ messages, temperature, topP, purpose });
  return sample;
}

/** The items of a list in a model's text, one a line, without numbers or bullets; all lines where there is no list. */
export function listItems(text: string): string[] {
  const lines = text.split("\n").map((line) => line.trim());
  const items = lines.flatMap((line) => /^(?:\d+[.):]|[-*•])\s+(.+)$/.exec(line)?.[1] ?? []);
  return [...new Set(items.length > 0 ? items : lines.filter((line) => line.length > 0))];
}

/** All subsets with at most two members, the empty one first: 1 + n + n (n - 1) / 2 of them. */
export function smallSubsets<T>(items: readonly T[]): (readonly T[])[] {
  const pairs = items.flatMap((a, i) => items.slice(i + 1).map((b) => [a, b]));
  return [[], ...items.map((item) => [item]), ...pairs];
}

/**
 * Sets of observations in the order in which they are tried: subsets of the first layer's, each with one subset of what
 * was derived from it.
 */
async function* ideas(run: Run, n: number, layers: number, settings: Settings): AsyncGenerator<readonly string[]> {
  const { observations } = settings;
  const first = await draw(run, taskWith(run, [observe(observations)]), settings, "observe");
  const subsets = run.random.fork("subsets").shuffle(smallSubsets(listItems(first?.text ?? "").slice(0, observations)));
  for (let made = 0; made < n; made++) {
    const chosen = subsets[made % subsets.length] ?? [];
    if (layers === 1 || chosen.length === 0) {
      yield chosen;
      continue;
    }
    const next = await draw(run, taskWith(run, [listed(chosen), derive(observations)]), settings, "observe");
    const derived = smallSubsets(listItems(next?.text ?? "").slice(0, observations)).filter((set) => set.length > 0);
    const random = run.random.fork("derived", made);
    yield [...chosen, ...(derived[derived.length === 0 ? 0 : random.integer(derived.length)] ?? [])];
  }
}

/**
 * PlanSearch: searches over ideas in words before any code is written (Wang et al. 2024, arXiv:2409.03733, section 4).
 */
export const planSearch = defineStrategy({
  name: "plan-search",
  summary: "many different plans out of sets of observations, then a program for each",
  paper: "Wang et al. 2024, arXiv:2409.03733",
  family: "code",
  how:
    "PlanSearch: searches over ideas in words before any code is written (Wang et al. 2024, arXiv:2409.03733, section " +
    "4). The policy makes observations about the task; of all their subsets of size 0 to 2, in random order, each " +
    "gives rise to observations derived from it; a set of observations becomes a plan in words, and every plan a " +
    "program. Each set then gives a second plan, written against a critique of its first. Ideas and programs are " +
    "drawn at temperature 0 and top-p 0.9: what differs is the subset." +
    "\n\n" +
    "The best program by the outcome verifier (`unit-tests`, as a rule) wins, else the majority of equal programs.",
  costNote: "at most `1 + ⌈n / 2⌉ + 2 n` calls. Ties: as best-of-n.",
  departures: [
    "It stops at `n` programs instead of taking all leaves; plans become programs without pseudocode between.",
    "A leaf holds the chosen observations and those derived from them; the released code takes the derived ones alone, and writes no critiques.",
    "A question that asks for no program gets plain solutions.",
  ],
  rewards: {
    outcome: "picks: the highest score wins",
    process: "picks by its aggregated step scores",
    none: "majority of equal programs",
  },
  options: z.strictObject({
    n: z.int().min(1).max(200).default(8).describe("programs"),
    observations: z.int().min(1).max(12).default(5).describe("observations asked for at a time (10 in the paper)"),
    layers: z.int().min(1).max(2).default(2).describe("rounds of observations"),
    temperature: z.number().min(0).default(0).describe("of observations, plans and programs"),
    topP: z.number().min(0.01).max(1).default(0.9),
    plainTemperature: z.number().min(0).default(0.7).describe("of plain solutions, where no program is asked for"),
  }),
  async *candidates(run, { n, layers, plainTemperature, ...settings }) {
    if (codeTask(run.question) === null) return yield* plainInstead(run, n, plainTemperature);
    let made = 0;
    for await (const chosen of ideas(run, Math.ceil(n / 2), layers, settings)) {
      let before: string | null = null;
      for (const against of [false, true].slice(0, n - made)) {
        const critique: readonly string[] = before === null ? [EXPLAIN] : [`Plan:\n${before}`, CRITIQUE];
        const plan = await draw(run, taskWith(run, [listed(chosen), ...critique]), settings, "explain-plan");
        const words = plan?.text.trim() ?? "";
        const program = await implement(run, words, settings);
        if (program === undefined) return;
        yield solutionCandidate(run, program, { observations: chosen.length, against, plan: words });
        before = words;
        made++;
      }
    }
  },
  select: () => bestOrMajority(),
  cost: ({ n }) => ({ calls: 1 + Math.ceil(n / 2) + 2 * n, scored: n }),
});

const implement = (run: Run, plan: string, settings: Settings): Promise<Sample | undefined> =>
  draw(
    run,
    [
      { role: "system", content: codeSystem(run.question.code?.language) },
      { role: "user", content: `${run.question.text}\n\nPlan:\n${plan}\n\n${IMPLEMENT}` },
    ],
    settings,
    "solve",
  );
