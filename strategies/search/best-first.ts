import { z } from "zod";
import { defineStrategy } from "../../src/core/strategy.ts";
import { bestOrMajority } from "../../src/engine/picking/selections.ts";
import { walk } from "../../src/engine/walk.ts";
import { bestFirst as bestFirstWalk } from "./best-first/best-first.ts";
import { actionSpace, searchCost, stepOptions } from "./kit/search-options.ts";

/**
 * Best-first search: always expands the most promising unfinished node of the whole tree, whatever its depth (Koh et al. 2024,
 * arXiv:2407.01476, section 3: expansion budget 20, branching 5).
 *
 * Cost: at most `expansions · branching` steps; every new step is scored once. Ties: the deeper node, then the older.
 */
export const bestFirst = defineStrategy({
  name: "best-first",
  summary: "always grows the most promising node of the whole tree",
  paper: "Koh et al. 2024, arXiv:2407.01476",
  family: "search",
  how:
    "Best-first search: always expands the most promising unfinished node of the whole tree, whatever its depth (Koh " +
    "et al. 2024, arXiv:2407.01476, section 3: expansion budget 20, branching 5).",
  costNote:
    "at most `expansions · branching` steps; every new step is scored once. Ties: the deeper node, then the older.",
  departures: [],
  rewards: {
    outcome: "picks; without a process verifier it also says which node is the most promising",
    process: "says which node is the most promising, and picks by the aggregate when there is no outcome verifier",
    none: "the likeliest newest step is the most promising; the answers vote",
  },
  options: z.strictObject({
    expansions: z.int().min(1).default(20).describe("nodes expanded at most"),
    branching: z.int().min(1).default(5).describe("continuations of an expanded node"),
    leaves: z.int().min(1).default(1).describe("nodes expanded together, without seeing each other's outcome"),
    stopAt: z.number().min(0).max(1).optional().describe("stop when a finished solution scores at least this"),
    ...stepOptions,
  }),
  candidates: (run, { temperature, maxSteps, expansions, branching, leaves, stopAt, ...space }) =>
    walk(run, {
      search: bestFirstWalk({
        ...{ expansions, branching, leaves, maxSteps, aggregation: run.verifiers.aggregation },
        ...(stopAt === undefined ? {} : { stopAt }),
      }),
      actions: actionSpace(space),
      temperature,
    }),
  select: () => bestOrMajority(),
  cost: ({ expansions, branching, actions }) => searchCost({ steps: expansions * branching, actions }),
});
