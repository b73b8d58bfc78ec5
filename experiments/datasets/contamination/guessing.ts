import type { ProblemRow } from "../../../src/core/problem.ts";
import { Random } from "../../../src/core/random.ts";
import { tsGuessing } from "../perturbations/ts-guessing.ts";
import { ask, inOrder, type ProbeSetup, type ProbeUsage, usageOf } from "./asking.ts";
import { rougeL, rougeTokens } from "./rouge.ts";

export interface GuessedSlot {
  readonly problem: string;
  readonly slot: "option" | "word";
  readonly hidden: string;
  /** What the model wrote; null where it gave nothing. */
  readonly guess: string | null;
  readonly exact: boolean;
  readonly rougeL: number | null;
}

export interface SlotFigures {
  readonly slot: GuessedSlot["slot"];
  /** Slots that the model filled in. */
  readonly guessed: number;
  /** Share of them that are the hidden text; null where there are none. */
  readonly exact: number | null;
  readonly rougeL: number | null;
}

export interface Guessing {
  readonly figures: readonly SlotFigures[];
  readonly slots: readonly GuessedSlot[];
  readonly usage: ProbeUsage;
}

/**
 * TS-Guessing (Deng et al. 2023, arXiv:2311.09783): of a question with options a wrong one is hidden, of another
 * question a word, and the model writes what stood there. A hidden option that is named word for word is seldom chance;
 * a word can be guessed, so that its share says something only beside a set that the model cannot have seen. Words are
 * compared without letter case and punctuation. What is hidden and what is passed over is in the change `ts-guessing`.
 */
export async function slotGuessing(problems: readonly ProblemRow[], setup: ProbeSetup): Promise<Guessing> {
  const probes = problems.flatMap((problem) => {
    const [probe] = tsGuessing.variants(problem, new Random(`ts-guessing/${setup.seed}/${problem.id}`));
    if (probe === undefined) return [];
    const slot: GuessedSlot["slot"] = problem.choices === undefined ? "word" : "option";
    return [{ problem: problem.id, slot, prompt: probe.text, hidden: probe.reference.answer }];
  });
  const done = await inOrder(probes, setup.policy.capabilities.parallel, async ({ prompt, ...probe }) => {
    const { text, sample } = await ask(prompt, Math.min(1024, 64 + probe.hidden.length), setup);
    const guess = text?.replace(/^\(?[A-Z][).]\s+/, "") ?? null;
    const exact = guess !== null && isSame(guess, probe.hidden);
    return { slot: { ...probe, guess, exact, rougeL: guess === null ? null : rougeL(probe.hidden, guess) }, sample };
  });
  const slots = done.map(({ slot }) => slot);
  const figures = (["option", "word"] as const).flatMap((slot) => {
    const filled = slots.filter((one) => one.slot === slot && one.guess !== null);
    if (!slots.some((one) => one.slot === slot)) return [];
    const share = (sum: number) => (filled.length === 0 ? null : sum / filled.length);
    const exact = share(filled.filter((one) => one.exact).length);
    return [
      { slot, guessed: filled.length, exact, rougeL: share(filled.reduce((sum, one) => sum + (one.rougeL ?? 0), 0)) },
    ];
  });
  return { figures, slots, usage: usageOf(done.map(({ sample }) => sample)) };
}

/** Signs alone are compared as they stand. */
function isSame(guess: string, hidden: string): boolean {
  const tokens = rougeTokens(guess);
  return guess.trim() === hidden.trim() || (tokens.length > 0 && tokens.join(" ") === rougeTokens(hidden).join(" "));
}
