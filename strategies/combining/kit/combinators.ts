import { z } from "zod";
import type { Budget } from "../../../src/core/budget.ts";
import type { Candidate, ScoredCandidate } from "../../../src/core/candidate.ts";
import type { Run } from "../../../src/core/run.ts";
import type { Solution } from "../../../src/core/solution.ts";
import {
  type Estimate,
  type Pick as Picked,
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
  inMember: Member,
  place: number,
  budget?: Budget,
): AsyncGenerator<Candidate, Solution> {
  const { strategy, options, model } = inMember;
  const inner = run.solve({ strategy, options, label: labelOf(inMember, place), budget, model });
  for (;;) {
    const next = await inner.next();
    if (next.done === true) return next.value;
    yield { ...next.value, notes: { ...next.value.notes, member: place } };
  }
}

const labelOf = ({ strategy }: Pick<Member, "strategy">, place: number): string =>
  `${place < 0 ? "probe" : place + 1}-${strategy.name}`;

/** Was the member ended by the budget around it? The combinator then ends the same way: it is to return. */
export function endedByBudget(run: Run, { stopped }: Solution): boolean {
  if (stopped !== "budget") return false;
  run.outOfBudget("combined strategy");
  return true;
}

/** A stage and the rule that picks among its candidates. */
export interface Stage {
  readonly label: string;
  readonly rule: Selection;
}

/** A member by its own rule. */
export const stageOf = (inner: Member, place: number): [number, Stage] => [
  place,
  { label: labelOf(inner, place), rule: inner.strategy.select(inner.options) },
];

/**
 * What a member's rule says of its candidates, which it sees numbered as in the member's own stream. Of no place are
 * those that a member had in hand when the time was up.
 */
async function pickOfStage(all: readonly ScoredCandidate[], place: number | undefined, rule: Selection, run: Run) {
  const own = all.filter(({ notes }) => notes?.member === place);
  const picked = await rule.pick(
    own.map((candidate, index) => ({ ...candidate, index })),
    run,
  );
  return picked && { ...picked, index: own[picked.index]?.index ?? picked.index };
}

/**
 * The pick of the last member that has one, by that member's own rule: stages replace each other's answers. `stages` by
 * place of the member, -1 for a probe. Where picking makes calls, the interim rule stands in until the member has
 * ended; then it is the member's own pick, which is paid for.
 */
export function lastStage(stages: ReadonlyMap<number, Stage>): Selection {
  const order = [...stages].sort(([a], [b]) => b - a);
  const rules = order.map(([, { rule }]) => rule);
  const picking = (by: (stage: Stage, run: Run) => Selection): Selection["pick"] =>
    async function pick(candidates, run) {
      for (const [place, stage] of order) {
        const picked = await pickOfStage(candidates, place, by(stage, run), run);
        if (picked !== null) return picked;
      }
      const [, last] = order[0] ?? [];
      return last === undefined ? null : await pickOfStage(candidates, undefined, by(last, run), run);
    };
  const interim: Selection = {
    name: `last of ${rules.map(({ name, interim: before }) => before?.name ?? name).join(", ")}`,
    usesScores: rules.some((rule) => (rule.interim ?? rule).usesScores),
    pick: picking(({ rule }) => rule.interim ?? rule),
  };
  if (rules.every((rule) => rule.interim === undefined)) return interim;
  const ended = (rule: Selection, picked: Picked | null): Selection => ({ ...rule, pick: async () => picked });
  return {
    name: `last of ${rules.map(({ name }) => name).join(", ")}`,
    usesScores: interim.usesScores,
    interim,
    pick: picking(({ label, rule }, run) => {
      const solution = rule.interim === undefined ? undefined : run.solved(label);
      return solution === undefined ? (rule.interim ?? rule) : ended(rule, solution.pick);
    }),
  };
}

/** The costs of these members together. */
export function costOfAll(members: readonly Member[]): Estimate {
  const costs = members.map(({ strategy, options }) => strategy.cost(options));
  const sum = (of: (cost: Estimate) => number) => costs.reduce((all, cost) => all + of(cost), 0);
  const [runs, again] = [sum(({ runs }) => runs ?? 0), sum(({ again }) => again ?? 0)];
  return {
    calls: sum(({ calls }) => calls),
    scored: sum(({ scored }) => scored ?? 0),
    runs: runs > 0 ? runs : undefined,
    again: again > 0 ? again : undefined,
  };
}
