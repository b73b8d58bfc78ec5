import { z } from "zod";
import { AnswerClasses } from "../../src/core/answer-classes.ts";
import type { Candidate, ScoredCandidate } from "../../src/core/candidate.ts";
import type { Run } from "../../src/core/run.ts";
import { defineStrategy, type Estimate, type Selection } from "../../src/core/strategy.ts";
import { weighted } from "../../src/engine/picking/selections.ts";
import {
  costOfAll,
  endedByBudget,
  lastStage,
  type Member,
  memberSchema,
  resolveMember,
  runMember,
  type StrategyResolver,
  stageOf,
} from "./kit/combinators.ts";

/** Place of the probe among members. */
const probePlace = -1;

interface Route {
  readonly probe: Member;
  /** From easy to hard. */
  readonly members: readonly Member[];
  /** Falling; easiness of at least bounds[i] goes to members[i], less than all of them to the last. */
  readonly bounds: readonly number[];
}

/**
 * How easy the probe's candidates make the question look, in [0, 1]: their mean score where the probe had them
 * scored, else the share of the most common answer among all of them. 0 when none has an answer.
 */
export function easiness(run: Run, candidates: readonly ScoredCandidate[]): number {
  const scores = candidates.flatMap(({ score }) => score?.value ?? []);
  if (scores.length > 0) return scores.reduce((sum, value) => sum + value, 0) / scores.length;
  return candidates.length === 0 ? 0 : AnswerClasses.of(run, candidates).mostVotes / candidates.length;
}

/** Which member a question of this easiness goes to. */
export function destination(easy: number, { members, bounds }: Pick<Route, "members" | "bounds">): number {
  const place = bounds.findIndex((bound) => easy >= bound);
  return Math.min(place < 0 ? members.length - 1 : place, members.length - 1);
}

/** Probes the question, then runs the member for its difficulty. */
async function* probeThenRun(run: Run, given: Route): AsyncGenerator<Candidate> {
  const probed = yield* runMember(run, given.probe, probePlace);
  if (endedByBudget(run, probed)) return;
  const easy = easiness(run, probed.candidates);
  const place = destination(easy, given);
  const chosen = given.members[place];
  if (chosen === undefined) return;
  run.emit({ type: "note", message: `easiness ${easy.toFixed(2)}: ${chosen.strategy.name}` });
  endedByBudget(run, yield* runMember(run, chosen, place));
}

/** The chosen member's own pick; before it has one, the probe's vote, weighted by score where there are scores. */
function pickOfMember({ members }: Route): Selection {
  return lastStage(new Map([[probePlace, { label: "probe", rule: weighted() }], ...members.map(stageOf)]));
}

/** The probe and, of each figure, the highest of any member. */
function costOf({ probe, members }: Route): Estimate {
  const own = costOfAll([probe]);
  const all = members.map((inner) => costOfAll([inner]));
  const most = (of: (cost: Estimate) => number) => of(own) + Math.max(...all.map(of));
  const [runs, again] = [most(({ runs }) => runs ?? 0), most(({ again }) => again ?? 0)];
  return {
    calls: most(({ calls }) => calls),
    scored: most(({ scored }) => scored ?? 0),
    runs: runs > 0 ? runs : undefined,
    again: again > 0 ? again : undefined,
  };
}

const routeOptions = (resolve: StrategyResolver) =>
  z
    .strictObject({
      probe: memberSchema(resolve)
        .default({ name: "weighted-vote", options: { n: 4 } })
        .describe("what estimates the difficulty: by scores where it reads them"),
      members: z
        .array(memberSchema(resolve))
        .min(1)
        .default([
          { name: "self-consistency", options: { n: 4 } },
          { name: "best-of-n", options: { n: 16 } },
          "beam-search",
        ])
        .describe("strategies by name, or {name, options}, from easy to hard"),
      bounds: z
        .array(z.number().min(0).max(1))
        .default([0.9, 0.5])
        .describe("least easiness for each member but the last, falling"),
    })
    .refine(({ members, bounds }) => bounds.length === members.length - 1, {
      path: ["bounds"],
      message: "must have one bound fewer than there are members",
    })
    .refine(({ bounds }) => bounds.every((bound, i) => i === 0 || bound < (bounds[i - 1] ?? 1)), {
      path: ["bounds"],
      message: "must fall",
    });

/**
 * Route by estimated difficulty: a probe of a few plain solutions says how easy the question looks (mean score where
 * the probe reads scores, else agreement), and the member for that difficulty solves it (the deployable form of Snell
 * et al. 2024, arXiv:2408.03314, section 3.2: bins by predicted difficulty, a strategy for each).
 */
export const route = (resolve: StrategyResolver) => {
  const options = routeOptions(resolve);
  const routeOf = ({ probe, members, bounds }: z.output<typeof options>): Route => ({
    probe: resolveMember(resolve, probe),
    members: members.map((spec) => resolveMember(resolve, spec)),
    bounds,
  });
  return defineStrategy({
    name: "route",
    summary: "a probe estimates the difficulty, which chooses the strategy",
    paper: "Snell et al. 2024, arXiv:2408.03314, section 3.2",
    family: "combining",
    how:
      "Route by estimated difficulty: a probe of a few plain solutions says how easy the question looks (mean score " +
      "where the probe reads scores, else agreement), and the member for that difficulty solves it (the deployable " +
      "form of Snell et al. 2024, arXiv:2408.03314, section 3.2: bins by predicted difficulty, a strategy for each).",
    costNote: "the probe and the most expensive member at most; solutions that both draw are paid for once.",
    departures: ["Bounds are set, not learnt; learn them on held-out problems by comparing the members by difficulty."],
    rewards: {
      outcome:
        "estimates the difficulty by the probe's mean score, where the probe reads scores; the member uses it as it does alone",
      process: "the same, aggregated over steps",
      none: "difficulty is estimated by how far the probe's answers agree",
    },
    options,
    candidates: (run, given) => probeThenRun(run, routeOf(given)),
    select: (given) => pickOfMember(routeOf(given)),
    cost: (given) => costOf(routeOf(given)),
    members: (given) => [resolveMember(resolve, given.probe), ...routeOf(given).members],
  });
};
