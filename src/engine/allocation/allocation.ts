import { z } from "zod";
import type { Random } from "../../core/random.ts";
import { type AllocationRule, equalShares, proportionalTrials, thompsonSampling, uniformTrials } from "./rules.ts";
import { certainty, noStanding, type Standing } from "./standing.ts";

export const allocationRules = ["thompson", "proportional", "uniform", "equal"] as const;

/** How one budget is divided among the problems of a set. */
export const allocationSchema = z.strictObject({
  rule: z.enum(allocationRules).default("thompson").describe("which problem gets the next samples"),
  settled: z
    .number()
    .gt(0.5)
    .max(1)
    .default(0.95)
    .describe("a problem ends when its leading answer truly leads with this probability; 1: never for this reason"),
  least: z.int().min(1).default(3).describe("samples of every problem before any gets more"),
  target: z
    .int()
    .min(1)
    .default(8)
    .describe("agreeing samples that are enough: of every problem (uniform), of the hardest one (proportional)"),
  draws: z.int().min(1).default(4).describe("thompson: posterior draws that a problem's urgency is the mean of"),
  round: z.int().min(1).default(16).describe("problems that get a sample before the next look at all of them"),
});

export type AllocationOptions = z.output<typeof allocationSchema>;

export function ruleOf({ rule, target, draws }: AllocationOptions): AllocationRule {
  if (rule === "equal") return equalShares;
  if (rule === "uniform") return uniformTrials(target);
  return rule === "proportional" ? proportionalTrials(target) : thompsonSampling(draws);
}

/**
 * Divides one budget among problems, as a pure state machine: `ask` names the problems that get one more sample, `tell`
 * takes how a problem stands after it.
 *
 * It plans in rounds, so the next round depends on the standings and on the key of `random` alone, not on the order or
 * the time in which the standings arrive:
 *
 * ```text
 *   ask → [0 … n−1]  (until all have `least`)   tell, …   ask → [7 2 31 …]  (`round` of them)   …   ask → []  (done)
 * ```
 */
export class Allocation {
  readonly #options: AllocationOptions;
  readonly #rule: AllocationRule;
  readonly #standings: Standing[];
  readonly #open: Set<number>;
  readonly #out = new Set<number>();
  #round = 0;

  constructor(problems: number, options: AllocationOptions) {
    this.#options = options;
    this.#rule = ruleOf(options);
    this.#standings = Array.from({ length: problems }, () => noStanding);
    this.#open = new Set(this.#standings.keys());
  }

  get standings(): readonly Standing[] {
    return this.#standings;
  }

  /** Is a round under way? */
  get isOut(): boolean {
    return this.#out.size > 0;
  }

  /** Problems that get one more sample each; none while a round is under way, and none when all problems have ended. */
  ask(random: Random): readonly number[] {
    if (this.#out.size > 0 || this.#open.size === 0) return [];
    const open = [...this.#open].sort((a, b) => a - b);
    const { least, round } = this.#options;
    const begun = open.filter((problem) => this.#at(problem).samples < least);
    const asked =
      begun.length > 0
        ? begun
        : this.#rule.order(this.#standings, open, random.fork("round", this.#round)).slice(0, round);
    this.#round++;
    for (const problem of asked) this.#out.add(problem);
    return asked;
  }

  /**
   * How a problem stands after its sample (more than one, where they were made together).
   * @returns why it needs no more, or null.
   */
  tell(problem: number, standing: Standing): string | null {
    this.#standings[problem] = standing;
    this.#out.delete(problem);
    const reason = this.#enough(standing);
    if (reason !== null) this.#open.delete(problem);
    return reason;
  }

  /** A problem that gives no more samples: its strategy has ended. */
  end(problem: number): void {
    this.#out.delete(problem);
    this.#open.delete(problem);
  }

  #at(problem: number): Standing {
    return this.#standings[problem] ?? noStanding;
  }

  #enough(standing: Standing): string | null {
    const { least, settled } = this.#options;
    if (standing.samples < least) return null;
    const chance = certainty(standing);
    if (settled < 1 && chance >= settled) {
      return `settled: the leading answer leads with probability ${chance.toFixed(3)} after ${standing.samples} samples`;
    }
    return this.#rule.enough?.(standing) ?? null;
  }
}
