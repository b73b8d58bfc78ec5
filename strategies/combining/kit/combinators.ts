import { z } from "zod";
import type { Budget } from "../../../src/core/budget.ts";
import type { Candidate, ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Solution } from "../../../src/core/solution.ts";
import {
  type Estimate,
  parseOptions,
  type Selection,
  type Strategy,
  type StrategyMember,
} from "../../../src/core/strategy.ts";

/** A strategy inside a combinator, its options checked. */
export type Member = StrategyMember;

/** Finds a strategy by name, in the catalogue that the combinator itself stands in. @throws UnknownNameError. */
export type StrategyResolver = (name: string) => Strategy;

/** A member as configurations write it: a name, or a name with options. */
export type MemberSpec =
  | string
  | {
      readonly name: string;
      readonly options?: Record<string, unknown> | undefined;
      readonly model?: string | undefined;
    };

/** A member made from a strategy value. @throws InvalidOptionError for bad options. */
export const member = <Options>(strategy: Strategy<Options>, options: unknown = {}, model?: string): Member => ({
  strategy: strategy as Strategy,
  options: parseOptions(strategy, options),
  model,
});

/** @throws UnknownNameError for a name that the resolver does not know; InvalidOptionError for bad options. */
export function resolveMember(resolve: StrategyResolver, spec: MemberSpec): Member {
  const { name, options, model } = typeof spec === "string" ? { name: spec, options: {}, model: undefined } : spec;
  return member(resolve(name), options ?? {}, model);
}

/**
 * The schema of a member in options. Its name and options are checked with the rest of the options, before any call is
 * paid for, and stay as they were written, so that a run can be rebuilt from its spec.
 */
export const memberSchema = (resolve: StrategyResolver) =>
  z
    .union([
      z.string(),
      z.strictObject({
        name: z.string(),
        options: z.record(z.string(), z.unknown()).optional(),
        model: z.string().optional().describe("one of the run's further models instead of its policy"),
      }),
    ])
    .refine((spec) => resolveMember(resolve, spec) !== null);

/**
 * Runs a member inside this run and yields its candidates with the member's place in their notes; returns its solution.
 * @param place index of the member; -1 for a probe.
 */
export async function* runMember(
  run: Run,
  { strategy, options, model }: Member,
  place: number,
  budget?: Budget,
): AsyncGenerator<Candidate, Solution> {
  const label = `${place < 0 ? "probe" : place + 1}-${strategy.name}`;
  const inner = run.solve({ strategy, options, label, budget, model });
  for (;;) {
    const next = await inner.next();
    if (next.done === true) return next.value;
    yield { ...next.value, notes: { ...next.value.notes, member: place } };
  }
}

/** Was the member ended by the budget around it? The combinator then ends the same way: it is to return. */
export function endedByBudget(run: Run, { stopped }: Solution): boolean {
  if (stopped !== "budget") return false;
  run.outOfBudget("combined strategy");
  return true;
}

/** Candidates of one member, as its own selection sees them. */
const ofMember = (candidates: readonly ScoredCandidate[], place: number): ScoredCandidate[] =>
  candidates.filter(({ notes }) => notes?.member === place);

/** A member's own rule; where picking makes calls, its interim rule. */
export const ruleOf = ({ strategy, options }: Member): Selection => {
  const own = strategy.select(options);
  return own.interim ?? own;
};

/**
 * The pick of the last member that has one, by that member's own rule: stages replace each other's answers. `rules` by
 * place of the member, -1 for a probe.
 */
export function lastStage(rules: ReadonlyMap<number, Selection>): Selection {
  const order = [...rules].sort(([a], [b]) => b - a);
  return {
    name: `last of ${order.map(([, { name }]) => name).join(", ")}`,
    usesScores: order.some(([, { usesScores }]) => usesScores),
    pick: async (candidates, run) => {
      for (const [place, rule] of order) {
        const picked = await rule.pick(ofMember(candidates, place), run);
        if (picked !== null) return picked;
      }
      return null;
    },
  };
}

/** The costs of these members together. */
export function costOfAll(members: readonly Member[]): Estimate {
  const costs = members.map(({ strategy, options }) => strategy.cost(options));
  const sum = (of: (cost: Estimate) => number) => costs.reduce((all, cost) => all + of(cost), 0);
  const runs = sum(({ runs }) => runs ?? 0);
  return {
    calls: sum(({ calls }) => calls),
    scored: sum(({ scored }) => scored ?? 0),
    runs: runs > 0 ? runs : undefined,
  };
}
