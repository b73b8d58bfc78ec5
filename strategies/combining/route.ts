import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { costOfAll, type MemberSpec, memberSchema, resolveMember, type StrategyResolver } from "./kit/combinators.ts";
import { type Route, routeCandidates, routeSelection } from "./route/routing.ts";

/**
 * Route by estimated difficulty: a probe of a few plain solutions says how easy the question looks (mean score, or agreement without a verifier), and the member
 * for that difficulty solves it (the deployable form of Snell et al. 2024, arXiv:2408.03314, section 3.2: bins by predicted difficulty, a strategy
 * for each).
 *
 * Cost: the probe and the dearest member at most; solutions that both draw are paid for once. Departure: bounds are set, not learnt; learn them on held-out problems by
 * comparing the members by difficulty.
 */
export const route = (resolve: StrategyResolver) => {
  const routeOf = (options: {
    probe: MemberSpec;
    members: readonly MemberSpec[];
    bounds: readonly number[];
  }): Route => ({
    probe: resolveMember(resolve, options.probe),
    members: options.members.map((spec) => resolveMember(resolve, spec)),
    bounds: options.bounds,
  });
  return defineStrategy({
    name: "route",
    summary: "a probe estimates the difficulty, which chooses the strategy",
    paper: "Snell et al. 2024, arXiv:2408.03314, section 3.2",
    rewards: {
      outcome: "estimates the difficulty by the probe's mean score; the member uses it as it does alone",
      process: "the same, aggregated over steps",
      none: "difficulty is estimated by how far the probe's answers agree",
    },
    options: z
      .strictObject({
        probe: memberSchema(resolve)
          .default({ name: "self-consistency", options: { n: 4 } })
          .describe("what estimates the difficulty"),
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
      }),
    candidates: (run, options) => routeCandidates(run, routeOf(options)),
    select: (options) => routeSelection(routeOf(options)),
    cost: (options) => {
      const { probe, members } = routeOf(options);
      const dearest = members.map((inner) => costOfAll([inner])).sort((a, b) => b.calls - a.calls);
      const own = costOfAll([probe]);
      const most = (of: (cost: typeof own) => number) => of(own) + Math.max(...dearest.map(of));
      const runs = most(({ runs }) => runs ?? 0);
      return {
        calls: most(({ calls }) => calls),
        scored: most(({ scored }) => scored ?? 0),
        ...(runs > 0 ? { runs } : {}),
      };
    },
  });
};
